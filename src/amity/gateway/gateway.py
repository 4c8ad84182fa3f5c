"""The gateway: OpenIM's clients connect to it, ask over it, and are told through it. Knows no domain."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Final

from picows import WSCloseCode

from amity.calls.operation import Operation
from amity.gateway.dispatch import Dispatch
from amity.gateway.handshake import Handshake
from amity.gateway.heartbeat import Heartbeat, Rhythm
from amity.gateway.lifecycle import Identify, Shared
from amity.gateway.logins import Invalidate, Logins
from amity.gateway.session import Cause
from amity.gateway.sessions import Observer, Sessions
from amity.gateway.subscriptions import Subscriptions
from amity.http.descriptors import Descriptors
from amity.http.listening import bound_socket
from amity.http.origins import ANY, Origins
from amity.settings import Settings

_BACKLOG: Final = 4096
_ANSWERING_SECONDS: Final = 10.0
"""How long a gateway that stops waits for what is under way to be answered."""
_CLOSING_SECONDS: Final = 2.0
"""How long it waits, then, for the clients to close."""
_LOOK_SECONDS: Final = 0.01

_log = logging.getLogger(__name__)


class Gateway:
    """Listens from ``start`` to ``stop``. ``sessions`` are those that it fills; ``observer`` is told of them. Web pages
    of ``origins`` may connect, of any where none are given."""

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        identify: Identify,
        operations: Sequence[Operation],
        observer: Observer,
        invalidate: Invalidate,
        rhythm: Rhythm | None = None,
        *,
        descriptors: Descriptors | None = None,
        origins: Origins | None = None,
    ) -> None:
        subscriptions = Subscriptions(sessions)
        sessions.observe(observer, subscriptions.changed)
        self._address = settings.gateway
        self._sessions = sessions
        self._logins = Logins(settings.multi_login, sessions, invalidate)
        self._heartbeat = Heartbeat(rhythm or Rhythm())
        self._shared = Shared(
            settings.gateway,
            sessions,
            identify,
            Dispatch(operations, subscriptions),
            subscriptions,
            self._logins,
            self._heartbeat,
            origins or Origins([ANY]),
            descriptors,
        )
        self._server: asyncio.Server | None = None
        self._beating: asyncio.Task[None] | None = None
        self.port = settings.gateway.port

    async def start(self) -> None:
        """Listen. Raises ``OSError`` where the address is taken."""
        # In a thread: a host that is a name is looked up, and the REST API is served already.
        listening = await asyncio.to_thread(bound_socket, self._address.host, self._address.port)
        self.port = listening.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Handshake(self._shared), sock=listening, backlog=_BACKLOG)
        self._beating = asyncio.create_task(self._heartbeat.run())

    async def stop(self) -> None:
        """Take no new client, answer what is under way, tell the clients that the server goes, and close."""
        if self._server is not None:
            self._server.close()
        self._shared.is_stopping = True
        for waiting in (*self._heartbeat.heads, *self._heartbeat.handshakes):
            waiting.overdue()
        workers = self._shared.workers
        if not await _until(lambda: not workers.is_busy, _ANSWERING_SECONDS):
            _log.warning("requests over the gateway were still under way and were broken off")
        await workers.stop()
        await self._logins.settle()
        await self._say_goodbye()
        if self._beating is not None:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating

    async def _say_goodbye(self) -> None:
        for number, session in enumerate(self._sessions):
            session.leave(Cause.STOPPING, WSCloseCode.GOING_AWAY.value, "the server stops")
            if number % 256 == 255:
                await asyncio.sleep(0)
        partings = self._heartbeat.partings
        await _until(lambda: not partings, _CLOSING_SECONDS)
        for parting in partings:
            parting.overdue()
        await asyncio.sleep(0)


async def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds or ``seconds`` elapse; return whether it held."""
    try:
        async with asyncio.timeout(seconds):
            while not is_so():  # noqa: ASYNC110 - a session that ends and a worker that rests set no event
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        return False
    return True
