"""Rewrite the head of an answer that is not strictly HTTP/1.1 into a strict one. Pure.

Old or proxied receivers fold header lines, end lines with a line feed alone, repeat a Content-Length, send it beside a
Transfer-Encoding, and put a blank before a colon or control characters into a value. Other servers' clients accept such
a head. Its meaning is not in doubt, so it is rewritten and parsed strictly. A head with two meanings is refused.

Source: RFC 9112, sections 2.2, 5.1, 5.2 and 6.3; RFC 9110, section 5.5.
"""

import re

_END = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d")
_CONTROLS_BLANK = bytes(code if code >= 0x20 and code != 0x7F else 0x20 for code in range(256))
_LINE = re.compile(rb"\r?\n")


class HeadError(ValueError):
    """The head has no single meaning. The text is a predicate: the server ``answered with ...``."""


def rewrite(came: bytes, most: int) -> bytes | None:
    """Return the received bytes with their head in strict form, or ``None`` if the head is not complete.

    Heads of interim answers (1xx) are dropped. A connection whose answer was rewritten is not reused. Raises
    ``HeadError``, also if the heads have more than ``most`` bytes.
    """
    begin = 0
    while True:
        end = _END.search(came, begin)
        if end is None:
            return None
        if end.end() > most:
            raise HeadError(f"answered with more than {most} bytes of headers")
        if not _INTERIM.match(came, begin, end.start()):
            break
        begin = end.end()
    status, *lines = _LINE.split(came[begin : end.start()])
    fields = _unfolded(lines)
    values = [value for name, value in fields if name.lower() == b"content-length"]
    lengths = [*dict.fromkeys(part.strip() for value in values for part in value.split(b","))]
    codings = [value.strip().lower() for name, value in fields if name.lower() == b"transfer-encoding"]
    if len(lengths) > 1:
        raise HeadError("answered with two different values of Content-Length")
    if codings and codings != [b"chunked"]:
        raise HeadError("answered with a Transfer-Encoding other than chunked")
    kept = [(name, value) for name, value in fields if name.lower() != b"content-length"]
    if lengths and not codings:
        kept.append((b"Content-Length", lengths[0]))
    return b"\r\n".join([status, *[name + b": " + value for name, value in kept], b"", came[end.end() :]])


def _unfolded(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line.strip(b" \t"))
            continue
        if b"\r" in line:  # some parsers end a line here
            raise HeadError("answered with a carriage return within a header line")
        name, colon, value = line.partition(b":")
        if not colon:
            raise HeadError("answered with a header line that has no colon")
        fields.append((name.rstrip(b" \t"), [value.strip(b" \t")]))
    return [(name, b" ".join(parts).translate(_CONTROLS_BLANK)) for name, parts in fields if name]
