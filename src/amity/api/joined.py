"""The head and the body of an answer in one write, and the answers of one turn of the event loop in a row.

uvicorn writes head and body one after the other, each at once. Each write is a call to the kernel, a tenth of all the
time that a small import takes, and may wake the reader; what a commit lets go are many answers at once.
"""

import asyncio
from typing import Any

from amity.http.turn import turn_end

_MOST_HELD = 65536


class JoinedWrites:
    """A transport that keeps what is written until the turn of the event loop is over; of much, not even so long."""

    __slots__ = ("_at_turn_end", "_held", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._at_turn_end = turn_end(loop).call
        self._held = b""

    def write(self, data: bytes) -> None:
        if self._held:
            self._held += data
            if len(self._held) > _MOST_HELD:
                self._flush()
        elif data:
            self._held = data
            self._at_turn_end(self._flush)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            if not self._transport.is_closing():
                self._transport.write(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
