"""The gateway: the WebSocket server for OpenIM's clients. It knows no domain."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import chain
from typing import Final

from picows import WSCloseCode

from amity.calls.operation import Operation
from amity.gateway.admissions import Admissions
from amity.gateway.dispatch import Dispatch, SetBackground
from amity.gateway.handshake import Handshake
from amity.gateway.heartbeat import Heartbeat, Timeouts
from amity.gateway.lifecycle import Identify, Shared
from amity.gateway.logins import Invalidate, Logins
from amity.gateway.reconnecting import Reconnecting
from amity.gateway.registry import Registry
from amity.gateway.session import Cause
from amity.gateway.sessions import Observer, Sessions
from amity.gateway.subscriptions import Subscriptions
from amity.http.descriptors import Descriptors
from amity.http.listening import bound_socket
from amity.http.origins import ANY, Origins
from amity.settings import Settings

_BACKLOG: Final = 4096
_ANSWERING_SECONDS: Final = 10.0
"""Seconds that ``stop`` waits for requests under way."""
_CLOSING_SECONDS: Final = 2.0
"""Seconds that ``stop`` then waits for the clients to close."""
_POLL_SECONDS: Final = 0.01

_log = logging.getLogger(__name__)


class Gateway:
    """Listens from ``start`` to ``stop``.

    It adds connections to ``sessions``, and ``observer`` is notified of them. Web pages of ``origins`` may connect; by
    default those of any origin may. ``registry`` is for a process that shares its database with others.
    """

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        identify: Identify,
        operations: Sequence[Operation],
        observer: Observer,
        invalidate: Invalidate,
        timeouts: Timeouts | None = None,
        *,
        descriptors: Descriptors | None = None,
        origins: Origins | None = None,
        registry: Registry | None = None,
    ) -> None:
        self._subscriptions = Subscriptions(sessions, None if registry is None else registry.platforms)
        # A registry tells of changes here, too, once others can read them.
        sessions.observe(observer, self._subscriptions.changed if registry is None else lambda _: None)
        admissions = Admissions(registry)
        self._address = settings.gateway
        self._sessions = sessions
        self._logins = Logins(settings.multi_login, sessions, invalidate, admissions, registry)
        self._reconnecting = Reconnecting()
        self._heartbeat = Heartbeat(timeouts or Timeouts())
        self._shared = Shared(
            settings.gateway,
            sessions,
            identify,
            Dispatch(operations, self._subscriptions, None if registry is None else _noting_background(registry)),
            self._subscriptions,
            self._logins,
            admissions,
            self._heartbeat,
            origins or Origins([ANY]),
            descriptors,
            registry,
        )
        if registry is not None:
            registry.serve(_Clients(identify, self._logins, self._subscriptions))
        self._server: asyncio.Server | None = None
        self._ticking: asyncio.Task[None] | None = None
        self.port = settings.gateway.port

    async def start(self) -> None:
        """Listen. Raises ``OSError`` if the address is in use."""
        # In a thread, because the host may be a name to resolve, and the REST API is already being served.
        listening = await asyncio.to_thread(bound_socket, self._address.host, self._address.port)
        self.port = listening.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Handshake(self._shared), sock=listening, backlog=_BACKLOG)
        self._ticking = asyncio.create_task(self._heartbeat.run())

    def reconnect_all(self) -> None:
        """Tell all clients that are connected now to connect again, within a few seconds: they may have missed
        pushes, and fetch then."""
        self._reconnecting.tell(self._sessions)

    def reconnect(self, user_ids: Collection[str]) -> None:
        """Tell the clients of these users that are connected now to connect again, as ``reconnect_all`` does."""
        self._reconnecting.tell(chain.from_iterable(self._sessions.of_each(user_ids)))

    async def stop(self) -> None:
        """Refuse new clients, answer requests under way, send every client a close frame, and close."""
        if self._server is not None:
            self._server.close()
        self._shared.is_stopping = True
        for waiting in (*self._heartbeat.heads, *self._heartbeat.handshakes):
            waiting.overdue()
        workers = self._shared.workers
        if not await _poll(lambda: not workers.is_busy, _ANSWERING_SECONDS):
            _log.warning("requests over the gateway were still under way and were broken off")
        await workers.stop()
        await self._reconnecting.stop()
        await self._subscriptions.stop()
        await self._logins.settle()
        await self._close_sessions()
        if self._ticking is not None:
            self._ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticking

    async def _close_sessions(self) -> None:
        for number, session in enumerate(self._sessions):
            session.leave(Cause.STOPPING, WSCloseCode.GOING_AWAY.value, "the server stops")
            if number % 256 == 255:
                await asyncio.sleep(0)
        closing = self._heartbeat.closing
        await _poll(lambda: not closing, _CLOSING_SECONDS)
        for expiring in closing:
            expiring.overdue()
        await asyncio.sleep(0)


class _Clients:
    """The clients of this process, as other processes reach them."""

    def __init__(self, identify: Identify, logins: Logins, subscriptions: Subscriptions) -> None:
        self.kick_connections = logins.kick_connections
        self.kick_user = logins.kick_user
        self.kick_ended = partial(logins.kick_ended, identify)
        self.changed = subscriptions.changed_anywhere


def _noting_background(registry: Registry) -> SetBackground:
    return lambda session: registry.set_background(session.conn_id, is_background=session.is_background)


async def _poll(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds or ``seconds`` elapse; return whether it held."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - a session that ends and a worker that rests set no event
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        return False
    return True
