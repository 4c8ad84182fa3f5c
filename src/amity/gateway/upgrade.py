"""Hand-over of an authenticated connection to picows.

picows decides about a client in a synchronous function, and checking a token needs the database. So the handshake reads
the real head, and picows gets the transport and a minimal head. ``WSProtocol`` is not one of picows' public names:
pyproject.toml limits picows to versions known to work, and the tests of this file fail with others.
"""

import asyncio
import logging
from typing import Any, Final

from picows import WSAutoPingStrategy, WSListener, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows.picows import WSProtocol  # type: ignore[attr-defined]

_MOST_READ: Final = 8192
"""Bytes read from a connection at a time.

picows doubles its buffer without limit, and for good, each time a read fills it. It also handles everything in the
buffer before other connections get a turn.
"""
_READ_BUFFER: Final = 2048
"""Initial size of the read buffer in bytes."""

_log = logging.getLogger(__name__)


class _NullLogger:
    """A logger that drops all but exceptions. From a real logger picows makes a child for each connection, and logs
    each."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - a logger's method
        return False

    def debug(self, *_: object) -> None: ...

    info = warning = error = log = debug

    def exception(self, message: str, *details: object) -> None:
        _log.exception(message, *details)


class _Protocol(WSProtocol):  # type: ignore[misc]
    __slots__ = ()

    def get_buffer(self, size_hint: int) -> Any:
        return WSProtocol.get_buffer(self, size_hint)[:_MOST_READ]


_null_logger = _NullLogger()
# Shared by all connections: picows writes the accept key into it, sends it, and does not use it again.
_switching = WSUpgradeResponse.create_101_response()
_HEAD: Final = (
    b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: %b\r\n\r\n"
)


def hand_over(transport: asyncio.Transport, listener: WSListener, key: bytes, rest: bytes, most_bytes: int) -> None:
    """Accept a client's key, and pass everything that it sends from now on to ``listener``.

    Reading is paused, and stays paused. ``rest`` is what followed the head. A frame larger than ``most_bytes`` closes
    the connection.
    """
    protocol = _Protocol(
        None,  # host and path to connect to, for clients
        None,
        False,  # not a client
        lambda _: WSUpgradeResponseWithListener(_switching, listener),
        _null_logger,
        True,  # close the connection if the listener raises
        None,  # no handshake timeout: the handshake is done
        False,  # no automatic pings: they need a task for each connection
        1,
        1,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        False,  # no automatic pongs: a ping counts as a sign of life
        most_bytes,
        None,
        _READ_BUFFER,
    )
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    received = _HEAD % key + rest
    while received:
        buffer = protocol.get_buffer(-1)
        taken = min(len(buffer), len(received))
        buffer[:taken] = received[:taken]
        received = received[taken:]
        protocol.buffer_updated(taken)
    protocol.transport.request.headers.clear()  # picows keeps the request as long as the connection
