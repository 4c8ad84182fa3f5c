"""Recognise bodies in other formats than JSON by their beginning. Pure."""

import re
from typing import Final

_AS_IT_IS: Final = "which is not understood: send it as it is"
_UTF_8: Final = "JSON is sent as UTF-8, without a byte order mark (BOM)"
_BEGINNINGS: Final = (
    (b"\x1f\x8b", f"is compressed with gzip, {_AS_IT_IS}"),
    (b"\x28\xb5\x2f\xfd", f"is compressed with zstd, {_AS_IT_IS}"),
    *((b"\x78" + level, f"is compressed with deflate, {_AS_IT_IS}") for level in (b"\x01", b"\x5e", b"\x9c", b"\xda")),
    (b"\xef\xbb\xbf", "begins with a byte order mark (BOM): send it without"),
    (b"\xff\xfe", f"is UTF-16 or UTF-32; {_UTF_8}"),
    (b"\xfe\xff", f"is UTF-16; {_UTF_8}"),
    (b"--", "is a form in parts (multipart); a JSON object is expected"),
    (b"<", "is XML or HTML; a JSON object is expected"),
    (b"'", "begins with ': some shells take double quotes alone, and hand on single ones"),
    (b"%7B", "is percent-encoded; JSON is sent as it is"),
    (b"%7b", "is percent-encoded; JSON is sent as it is"),
)
_FORM: Final = re.compile(rb"[\w.%+\[\]-]+=")
_SINGLE_QUOTES: Final = re.compile(rb"[{\[]\s*'")
_LOOKED_AT: Final = 200


def named(body: bytes) -> str | None:
    """Return a text that names the format and the expected one, or ``None`` if the body may have been meant as JSON."""
    for beginning, words in _BEGINNINGS:
        if body.startswith(beginning):
            return words
    if b"\0" in body[:2]:
        return f"is UTF-16 or UTF-32; {_UTF_8}"
    if _FORM.match(body[:_LOOKED_AT]):
        return "is a form; a JSON object is expected"
    if _SINGLE_QUOTES.match(body[:_LOOKED_AT]):
        return 'texts in JSON stand in double quotes ("), not in single ones'
    return None
