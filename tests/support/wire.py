"""A TCP connection between a client and a server of the tests that can be cut, at both ends or in one direction."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

UP: Final = "up"
"""From the client to the server."""
DOWN: Final = "down"


class Wire:
    """Forwards connections to a port on this machine. An async context manager."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._is_cut = False
        self._silent: set[str] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @classmethod
    def before(cls, url: str) -> "Wire":
        """Return one to the server of a URL."""
        port = urlsplit(url).port
        assert port is not None
        return cls(port)

    def through(self, url: str) -> str:
        """Return a URL with the port of this wire."""
        return url.replace(f":{self._server_port}", f":{self.port}", 1)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """End all connections, and each new one at once."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def silence(self, direction: str) -> None:
        """Lose what goes in a direction from now on. The connections stay open."""
        self._silent.add(direction)

    def mend(self) -> None:
        """Forward everything again. What was lost stays lost."""
        self._is_cut = False
        self._silent.clear()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            others = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            writer.transport.abort()
            return
        for direction, source, sink in ((UP, reader, others[1]), (DOWN, others[0], writer)):
            self._writers.add(sink)
            task = asyncio.create_task(self._forward(direction, source, sink))
            self._tasks.add(task)

    async def _forward(self, direction: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if direction not in self._silent:
                    sink.write(data)
                    await sink.drain()
        sink.transport.abort()
        self._writers.discard(sink)
