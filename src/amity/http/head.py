"""The head of a request, read in the one way that no other reader can take for another. Pure.

A request whose end two readers could see at different places is how one request is smuggled inside another. So what
RFC 9112 lets a recipient repair is refused here: folded lines, blanks before a colon, a line feed alone, a length that
is there twice or beside a coding.

Source: RFC 9112 (framing, targets, Host) and RFC 9110 (names and values; 5.3 for lines of one name, 7.8 for Upgrade).
"""

import re
from typing import Final, NamedTuple

MOST_HEAD_BYTES: Final = 65_536
"""Bytes of a head. Whoever reads from a connection stops there."""
MOST_HEADERS: Final = 100
"""Lines of a head behind the first."""
TLS_TEXT: Final = "this port speaks HTTP without TLS; https and wss end at the proxy in front of it"
"""What a client is told that speaks TLS. It cannot read it, and says so at once; people who look at the bytes can."""
_MOST_LENGTH_DIGITS: Final = 18
_CLIENT_HELLO: Final = b"\x16\x03"

_CONTROLS = bytes([*range(9), *range(10, 32), 127])
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ORIGIN = re.compile(rb"/[\x21\x22\x24-\x7e]*")
_ABSOLUTE = re.compile(rb"(?i:https?)://([^/?#@]+)(/[\x21\x22\x24-\x7e]*)?")
_HOST = re.compile(rb"[0-9A-Za-z.\-_~!$&'()*+,;=%:\[\]]*")
_DIGITS = re.compile(rb"[0-9]+")

# Names as clients write them, so that nearly no name need be looked at letter by letter.
_WRITTEN = (
    b"Host Content-Length Content-Type Connection Accept Accept-Encoding Accept-Language User-Agent Origin Referer"
    b" Transfer-Encoding Expect Upgrade Idempotency-Key operationID token Token OperationID Operationid"
    b" X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host X-Real-Ip X-Real-IP"
)
_KNOWN = {spelling: name.lower() for name in _WRITTEN.split() for spelling in (name, name.lower())}
_FRAMING = frozenset((b"content-length", b"transfer-encoding", b"host"))


class HeadError(ValueError):
    """The head is none, or has two meanings. ``status`` is the answer's; the text says why and repeats nothing."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def is_tls(beginning: bytes | bytearray) -> bool:
    """Return whether a client begins with TLS, for which it would wait for a long time: there is no end of a head."""
    return beginning.startswith(_CLIENT_HELLO)


class RequestHead(NamedTuple):
    """A head that means one thing.

    ``path`` and ``query`` are as they came: nothing is decoded. ``headers`` has lower-case names; lines of one name are
    one list, joined with ``, ``. The body has ``length`` bytes, or comes in chunks. ``keeps_alive`` says whether the
    connection may serve another request.
    """

    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    length: int
    is_chunked: bool
    keeps_alive: bool


def read_head(raw: bytes) -> RequestHead:
    """Return the head that stands in ``raw``, without the empty line that ends it. Raises ``HeadError``."""
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
        headers.pop(b"expect", None)  # none of HTTP/1.0's (RFC 9110, 10.1.1)
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
    return RequestHead(parts[0].decode(), path, query, headers, length, is_chunked, keeps_alive)


def words(value: bytes) -> list[bytes]:
    """Return the words of a header's list, in lower case."""
    return [word.strip(b" \t").lower() for word in value.split(b",")]


def _headers(lines: list[bytes]) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for line in lines:
        written, colon, value = line.partition(b":")
        # A line without a colon is no header, whatever name stands there.
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
    """Return the length of the body, and whether it comes in chunks instead."""
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
