"""One server: settings in, started and stopped as a whole."""

import asyncio
import contextlib
import gc
import logging
import signal
import threading
from collections.abc import Sequence
from functools import partial

from amity.api.app import Api
from amity.api.listener import Listener
from amity.api.origins import OriginGuard
from amity.api.serving import Bounds
from amity.app.ground import Ground, lay
from amity.app.parts import Parts, Sweep, build
from amity.errors import Code, ImError
from amity.gateway.gateway import Gateway
from amity.http.descriptors import descriptors
from amity.http.origins import Origins
from amity.http.url import host_port
from amity.lag import LoopLag
from amity.settings import Settings
from amity.storage.write_probe import WriteProbe

_log = logging.getLogger("amity.app")
SWEEP_SECONDS = 600


class Server:
    """One amity: its database, its REST API, its gateway, its courier. ``start`` it once, then ``stop`` it once."""

    def __init__(self, settings: Settings, *, dev: bool = False) -> None:
        self._settings = settings
        self._origins = Origins(settings.api.cors_origins, loopback_only=dev)
        self._running = contextlib.AsyncExitStack()
        self._why_not_ready = "the server is starting: the gateway does not listen yet"
        self.port = settings.api.port
        self.gateway_port = settings.gateway.port

    async def start(self) -> None:
        """Open and migrate the database, start the courier, and listen.

        Raises ``StorageError``, ``ValueError`` for a setting that cannot work, ``OSError`` where the port is taken;
        then nothing is left open.
        """
        async with contextlib.AsyncExitStack() as building:
            await self._build(building)
            self._running = building.pop_all()
        self._why_not_ready = ""

    async def stop(self) -> None:
        """Finish what was accepted, leave the rest in the outbox, close everything. In the reverse order of start."""
        self._why_not_ready = "the server is stopping"
        await self._running.aclose()

    async def _build(self, stack: contextlib.AsyncExitStack) -> None:
        ground = await lay(self._settings, stack)
        parts = build(ground)
        await parts.users.ensure_admins(self._settings.admins)
        for task in parts.tasks:
            if (beginning := task.start()) is not None:
                await beginning
            stack.push_async_callback(task.stop)
        sweeper = asyncio.create_task(_sweep(parts.sweeps))
        stack.push_async_callback(_cancel, sweeper)
        lag = LoopLag()
        lag.start()
        stack.callback(lag.stop)
        await self._listen(stack, ground, parts)
        stack.callback(parts.profiles.release_callers)

    async def _listen(self, stack: contextlib.AsyncExitStack, ground: Ground, parts: Parts) -> None:
        """Open both faces: HTTP and the gateway, which share the file descriptors."""
        settings = self._settings
        connections = descriptors()
        api = Api(
            [operation for operation in parts.operations if operation.path],
            identify=parts.auth.identify,
            ready=partial(self._ready, WriteProbe(ground.database)),
            max_body_bytes=settings.api.max_body_bytes,
            max_bodies_bytes=settings.api.max_bodies_bytes,
            most_of_user=max(1, settings.api.max_connections // 8),
        )
        listener = Listener(
            api if self._origins.admits_all else OriginGuard(api, self._origins),
            settings.api.host,
            settings.api.port,
            bounds=Bounds(connections=settings.api.max_connections),
            descriptors=connections,
        )
        await listener.start()
        stack.push_async_callback(listener.stop)
        self.port = listener.port
        gateway = Gateway(
            settings,
            ground.sessions,
            parts.auth.identify,
            parts.operations,
            parts.presence,
            parts.auth.invalidate_others,
            descriptors=connections,
            origins=self._origins,
        )
        await gateway.start()
        stack.push_async_callback(gateway.stop)
        self.gateway_port = gateway.port

    async def _ready(self, probe: WriteProbe) -> None:
        """Raise ``ImError`` as long as this server cannot do its work."""
        if self._why_not_ready:
            raise ImError(Code.SERVER_INTERNAL, self._why_not_ready)
        await probe()


async def serve(
    settings: Settings,
    *,
    dev: bool = False,
    while_running: contextlib.AbstractContextManager[None] | None = None,
) -> None:
    """Run a server until SIGTERM or SIGINT, also where that comes while it starts. Raises what ``Server.start`` raises.

    ``while_running`` is entered once it has started, and left at the end.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():  # others hear no signals
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
    server = Server(settings, dev=dev)
    if await _started(server, told):
        try:
            with while_running or contextlib.nullcontext():
                await _until_told(settings, server, told)
        finally:
            await server.stop()
    _log.info("stopped")


async def _started(server: Server, told: asyncio.Event) -> bool:
    """Start the server and return whether it runs: not if it is told to stop before it does."""
    starting = asyncio.ensure_future(server.start())
    stopping = asyncio.ensure_future(told.wait())
    try:
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not starting.done():
            _log.info("stopping before it has started")
            starting.cancel()
        await asyncio.wait((starting,))  # what it has opened, it closes, also if who waits here is cancelled
    if starting.cancelled():
        return False
    starting.result()
    return True


async def _until_told(settings: Settings, server: Server, told: asyncio.Event) -> None:
    # What is there now stays: the collector need not look at it again, nor look as often as in a small program.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    # Last: whoever reads it may tell the server to stop at once.
    _log.info("listening on http://%s, documentation at /docs", host_port(settings.api.host, server.port))
    _log.info("clients connect to ws://%s", host_port(settings.gateway.host, server.gateway_port))
    await told.wait()
    _log.info("stopping: finishing what was accepted")


async def _sweep(sweeps: Sequence[Sweep]) -> None:
    """Now and then delete what has expired."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        for sweep in sweeps:
            try:
                await sweep()
            except ImError as error:
                _log.warning("expired rows could not be deleted, will try again: %s", error)
            except Exception:  # noqa: BLE001 - one that fails keeps none of the others, nor the next time, from it
                _log.exception("an error of its own kept expired rows from being deleted; it goes on")


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
