"""A connection between a client and the gateway that loses what a test tells it to lose."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

_BINARY = 2


class Wire:
    """Passes WebSocket connections on to a gateway. An async context manager; clients connect to ``port``."""

    def __init__(self, gateway_port: int) -> None:
        self._gateway_port = gateway_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = True
        self._to_lose = 0
        self._has_lost = asyncio.Event()
        self._server: asyncio.Server
        self.port = 0
        self.apart = 0.0
        """Seconds to wait after each frame of the gateway, so that a client reads one at a time."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._server.close()
        await asyncio.gather(*self._tasks)

    def lose(self, frames: int) -> None:
        """Lose the gateway's next frames with answers and pushes; heartbeats pass."""
        self._to_lose = frames
        self._has_lost.clear()

    async def lost(self, within: float = 5.0) -> None:
        """Return when all that was to be lost is lost. Raises ``TimeoutError``."""
        await asyncio.wait_for(self._has_lost.wait(), within)

    def cut(self) -> None:
        """End all connections at once, and refuse others until ``mend``."""
        self._is_open = False
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Pass everything on again."""
        self._is_open = True
        self._to_lose = 0

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._is_open:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there, back = await asyncio.open_connection("127.0.0.1", self._gateway_port)
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._forward(reader, back), self._answer(there, writer))
        finally:
            for each in (writer, back):
                each.transport.abort()
            self._writers -= {writer, back}
            self._tasks.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what the client says."""
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
        writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on the answer to the handshake, and then each frame of the gateway that is not to be lost."""
        with suppress(OSError, asyncio.IncompleteReadError):
            writer.write(await reader.readuntil(b"\r\n\r\n"))
            while True:
                frame = await _frame(reader)
                if self._to_lose and frame[0] & 0x0F == _BINARY:
                    self._to_lose -= 1
                    if not self._to_lose:
                        self._has_lost.set()
                else:
                    writer.write(frame)
                    await asyncio.sleep(self.apart)
        writer.transport.abort()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Read a frame of a server, which are not masked."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    if length >= 126:
        more = await reader.readexactly(2 if length == 126 else 8)
        head, length = head + more, int.from_bytes(more, "big")
    return head + await reader.readexactly(length)
