"""The head of a client's first request: bytes in, what it asks for out. Pure."""

import base64
import binascii
import hashlib
from typing import Final, NamedTuple

MOST_HEAD_BYTES: Final = 16_384
_MOST_HEADERS: Final = 100
_WEBSOCKET: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class HeadError(ValueError):
    """What came is no HTTP/1.1 request. The text says why, without repeating what came."""


class Head(NamedTuple):
    """``target`` as it stands in the first line; ``headers`` by their names in lower case, the last of each name."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def query(self) -> str:
        """What stands after the question mark, still quoted."""
        return self.target.partition("?")[2].partition("#")[0]


def read_head(raw: bytes) -> Head:
    """Return the head that stands in ``raw``, which ends before the empty line. Raises ``HeadError``."""
    first, *lines = raw.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    target, _, version = rest.rpartition(" ")
    if not method.isalpha() or not target or " " in target:
        raise HeadError("the first line is not one of HTTP")
    if version not in {"HTTP/1.1", "HTTP/1.0"}:
        raise HeadError("only HTTP/1.1 is spoken here")
    if len(lines) > _MOST_HEADERS:
        raise HeadError(f"there are more than {_MOST_HEADERS} headers")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise HeadError("a header has no name, or no value")
        headers[name.lower()] = value.strip()
    return Head(method, target, headers)


def upgrade_key(head: Head) -> bytes | None:
    """Return the key of a request for a WebSocket, and ``None`` where that is not what is asked for."""
    headers = head.headers
    if head.method != "GET" or "websocket" not in _words(headers, "upgrade"):
        return None
    if "upgrade" not in _words(headers, "connection") or headers.get("sec-websocket-version") != "13":
        return None
    key = headers.get("sec-websocket-key", "")
    try:
        return key.encode("ascii") if len(base64.b64decode(key, validate=True)) == 16 else None
    except (binascii.Error, ValueError):
        return None


def accepting(key: bytes) -> bytes:
    """Return what a server answers a key with, so that the client knows that it speaks WebSocket (RFC 6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key + _WEBSOCKET, usedforsecurity=False).digest())


def _words(headers: dict[str, str], name: str) -> list[str]:
    return [word.strip().lower() for word in headers.get(name, "").split(",")]
