"""The REST API's listening socket, and its orderly stop."""

import asyncio
import contextlib
import socket

from amity.api.connection import HttpConnection
from amity.api.serving import App, Bounds, Serving, Timeouts
from amity.http.descriptors import Descriptors
from amity.http.listening import bound_socket

_BACKLOG = 4096


class Listener:
    """Serves one ASGI application.

    ``start`` returns once it listens, ``stop`` once it has stopped. ``port`` is the actual port after ``start``. An
    ``inherited`` socket takes the place of host and port.
    """

    def __init__(
        self,
        app: App,
        host: str,
        port: int,
        *,
        timeouts: Timeouts | None = None,
        bounds: Bounds | None = None,
        descriptors: Descriptors | None = None,
        inherited: socket.socket | None = None,
    ) -> None:
        self._app = app
        self._timeouts = timeouts or Timeouts()
        self._bounds = bounds
        self._descriptors = descriptors
        self._host = host
        self._inherited = inherited
        self.port = port
        self._server: asyncio.Server | None = None
        self._serving: Serving | None = None

    @property
    def connections(self) -> Serving:
        """The connections; available after ``start``."""
        assert self._serving is not None, "it has not been started"  # noqa: S101 - a programming error of the caller
        return self._serving

    async def start(self) -> None:
        """Listen. Raises ``OSError`` if the address is in use or not this machine's."""
        bound = self._inherited
        if bound is None:
            # In a thread, because the host may be a name to resolve.
            bound = await asyncio.to_thread(bound_socket, self._host, self.port)
        self.port = bound.getsockname()[1]
        serving = self._serving = Serving(self._app, self._timeouts, self._bounds, self._descriptors)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: HttpConnection(serving), sock=bound, backlog=_BACKLOG)
        serving.start()

    async def stop(self) -> None:
        """Accept no new connection, wait up to the grace period for requests under way, then close the rest."""
        serving, server = self._serving, self._server
        if serving is None or server is None:
            return
        server.close()
        serving.is_stopping = True
        for connection in serving:
            connection.shut_down()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timeouts.grace):
                while serving.tasks:
                    await asyncio.wait(serving.tasks)
                await serving.emptied()
        for connection in serving:
            connection.abort()
        for task in serving.tasks:
            task.cancel()
        await asyncio.gather(*serving.tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await serving.emptied()
        await serving.stop()
