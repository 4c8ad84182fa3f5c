"""What all connections of one gateway share, and the two moments that concern it: one arrives, one has left."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from amity import metrics
from amity.errors import Code, ImError
from amity.gateway.arguments import Arguments
from amity.gateway.dispatch import Dispatch
from amity.gateway.heartbeat import Heartbeat
from amity.gateway.logins import Logins
from amity.gateway.session import Cause, Session
from amity.gateway.sessions import Sessions
from amity.gateway.subscriptions import Subscriptions
from amity.gateway.workers import Workers
from amity.http.descriptors import Descriptors
from amity.http.origins import Origins
from amity.http.turn import turn_end
from amity.settings import Gateway as GatewaySettings
from amity.texts import count

MOST_SILENT: Final = 10_000
"""Connections that have not said yet who they are: each may keep the memory of a head that is not whole."""
_SAID_EVERY: Final = 60.0
_log = logging.getLogger(__name__)


class Identity(Protocol):
    """Whose a token is."""

    @property
    def user_id(self) -> str: ...

    @property
    def platform_id(self) -> int: ...

    @property
    def expires(self) -> float: ...


Identify = Callable[[str], Awaitable[Identity]]
"""Says whose a token is. Raises ``ImError``, 1501 to 1507, for one that does not count."""


class Shared:
    """Everything that is there once."""

    def __init__(
        self,
        settings: GatewaySettings,
        sessions: Sessions,
        identify: Identify,
        dispatch: Dispatch,
        subscriptions: Subscriptions,
        logins: Logins,
        heartbeat: Heartbeat,
        origins: Origins,
        descriptors: Descriptors | None = None,
    ) -> None:
        self.max_message_bytes = settings.max_message_bytes
        self.sessions = sessions
        self.dispatch = dispatch
        self.logins = logins
        self.heartbeat = heartbeat
        self.origins = origins
        self.workers = Workers()
        self.turn_end = turn_end(asyncio.get_running_loop())
        self.is_stopping = False
        self._max_connections = settings.max_connections
        self._identify = identify
        self._subscriptions = subscriptions
        self._descriptors = descriptors
        self._said_at = float("-inf")
        if descriptors is not None:
            descriptors.share(self)

    def __len__(self) -> int:
        return (
            len(self.heartbeat.heads)
            + len(self.heartbeat.handshakes)
            + self.sessions.count
            + len(self.heartbeat.partings)
        )

    def idle_for(self) -> float | None:
        """Return for how many seconds the one has said nothing that has for the longest, if there is one."""
        return self.heartbeat.heads.longest(self.heartbeat.now)

    def make_room(self) -> None:
        """End that one."""
        longest = self.heartbeat.heads.first()
        if longest is not None:
            self.heartbeat.heads.discard(longest)
            longest.overdue()

    def has_room(self) -> bool:
        """Return whether a new connection may stay. Where there is no room, who has been silent longest makes some."""
        if len(self.heartbeat.heads) >= MOST_SILENT:
            self._refused("too many connections that do not say who they are")
            self.make_room()
        if self._descriptors is None or self._descriptors.has_room():
            return True
        self._refused("no file descriptors for more connections; see LimitNOFILE")
        return self._descriptors.make_room()

    def _refused(self, reason: str) -> None:
        metrics.connection_refused(Code.CONN_OVER_MAX)
        if self.heartbeat.now - self._said_at > _SAID_EVERY:
            self._said_at = self.heartbeat.now
            _log.warning("gateway: %s", reason)

    async def admit(self, arguments: Arguments) -> float:
        """Return when it is certain that a client is who it says: the end of its token, in seconds since 1970.

        Raises ``ImError``: 1601 where there are as many as there may be, 1501 to 1507 for a token that does not count,
        1502 for one of another user or platform.
        """
        self._require_room()
        identity = await self._identify(arguments.token)
        self._require_room()
        if identity.user_id != arguments.user_id:
            raise ImError(Code.TOKEN_INVALID, f"token uid {identity.user_id} != userID {arguments.user_id}")
        if identity.platform_id != arguments.platform_id:
            detail = f"token platform {identity.platform_id} != platformID {arguments.platform_id}"
            raise ImError(Code.TOKEN_INVALID, detail)
        return identity.expires

    def _require_room(self) -> None:
        if self.sessions.count >= self._max_connections:
            raise ImError(
                Code.CONN_OVER_MAX,
                f"gateway.maxConnections: limit of {count(self._max_connections, 'connection')} reached",
            )

    def arrived(self, session: Session) -> None:
        """Have a session that can be sent to take part."""
        metrics.connection_opened()
        self.heartbeat.watch(session)
        self.sessions.add(session)
        self.logins.arrived(session)
        _log.debug("%s connected on platform %d", session.user_id, session.platform_id, extra=_about(session))

    def left(self, session: Session, cause: Cause) -> None:
        """Strike out a session that has just ended."""
        metrics.connection_closed(cause)
        self.heartbeat.forget(session)
        self._subscriptions.forget(session)
        self.sessions.remove(session)
        _log.debug("%s is gone: %s", session.user_id, cause, extra=_about(session))


def _about(session: Session) -> dict[str, str]:
    return {"operationID": session.operation_id, "connID": session.conn_id}
