"""The only place that builds things: settings in, one server out, started and stopped as a whole."""

import asyncio
import contextlib
import gc
import logging
import signal
import threading
from functools import partial

from amity.api.app import Api
from amity.api.listener import Listener
from amity.api.origins import OriginGuard
from amity.api.serving import Bounds
from amity.auth.operations import operations as auth_operations
from amity.auth.service import Auth
from amity.callbacks.admin import CallbackAdmin
from amity.callbacks.before import Before
from amity.callbacks.courier import Courier
from amity.callbacks.log import CallbackLog
from amity.callbacks.operations import operations as callback_operations
from amity.callbacks.outbox import Outbox
from amity.callbacks.sender import Sender
from amity.conversations.operations import operations as conversation_operations
from amity.conversations.service import Conversations
from amity.devices.operations import operations as device_operations
from amity.devices.service import Devices
from amity.errors import Code, ImError
from amity.gateway.gateway import Gateway
from amity.gateway.sessions import Sessions
from amity.groups.operations import operations as group_operations
from amity.groups.service import Groups
from amity.http.descriptors import descriptors
from amity.http.origins import Origins
from amity.http.url import host_port
from amity.lag import LoopLag
from amity.messages.operations import operations as message_operations
from amity.messages.requests import requests as message_requests
from amity.messages.service import Messages
from amity.presence.operations import operations as presence_operations
from amity.presence.service import Presence
from amity.quotas import Quota
from amity.relations.applications import Applications
from amity.relations.applications_answer import Answering
from amity.relations.applications_apply import Applying
from amity.relations.applications_operations import operations as application_operations
from amity.relations.blacks import Blacks
from amity.relations.blacks_changes import BlackChanges
from amity.relations.blacks_operations import operations as black_operations
from amity.relations.exporting import Exporting
from amity.relations.import_friends import ImportFriends
from amity.relations.increments import Increments
from amity.relations.limits import Limits
from amity.relations.moving_operations import operations as moving_operations
from amity.relations.operations import operations as relation_operations
from amity.relations.profile_fanout import ProfileFanout
from amity.relations.restoring import Restoring
from amity.relations.service import Friends
from amity.settings import Settings
from amity.storage import open_database
from amity.storage.write_probe import WriteProbe
from amity.sync.lists import list_version_id
from amity.users.client_config import ClientConfig
from amity.users.client_operations import operations as user_client_operations
from amity.users.commands import Commands
from amity.users.directory import Directory
from amity.users.operations import operations as user_operations
from amity.users.receive_option import ReceiveOption
from amity.users.search import Search
from amity.users.service import Users

_log = logging.getLogger(__name__)
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
        settings = self._settings
        sender = Sender(settings.callbacks)
        stack.push_async_callback(sender.close)
        database = await open_database(settings.database)
        stack.push_async_callback(database.close)
        log = CallbackLog(database)
        before = Before(settings.callbacks, sender, log)
        outbox = Outbox(settings.callbacks)
        courier = Courier(database, settings.callbacks, sender, log)

        directory = Directory(database)
        push = Sessions()
        version_id = await list_version_id(database)
        friends = Friends(database, directory, before, outbox, push)
        limits = Limits(settings.limits, database)
        import_friends = ImportFriends(database, directory, before, outbox, settings.client_import, push, limits)
        profiles = ProfileFanout(database, push)
        search = Search(database, Quota("searchesPerMinute", settings.limits.searches_per_minute))
        users = Users(database, directory, before, outbox, profiles, push)
        auth = Auth(settings, database, users, kick=push.kick)
        messages = Messages()
        presence = Presence(database, directory, outbox, push)
        await users.ensure_admins(settings.admins)

        log.start()
        stack.push_async_callback(log.stop)
        outbox.on_commit(courier.wake)
        courier.start()
        stack.push_async_callback(courier.stop)
        await search.start()
        stack.push_async_callback(search.stop)
        profiles.start()
        stack.push_async_callback(profiles.stop)
        await presence.start()
        stack.push_async_callback(presence.stop)
        sweeper = asyncio.create_task(_sweep(auth, import_friends, limits))
        stack.push_async_callback(_cancel, sweeper)

        lag = LoopLag()
        lag.start()
        stack.callback(lag.stop)
        connections = descriptors()
        api = Api(
            [
                *auth_operations(auth),
                *user_operations(users, search),
                *user_client_operations(
                    ClientConfig(database, directory), Commands(database, directory), ReceiveOption(database, push)
                ),
                *presence_operations(presence),
                *relation_operations(import_friends, friends, Increments(database, directory, version_id, push)),
                *application_operations(
                    Applying(database, directory, before, outbox, push, limits),
                    Answering(database, directory, before, outbox, push, limits),
                    Applications(database, directory),
                ),
                *black_operations(
                    BlackChanges(database, directory, before, outbox, push, limits),
                    Blacks(database, directory, version_id),
                ),
                *moving_operations(Restoring(database, directory, profiles, auth.log_out), Exporting(database)),
                *conversation_operations(Conversations(version_id)),
                *group_operations(Groups(version_id)),
                *message_operations(messages),
                *device_operations(Devices()),
                *callback_operations(CallbackAdmin(database, courier, log)),
            ],
            identify=auth.identify,
            ready=partial(self._ready, WriteProbe(database)),
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
            push,
            auth.identify,
            message_requests(messages),
            presence,
            auth.invalidate_others,
            descriptors=connections,
            origins=self._origins,
        )
        await gateway.start()
        stack.push_async_callback(gateway.stop)
        self.gateway_port = gateway.port
        stack.callback(profiles.release_callers)

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
    await asyncio.wait((starting,))  # what it has opened, it closes
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


async def _sweep(auth: Auth, import_friends: ImportFriends, limits: Limits) -> None:
    """Now and then delete what has expired."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        for sweep in (auth.sweep, import_friends.sweep, limits.sweep):
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
