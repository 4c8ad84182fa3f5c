"""Handing a connection over to picows, once it is known who is there.

picows would have a synchronous function judge a client by its head, and whether a token counts is a question to the
database. So the handshake reads the head, and picows gets the transport and a head that says as little as it can.
``WSProtocol`` is not among picows' public names: pyproject.toml holds it to the versions of which this is known to be
right, and the tests of this file fail where it is not.
"""

import asyncio
import logging
from typing import Any, Final

from picows import WSAutoPingStrategy, WSListener, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows.picows import WSProtocol  # type: ignore[attr-defined]

_MOST_READ: Final = 8192
"""Bytes that are taken off a connection at a time. picows would double its buffer, without end and for good, as often
as a read fills it, and would handle all that is in it before anybody else's turn."""
_READ_BUFFER: Final = 2048
"""Bytes of the buffer for reading in the beginning."""

_log = logging.getLogger(__name__)


class _Quiet:
    """Stands for a logger. Of a real one picows makes another for each connection, and tells it of each."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - a logger's
        return False

    def debug(self, *_: object) -> None: ...

    info = warning = error = log = debug

    def exception(self, message: str, *details: object) -> None:
        _log.exception(message, *details)


class _Protocol(WSProtocol):  # type: ignore[misc]
    __slots__ = ()

    def get_buffer(self, size_hint: int) -> Any:
        return WSProtocol.get_buffer(self, size_hint)[:_MOST_READ]


_quiet = _Quiet()
# One for all: picows writes the key's answer into it, sends it, and looks at it no more.
_switching = WSUpgradeResponse.create_101_response()
_HEAD: Final = (
    b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: %b\r\n\r\n"
)


def hand_over(transport: asyncio.Transport, listener: WSListener, key: bytes, rest: bytes, most_bytes: int) -> None:
    """Answer a client's key, and have ``listener`` told of all that comes from now on.

    Reading is paused, and remains so. ``rest`` came behind the head. A frame of more than ``most_bytes`` ends the
    connection.
    """
    protocol = _Protocol(
        None,  # where and what a client connects to
        None,
        False,  # this is a server
        lambda _: WSUpgradeResponseWithListener(_switching, listener),
        _quiet,
        True,  # an exception of the listener ends the connection
        None,  # the handshake has seen to the handshake's time
        False,  # no pings by themselves: they would be a task for each connection
        1,
        1,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        False,  # no pongs by themselves: a ping is a sign of life
        most_bytes,
        None,
        _READ_BUFFER,
    )
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    came = _HEAD % key + rest
    while came:
        room = protocol.get_buffer(-1)
        taken = min(len(room), len(came))
        room[:taken] = came[:taken]
        came = came[taken:]
        protocol.buffer_updated(taken)
    protocol.transport.request.headers.clear()  # picows keeps the request as long as the connection
