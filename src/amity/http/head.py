"""A strict parser of request heads. Pure.

If two parsers could see the end of a request at different places, one request could be smuggled inside another. So what
RFC 9112 lets a recipient repair is refused here: folded lines, blanks before a colon, a line feed alone, a length that
is given twice or beside a transfer coding.

Source: RFC 9112 (framing, targets, Host) and RFC 9110 (names and values; 5.3 for lines of one name, 7.8 for Upgrade).
"""

import re
from typing import Final, NamedTuple

MOST_HEAD_BYTES: Final = 65_536
"""Longest head in bytes. Readers of a connection stop there."""
MOST_HEADERS: Final = 100
"""Header lines of one head."""
TLS_TEXT: Final = "this port speaks HTTP without TLS; https and wss end at the proxy in front of it"
"""The answer to a client that begins with TLS. The client cannot parse it and fails at once; in a trace it is
readable."""
_MOST_LENGTH_DIGITS: Final = 18
_CLIENT_HELLO: Final = b"\x16\x03"

_CONTROLS = bytes([*range(9), *range(10, 32), 127])
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ORIGIN = re.compile(rb"/[\x21\x22\x24-\x7e]*")
_ABSOLUTE = re.compile(rb"(?i:https?)://([^/?#@]+)(/[\x21\x22\x24-\x7e]*)?")
_HOST = re.compile(rb"[0-9A-Za-z.\-_~!$&'()*+,;=%:\[\]]*")
_DIGITS = re.compile(rb"[0-9]+")

# Common names in their usual spellings, so that hardly any name must be checked letter by letter.
_WRITTEN = (
    b"Host Content-Length Content-Type Connection Accept Accept-Encoding Accept-Language User-Agent Origin Referer"
    b" Transfer-Encoding Expect Upgrade Idempotency-Key operationID token Token OperationID Operationid"
    b" X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host X-Real-Ip X-Real-IP"
)
_KNOWN = {spelling: name.lower() for name in _WRITTEN.split() for spelling in (name, name.lower())}
_FRAMING = frozenset((b"content-length", b"transfer-encoding", b"host"))


class HeadError(ValueError):
    """The head is not valid, or has two meanings. ``status`` is the answer's; the text says why, and repeats nothing of
    it."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def is_tls(beginning: bytes | bytearray) -> bool:
    """Return whether the bytes begin a TLS handshake. Such a client would wait in vain for an answer."""
    return beginning.startswith(_CLIENT_HELLO)


class RequestHead(NamedTuple):
    """A head with a single meaning.

    ``path`` and ``query`` are as received, not decoded. ``headers`` has lower-case names; lines of the same name are
    joined with ``, ``. The body has ``length`` bytes, or is chunked. ``keeps_alive`` says whether the connection may
    serve another request, ``is_current`` whether the client speaks HTTP/1.1 and not 1.0.
    """

    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    length: int
    is_chunked: bool
    keeps_alive: bool
    is_current: bool = True


def read_head(raw: bytes) -> RequestHead:
    """Parse the head in ``raw``, given without the empty line that ends it. Raises ``HeadError``."""
    without_ends = raw.replace(b"\r\n", b"")
    if len(without_ends.translate(None, _CONTROLS)) != len(without_ends):
        raise HeadError("a control character, or a line end that is not CR LF, is in the head")
    first, *lines = raw.split(b"\r\n")
    parts = first.split(b" ")
    if len(parts) != 3 or not _TOKEN.fullmatch(parts[0]):
        raise HeadError("the first line is not one of HTTP/1.1: method, target and version, one blank apart")
    if parts[2] != b"HTTP/1.1" and parts[2] != b"HTTP/1.0":
        raise HeadError("only HTTP/1.1 is spoken here")
    if len(lines) > MOST_HEADERS:
        raise HeadError(f"headers: too many (limit {MOST_HEADERS}, got {len(lines)})", 431)
    headers = _headers(lines)
    is_current = parts[2] == b"HTTP/1.1"
    if not is_current:
        headers.pop(b"expect", None)  # HTTP/1.0 has no Expect (RFC 9110, 10.1.1)
    host = headers.get(b"host")
    if host is None:
        if is_current:
            raise HeadError("host: is missing")
    elif not _HOST.fullmatch(host):
        raise HeadError("host: is not a host and a port")
    path, query = _target(parts[0], parts[1], host)
    length, is_chunked = _body(headers, is_current=is_current)
    connection = headers.get(b"connection")
    keeps_alive = is_current and (connection is None or b"close" not in words(connection))
    return RequestHead(parts[0].decode(), path, query, headers, length, is_chunked, keeps_alive, is_current)


def words(value: bytes) -> list[bytes]:
    """Return the elements of a header's list, in lower case."""
    return [word.strip(b" \t").lower() for word in value.split(b",")]


def _headers(lines: list[bytes]) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for line in lines:
        written, colon, value = line.partition(b":")
        # A line without a colon is not a header, whatever its text.
        name = _KNOWN.get(written) if colon else None
        if name is None:
            if not colon or not _TOKEN.fullmatch(written):
                raise HeadError("a header line has no name before a colon, or a name that is none")
            name = written.lower()
        if name in headers:
            if name in _FRAMING:
                raise HeadError(f"{name.decode()}: is there twice")
            headers[name] += b", " + value.strip(b" \t")
        else:
            headers[name] = value.strip(b" \t")
    return headers


def _target(method: bytes, target: bytes, host: bytes | None) -> tuple[str, bytes]:
    if not _ORIGIN.fullmatch(target):
        if target == b"*" and method == b"OPTIONS":
            return "*", b""
        absolute = _ABSOLUTE.fullmatch(target)
        if absolute is None:
            raise HeadError("the target is not a path, or has a character in it that a URL has not")
        if host is not None and absolute[1].lower() != host.lower():
            raise HeadError("the target names another host than the header does")
        target = absolute[2] or b"/"
    path, _, query = target.partition(b"?")
    return path.decode("ascii"), query


def _body(headers: dict[bytes, bytes], *, is_current: bool) -> tuple[int, bool]:
    """Return the length of the body, and whether it is chunked instead."""
    coding = headers.get(b"transfer-encoding")
    length = headers.get(b"content-length")
    if coding is not None:
        if length is not None:
            raise HeadError("content-length and transfer-encoding: are there together")
        if not is_current:
            raise HeadError("transfer-encoding: is none of HTTP/1.0's")
        if coding.lower() != b"chunked":
            raise HeadError("transfer-encoding: only chunked is spoken here")
        return 0, True
    if length is None:
        return 0, False
    if not _DIGITS.fullmatch(length) or len(length) > _MOST_LENGTH_DIGITS:
        raise HeadError(f"content-length: is not a number of up to {_MOST_LENGTH_DIGITS} digits")
    return int(length), False
