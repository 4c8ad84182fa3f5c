"""The WebSocket headers of a request's head. Pure. Source: RFC 6455, 4.2."""

import base64
import binascii
import hashlib
from typing import Final

from amity.http.head import RequestHead, words

MOST_HEAD_BYTES: Final = 16_384
_WEBSOCKET: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def upgrade_key(head: RequestHead) -> bytes | None:
    """Return the ``Sec-WebSocket-Key`` of a request for a WebSocket, or ``None`` if it is not one."""
    headers = head.headers
    if head.method != "GET" or b"websocket" not in words(headers.get(b"upgrade", b"")):
        return None
    if b"upgrade" not in words(headers.get(b"connection", b"")) or headers.get(b"sec-websocket-version") != b"13":
        return None
    key = headers.get(b"sec-websocket-key", b"")
    try:
        return key if len(base64.b64decode(key, validate=True)) == 16 else None
    except (binascii.Error, ValueError):
        return None


def accepting(key: bytes) -> bytes:
    """Return the ``Sec-WebSocket-Accept`` for a key. It proves to the client that the server speaks WebSocket (RFC
    6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key + _WEBSOCKET, usedforsecurity=False).digest())
