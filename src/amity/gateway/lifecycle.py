"""What all connections of one gateway share, and what happens when a session opens and when it has ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from amity import metrics
from amity.errors import Code, ImError
from amity.gateway.admissions import Admission, Admissions
from amity.gateway.arguments import Arguments
from amity.gateway.dispatch import Dispatch
from amity.gateway.heartbeat import Heartbeat
from amity.gateway.logins import Logins
from amity.gateway.registry import Registry
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
"""Connections that have not sent their head. Each may hold the memory of an incomplete head."""
_LOG_EVERY: Final = 60.0
_log = logging.getLogger(__name__)


class Identity(Protocol):
    """The user and platform of a token."""

    @property
    def user_id(self) -> str: ...

    @property
    def platform_id(self) -> int: ...

    @property
    def expires(self) -> float: ...


Identify = Callable[[str], Awaitable[Identity]]
"""Returns the identity of a token. Raises ``ImError``, 1501 to 1507, if the token is not valid."""


class Shared:
    """The parts of a gateway that every connection uses. There is one for each gateway."""

    def __init__(
        self,
        settings: GatewaySettings,
        sessions: Sessions,
        identify: Identify,
        dispatch: Dispatch,
        subscriptions: Subscriptions,
        logins: Logins,
        admissions: Admissions,
        heartbeat: Heartbeat,
        origins: Origins,
        descriptors: Descriptors | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.max_message_bytes = settings.max_message_bytes
        self.sessions = sessions
        self.dispatch = dispatch
        self.logins = logins
        self.admissions = admissions
        self.heartbeat = heartbeat
        self.origins = origins
        self.workers = Workers()
        self.turn_end = turn_end(asyncio.get_running_loop())
        self.is_stopping = False
        self._max_connections = settings.max_connections
        self._identify = identify
        self._subscriptions = subscriptions
        self._descriptors = descriptors
        self._registry = registry
        self._logged_at = float("-inf")
        if descriptors is not None:
            descriptors.share(self)

    def __len__(self) -> int:
        return (
            len(self.heartbeat.heads)
            + len(self.heartbeat.handshakes)
            + self.sessions.count
            + len(self.heartbeat.closing)
        )

    def idle_for(self) -> float | None:
        """Return how many seconds the oldest connection without a head has been silent, or ``None`` if there is
        none."""
        return self.heartbeat.heads.longest(self.heartbeat.time())

    def make_room(self) -> None:
        """Close the oldest connection without a head."""
        longest = self.heartbeat.heads.first()
        if longest is not None:
            self.heartbeat.heads.discard(longest)
            longest.overdue()

    def has_room(self) -> bool:
        """Return whether a new connection may stay. If there is no room, the oldest connection without a head is
        closed."""
        if len(self.heartbeat.heads) >= MOST_SILENT:
            self._refused("too many connections that do not say who they are")
            self.make_room()
        if self._descriptors is None or self._descriptors.has_room():
            return True
        self._refused("no file descriptors for more connections; see LimitNOFILE")
        return self._descriptors.make_room()

    def _refused(self, reason: str) -> None:
        metrics.connection_refused(Code.CONN_OVER_MAX)
        if self.heartbeat.now - self._logged_at > _LOG_EVERY:
            self._logged_at = self.heartbeat.now
            _log.warning("gateway: %s", reason)

    async def admit(self, arguments: Arguments) -> Admission:
        """Check a client's token against its arguments, and register its connection if there is a registry.

        Raises ``ImError``: ``CONN_OVER_MAX`` (1601) if the limit of connections is reached, 1501 to 1507 if the token
        is not valid, ``TOKEN_INVALID`` (1502) if it is another user's or another platform's, ``DATABASE`` (90002) if it
        cannot be registered. Who is admitted is added (``arrived``), or is given up with ``admissions.abandon``.
        """
        self._require_room()
        admission = self.admissions.begin(arguments)
        try:
            await self._check(admission, arguments)
            await self.admissions.register(admission, arguments)
            self._require_room()
        except BaseException:
            self.admissions.abandon(admission)
            raise
        return admission

    async def _check(self, admission: Admission, arguments: Arguments) -> None:
        identity = await self._identify(arguments.token)
        self._require_room()
        if identity.user_id != arguments.user_id:
            raise ImError(Code.TOKEN_INVALID, f"token uid {identity.user_id} != userID {arguments.user_id}")
        if identity.platform_id != arguments.platform_id:
            detail = f"token platform {identity.platform_id} != platformID {arguments.platform_id}"
            raise ImError(Code.TOKEN_INVALID, detail)
        admission.expires = identity.expires

    def _require_room(self) -> None:
        if self.sessions.count >= self._max_connections:
            raise ImError(
                Code.CONN_OVER_MAX,
                f"gateway.maxConnections: limit of {count(self._max_connections, 'connection')} reached",
            )

    def arrived(self, session: Session) -> None:
        """Add a session that can be sent to."""
        metrics.connection_opened()
        self.heartbeat.watch(session)
        self.sessions.add(session)
        self.logins.arrived(session)
        _log.debug("%s connected on platform %d", session.user_id, session.platform_id, extra=_log_fields(session))

    def left(self, session: Session, cause: Cause) -> None:
        """Remove a session that has just ended."""
        metrics.connection_closed(cause)
        self.heartbeat.forget(session)
        self._subscriptions.forget(session)
        self.sessions.remove(session)
        if self._registry is not None:
            self._registry.forget(session.conn_id)
        _log.debug("%s is gone: %s", session.user_id, cause, extra=_log_fields(session))


def _log_fields(session: Session) -> dict[str, str]:
    return {"operationID": session.operation_id, "connID": session.conn_id}
