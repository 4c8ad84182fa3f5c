"""The server: it is built from settings, and started and stopped as a whole."""

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
from amity.app.ground import Ground, open_ground
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
    """One amity: its database, REST API, gateway and courier. ``start`` it once, then ``stop`` it once."""

    def __init__(self, settings: Settings, *, dev: bool = False) -> None:
        self._settings = settings
        self._origins = Origins(settings.api.cors_origins, loopback_only=dev)
        self._running = contextlib.AsyncExitStack()
        self._why_not_ready = "the server is starting: the gateway does not listen yet"
        self.port = settings.api.port
        self.gateway_port = settings.gateway.port

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

    async def _build(self, stack: contextlib.AsyncExitStack) -> None:
        ground = await open_ground(self._settings, stack)
        parts = build(ground)
        await parts.users.ensure_admins(self._settings.admins)
        for task in parts.tasks:
            if (started := task.start()) is not None:
                await started
            stack.push_async_callback(task.stop)
        sweeper = asyncio.create_task(_sweep(parts.sweeps))
        stack.push_async_callback(_cancel, sweeper)
        lag = LoopLag()
        lag.start()
        stack.callback(lag.stop)
        await self._listen(stack, ground, parts)
        stack.callback(parts.profiles.release_callers)

    async def _listen(self, stack: contextlib.AsyncExitStack, ground: Ground, parts: Parts) -> None:
        """Listen for HTTP and for the gateway. Both share the budget of file descriptors."""
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
        """Raise ``ImError`` while this server is starting or stopping, or its database does not take writes."""
        if self._why_not_ready:
            raise ImError(Code.SERVER_INTERNAL, self._why_not_ready)
        await probe()


async def serve(
    settings: Settings,
    *,
    dev: bool = False,
    while_running: contextlib.AbstractContextManager[None] | None = None,
) -> None:
    """Run a server until SIGTERM or SIGINT, also if the signal arrives during the start.

    ``while_running`` is entered after the start, and left at the end. Raises what ``Server.start`` raises.
    """
    stop_requested = asyncio.Event()
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():  # other threads receive no signals
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop_requested.set)
    server = Server(settings, dev=dev)
    if await _started(server, stop_requested):
        try:
            with while_running or contextlib.nullcontext():
                await _run_until_stopped(settings, server, stop_requested)
        finally:
            await server.stop()
    _log.info("stopped")


async def _started(server: Server, stop_requested: asyncio.Event) -> bool:
    """Start the server; return whether it runs. It does not if a stop is requested during the start."""
    starting = asyncio.ensure_future(server.start())
    stopping = asyncio.ensure_future(stop_requested.wait())
    try:
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not starting.done():
            _log.info("stopping before it has started")
            starting.cancel()
        await asyncio.wait(
            (starting,)
        )  # the cancelled start closes what it has opened, also if this caller is cancelled
    if starting.cancelled():
        return False
    starting.result()
    return True


async def _run_until_stopped(settings: Settings, server: Server, stop_requested: asyncio.Event) -> None:
    # The objects that exist now stay until the end. The collector need not visit them again, nor run as often as in a
    # small program.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    # These lines come last, because a program that reads them may stop the server at once.
    _log.info("listening on http://%s, documentation at /docs", host_port(settings.api.host, server.port))
    _log.info("clients connect to ws://%s", host_port(settings.gateway.host, server.gateway_port))
    await stop_requested.wait()
    _log.info("stopping: finishing what was accepted")


async def _sweep(sweeps: Sequence[Sweep]) -> None:
    """Run all sweeps every ``SWEEP_SECONDS``, until cancelled."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        for sweep in sweeps:
            try:
                await sweep()
            except ImError as error:
                _log.warning("expired rows could not be deleted, will try again: %s", error)
            except Exception:  # noqa: BLE001 - a sweep that fails must not prevent the others, nor the next round
                _log.exception("an error of its own kept expired rows from being deleted; it goes on")


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
