"""The server: it is built from settings, and started and stopped as a whole."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from amity.api.app import Api
from amity.api.listener import Listener
from amity.api.origins import OriginGuard
from amity.api.routing_errors import ABOUT
from amity.api.serving import App, Bounds, Timeouts
from amity.app.console_sweeps import console_sweeps
from amity.app.ground import Ground, open_ground
from amity.app.parts import Parts, build
from amity.app.running import run_until_stopped, sweeping
from amity.clock import SYSTEM_CLOCK
from amity.cluster.cluster import Cluster
from amity.cluster.lease import Lease
from amity.errors import Code, ImError
from amity.gateway.gateway import Gateway
from amity.http.descriptors import Descriptors, descriptors
from amity.http.origins import Origins
from amity.http.url import host_port
from amity.lag import LoopLag
from amity.settings import Settings
from amity.storage.write_probe import WriteProbe

_LINGER_SECONDS = 0.5

_log = logging.getLogger("amity.app")
ABOUT_CONSOLE = b"""
/console        for administrators, in a browser
"""
_MOST_OF_CONSOLE = 1000  # connections to a listener of its own


class Server:
    """One amity: its database, REST API, gateway and courier. ``start`` it once, then ``stop`` it once."""

    def __init__(self, settings: Settings, *, dev: bool = False) -> None:
        self._settings = settings
        self._origins = Origins(settings.api.cors_origins, loopback_only=dev)
        self._running = contextlib.AsyncExitStack()
        self._why_not_ready = "the server is starting: the gateway does not listen yet"
        self.port = settings.api.port
        self.gateway_port = settings.gateway.port
        self.console_port = settings.console.port

    async def start(self) -> None:
        """Open and migrate the database, start the courier, and listen.

        Raises ``StorageError``, ``ValueError`` if a setting cannot work, ``OSError`` if the port is in use. Nothing is
        left open then.
        """
        async with contextlib.AsyncExitStack() as building:
            await self._build(building)
            self._running = building.pop_all()
        self._why_not_ready = ""

    async def stop(self) -> None:
        """Finish accepted calls, leave undelivered events in the outbox, and close everything, in the reverse order of
        start."""
        self._why_not_ready = "the server is stopping"
        await self._running.aclose()

    def announce(self) -> None:
        """Log where it listens."""
        settings = self._settings
        _log.info("listening on http://%s, documentation at /docs", host_port(settings.api.host, self.port))
        if settings.console.enable:
            host = settings.console.host if settings.console.port else settings.api.host
            _log.info("the console is at http://%s/console", host_port(host, self.console_port or self.port))
        _log.info("clients connect to ws://%s", host_port(settings.gateway.host, self.gateway_port))

    async def _build(self, stack: contextlib.AsyncExitStack) -> None:
        ground = await open_ground(self._settings, stack)
        parts = build(ground)
        await parts.users.ensure_admins(self._settings.admins)
        await ground.cluster.start()
        stack.push_async_callback(ground.cluster.stop)
        for task in parts.tasks:
            if (started := task.start()) is not None:
                await started
            stack.push_async_callback(task.stop)
        sweeps = [*parts.sweeps, *console_sweeps(ground)]
        await stack.enter_async_context(sweeping(sweeps, Lease(ground.database, "sweeps", SYSTEM_CLOCK)))
        lag = LoopLag()
        lag.start()
        stack.callback(lag.stop)
        await self._listen(stack, ground, parts)
        stack.callback(parts.profiles.release_callers)

    async def _listen(self, stack: contextlib.AsyncExitStack, ground: Ground, parts: Parts) -> None:
        """Listen for HTTP and for the gateway. Both share the budget of file descriptors."""
        settings = self._settings
        connections = descriptors()
        console = await self._console(stack, ground, parts)
        beside = {"console": console} if console is not None and not settings.console.port else {}
        api = Api(
            [operation for operation in parts.operations if operation.path],
            identify=parts.auth.identify,
            ready=partial(self._ready, WriteProbe(ground.database), ground.cluster),
            max_body_bytes=settings.api.max_body_bytes,
            max_bodies_bytes=settings.api.max_bodies_bytes,
            most_of_user=max(1, settings.api.max_connections // 8),
            about=ABOUT + ABOUT_CONSOLE if beside else ABOUT,
            beside=beside,
        )
        listener = Listener(
            self._guarded(api),
            settings.api.host,
            settings.api.port,
            bounds=Bounds(connections=settings.api.max_connections),
            # A proxy in front of several processes keeps connections, and may be sending a request over one of them.
            timeouts=Timeouts(linger=_LINGER_SECONDS if ground.cluster.processes.is_shared else 0.0),
            descriptors=connections,
        )
        await listener.start()
        stack.push_async_callback(listener.stop)
        self.port = listener.port
        if console is not None and settings.console.port:
            await self._listen_for_console(stack, console, connections)
        gateway = Gateway(
            settings,
            ground.sessions,
            parts.auth.identify,
            parts.operations,
            parts.presence,
            parts.auth.invalidate_others,
            descriptors=connections,
            origins=self._origins,
            registry=ground.registry,
        )
        ground.cluster.fetch_again = gateway.reconnect_all
        ground.cluster.last_moments.fetch_again = gateway.reconnect
        await gateway.start()
        stack.push_async_callback(gateway.stop)
        self.gateway_port = gateway.port

    async def _console(self, stack: contextlib.AsyncExitStack, ground: Ground, parts: Parts) -> App | None:
        if not self._settings.console.enable:
            return None
        open_console = await asyncio.to_thread(_imported_console)
        return await open_console(ground, parts, stack)

    async def _listen_for_console(
        self, stack: contextlib.AsyncExitStack, console: App, connections: Descriptors
    ) -> None:
        address = self._settings.console
        listener = Listener(
            self._guarded(console),
            address.host,
            address.port,
            bounds=Bounds(connections=_MOST_OF_CONSOLE),
            descriptors=connections,
        )
        await listener.start()
        stack.push_async_callback(listener.stop)
        self.console_port = listener.port

    def _guarded(self, app: App) -> App:
        return app if self._origins.admits_all else OriginGuard(app, self._origins)

    async def _ready(self, probe: WriteProbe, cluster: Cluster) -> str:
        """Return what this server lacks. Raise ``ImError`` while it is starting or stopping, or its database does not
        take writes."""
        if self._why_not_ready:
            raise ImError(Code.SERVER_INTERNAL, self._why_not_ready)
        await probe()
        # No reason to send nobody here: each process would be without the bus.
        return f"bus: {cluster.why_down}" if cluster.why_down else ""


def _imported_console() -> Callable[[Ground, Parts, contextlib.AsyncExitStack], Awaitable[App]]:
    """Return what builds the console. Its modules and templates take memory, which a server without a console need not
    spend, and the import takes longer than the event loop has for one turn."""
    from amity.app.console import open_console  # noqa: PLC0415

    return open_console


async def serve(
    settings: Settings,
    *,
    dev: bool = False,
    while_running: contextlib.AbstractContextManager[None] | None = None,
) -> None:
    """Run a server until SIGTERM or SIGINT, also if the signal arrives during the start.

    ``while_running`` is entered after the start, and left at the end. Raises what ``Server.start`` raises.
    """
    await run_until_stopped(Server(settings, dev=dev), while_running)
