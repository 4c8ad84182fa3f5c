"""The relay: it is built from settings, and started and stopped as a whole."""

import contextlib
import logging
from functools import partial

from amity.api.app import Api
from amity.api.listener import Listener
from amity.api.serving import Bounds, Timeouts
from amity.app.running import run_until_stopped, sweeping
from amity.auth.operations import admin_token
from amity.auth.service import Auth
from amity.callbacks.admin.log_reading import LogReading
from amity.callbacks.admin.operations import operations as callback_operations
from amity.callbacks.admin.service import CallbackAdmin
from amity.callbacks.asking.asker import Asker
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.courier import Courier
from amity.callbacks.telling.outbox import Outbox
from amity.calls.operation import Operation
from amity.clock import SYSTEM_CLOCK
from amity.cluster.lease import Lease
from amity.errors import Code, ImError
from amity.http.descriptors import descriptors
from amity.http.listening import inherited_socket
from amity.http.url import host_port
from amity.lag import LoopLag
from amity.relay.asking import Questions
from amity.relay.compiled import RelayRoutes, callbacks_of
from amity.relay.face import RelayFace
from amity.relay.shadow import Shadow
from amity.relay.telling import Arrivals
from amity.settings import RelaySettings, Settings
from amity.storage import Database, open_database
from amity.storage.write_probe import WriteProbe

MOST_TELLING = 128
"""Connections to one host for after-callbacks."""
# Go's client, which is OpenIM's, keeps an unused connection for 90 s. It closes one before this side does, so it never
# posts into a connection that is just being closed.
# At a stop, what it is posting meanwhile is still taken.
_TIMEOUTS = Timeouts(keep_alive=180.0, linger=0.5)
_ABOUT = b"""amity relay: passes the callbacks of OpenIM's own server on to a business server.

OpenIM's webhooks.yml has this address as its url, with the key of the relay's settings behind it.

/docs           the administrator's operations, with a form to try each
/openapi.json   the same for programs (OpenAPI 3.1)
/healthz        whether the relay runs
/readyz         whether it can work
/metrics        for Prometheus
"""
_log = logging.getLogger("amity.app")


class Relay:
    """One relay: its database, courier, and listener. ``start`` it once, then ``stop`` it once."""

    def __init__(self, settings: RelaySettings) -> None:
        self._settings = settings
        self._running = contextlib.AsyncExitStack()
        self._why_not_ready = "the relay is starting"
        self.port = settings.relay.port

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
        """Answer what has arrived, leave undelivered events in the outbox, and close everything."""
        self._why_not_ready = "the relay is stopping"
        await self._running.aclose()

    def announce(self) -> None:
        """Log where it listens."""
        _log.info("the relay listens on http://%s", host_port(self._settings.relay.host, self.port))

    async def _build(self, stack: contextlib.AsyncExitStack) -> None:
        settings = self._settings
        callbacks = callbacks_of(settings)
        # Each has connections of its own: what hangs of one kind does not hold up the others, also at one host.
        asking, old, telling = Sender(callbacks), Sender(callbacks), Sender(callbacks, most_connections=MOST_TELLING)
        for sender in (asking, old, telling):
            stack.push_async_callback(sender.close)
        database = await open_database(settings.database, connections=settings.postgres.connections)
        stack.push_async_callback(database.close)
        log = CallbackLog(database, body_hours=callbacks.body_hours)
        outbox = Outbox(callbacks)
        courier = Courier(database, callbacks, telling, log, routes=RelayRoutes(settings))
        outbox.on_commit(courier.wake)
        arrivals = Arrivals(database, outbox, to_old=settings.shadow.enable and settings.shadow.url is not None)
        for task in (log, courier, arrivals):
            task.start()
            stack.push_async_callback(task.stop)
        questions = Questions(callbacks, settings.relay.inexpressible, Asker(asking, log))
        shadow = None
        if settings.shadow.enable:
            shadow = Shadow(questions, old, log, has_old=settings.shadow.url is not None)
            stack.push_async_callback(shadow.stop)
        auth = _auth(settings, database)
        await stack.enter_async_context(
            sweeping([auth.sweep, log.sweep], Lease(database, "relay-sweeps", SYSTEM_CLOCK))
        )
        lag = LoopLag()
        lag.start()
        stack.callback(lag.stop)
        admin = CallbackAdmin(database, courier, log)
        operations = [admin_token(auth), *callback_operations(admin, LogReading(database, log))]
        face = RelayFace(
            settings.relay,
            questions,
            arrivals,
            shadow,
            self._api(operations, auth, database),
            [operation.path for operation in operations],
            documented_names=callbacks.documented_names,
        )
        listener = Listener(
            face,
            settings.relay.host,
            settings.relay.port,
            bounds=Bounds(connections=settings.relay.max_connections),
            timeouts=_TIMEOUTS,
            descriptors=descriptors(),
            inherited=inherited_socket(),
        )
        await listener.start()
        stack.push_async_callback(listener.stop)
        self.port = listener.port

    def _api(self, operations: list[Operation], auth: Auth, database: Database) -> Api:
        return Api(operations, identify=auth.identify, ready=partial(self._ready, WriteProbe(database)), about=_ABOUT)

    async def _ready(self, probe: WriteProbe) -> str:
        """Raise ``ImError`` while this relay is starting or stopping, or its database does not take writes."""
        if self._why_not_ready:
            raise ImError(Code.SERVER_INTERNAL, self._why_not_ready)
        await probe()
        return ""


class _Administrators:
    """The users of a relay: nobody but administrators asks it for a token."""

    async def level_of(self, user_id: str) -> int:
        return 0


def _auth(settings: RelaySettings, database: Database) -> Auth:
    shared = Settings(secret=settings.secret, admins=settings.admins, token=settings.token)
    return Auth(shared, database, _Administrators())


async def relay(settings: RelaySettings) -> None:
    """Run a relay until SIGTERM or SIGINT. Raises what ``Relay.start`` raises."""
    await run_until_stopped(Relay(settings))
