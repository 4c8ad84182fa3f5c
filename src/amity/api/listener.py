"""uvicorn as one part of a larger whole: it listens where it is told, and leaves the signals to its owner."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from amity.api.protocol import BoundedHttp
from amity.http.listening import bound_socket


class Listener(uvicorn.Server):
    """Serves one ASGI application on a socket. ``start`` returns once it listens, ``stop`` once it has ended."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=BoundedHttp,
                ws="none",
                loop="uvloop",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=15,
                backlog=4096,
            )
        )
        self._socket = bound_socket(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._listening = asyncio.Event()
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening.set()

    async def main_loop(self) -> None:
        # As uvicorn's own, which keeps the date of answers; but told to end it does not sleep first.
        ticks = 0
        while not await self.on_tick(ticks):
            ticks = (ticks + 1) % 864_000
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._ending.wait()

    async def start(self) -> None:
        self._task = asyncio.create_task(self.serve(sockets=[self._socket]))
        listening = asyncio.create_task(self._listening.wait())
        await asyncio.wait({self._task, listening}, return_when=asyncio.FIRST_COMPLETED)
        if not self._listening.is_set():
            listening.cancel()
            await self._task

    async def stop(self) -> None:
        """Take no new connection, let the requests under way finish, then return."""
        self.should_exit = True
        self._ending.set()
        if self._task is not None:
            await self._task
