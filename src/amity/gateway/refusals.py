"""Answers to a client that may not or cannot connect, in the form that its kind reads.

A browser does not show a script an HTTP answer in place of the WebSocket. So its clients get a WebSocket with the error
in a frame, and then a close frame.
"""

from typing import Final

import msgspec

from amity.errors import ImError
from amity.gateway.head import accepting


class _Envelope(msgspec.Struct, rename="camel"):
    err_code: int = 0
    err_msg: str = ""
    err_dlt: str = ""


_encode = msgspec.json.Encoder().encode

SUCCESS: Final = _encode(_Envelope())
"""The first frame, on success, for a client that waits for one."""

_SWITCHING: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %b\r\n\r\n"
)
_TEXT_FRAME: Final = 0x81
_CLOSE_FRAME: Final = b"\x88\x02\x03\xf0"  # code 1008: policy violation
_PHRASES: Final = {
    200: b"OK",
    400: b"Bad Request",
    403: b"Forbidden",
    405: b"Method Not Allowed",
    408: b"Request Timeout",
    426: b"Upgrade Required",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}
_MORE: Final = {405: b"Allow: GET\r\n", 426: b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"}
"""Headers that these statuses require (RFC 9110, 15.5.6 and 15.5.22)."""


def envelope(error: ImError) -> bytes:
    """Return an error as OpenIM's JSON."""
    return _encode(_Envelope(error.code, error.message, error.detail))


def over_http(status: int, error: ImError) -> bytes:
    """Return a complete HTTP response with the error."""
    body = envelope(error)
    return (
        b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%bConnection: close\r\n\r\n"
        % (status, _PHRASES[status], len(body), _MORE.get(status, b""))
    ) + body


def over_websocket(key: bytes, error: ImError) -> bytes:
    """Return a WebSocket upgrade, one frame with the error, and a close frame."""
    body = envelope(error)
    size = bytes([len(body)]) if len(body) < 126 else b"\x7e" + len(body).to_bytes(2, "big")
    return _SWITCHING % accepting(key) + bytes([_TEXT_FRAME]) + size + body + _CLOSE_FRAME
