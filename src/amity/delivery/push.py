"""Push to users' clients: one call for all domains, whichever process the clients are connected to.

Source: open-im-server 3.8 ``internal/push``.
"""

import logging
from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.cluster import Cluster
from amity.cluster.connections import has_core
from amity.delivery.ascending import Ascending, Position, Read
from amity.delivery.elsewhere.receiving import Receiving
from amity.delivery.elsewhere.sending import Elsewhere
from amity.delivery.elsewhere.told import PushData, PushMessage
from amity.delivery.here import Here
from amity.gateway.session import Session, reachable
from amity.gateway.sessions import Sessions
from amity.storage import Database
from amity.wire.notification import Notification, push_messages, pushed
from amity.wire.platforms import ANDROID, IOS
from amity.wire.proto.sdkws_pb2 import MsgData

_PHONES: Final = (IOS, ANDROID)
_NOWHERE: Final = Position(0, 0)

_log = logging.getLogger(__name__)


class Push:
    """Tells clients. With a ``cluster`` also those that are connected to its other processes; without, or while this
    process is alone, those that are connected here."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock = SYSTEM_CLOCK,
        *,
        cluster: Cluster | None = None,
        database: Database | None = None,
    ) -> None:
        self._sessions = sessions
        self._now_ms = clock.now_ms
        self._here = Here(sessions)
        self._ascending = Ascending(partial(self._here.message, operation_id=""), lambda: self.is_alone)
        self._cluster = cluster
        self._database = database
        self._elsewhere: Elsewhere | None = None
        if cluster is not None and database is not None and cluster.processes.is_shared:
            self._elsewhere = Elsewhere(cluster, database, clock)
            Receiving(cluster, self._here, self._ascending)

    @property
    def is_alone(self) -> bool:
        """Whether all clients are connected here."""
        return self._cluster is None or self._cluster.is_alone

    def start(self) -> None:
        """Do nothing: tasks are made as there is something to tell."""

    async def stop(self) -> None:
        """Tell other processes what waits."""
        await self._ascending.stop()
        if self._elsewhere is not None:
            await self._elsewhere.stop()

    def fills_gaps(self, read: Read, *, reads: bool) -> None:
        """Have messages that another process accepted, and did not tell of in time, read by ``read``. Without ``reads``
        they are not, as the app's business server decides to whom messages are pushed."""
        self._ascending.read_by(read)
        self._ascending.reads = reads

    def reaches(self, user_id: str) -> bool:
        """Return whether a client of this user may be connected, so that preparing a notification is worthwhile."""
        return not self.is_alone or bool(self._sessions.of(user_id))

    def reached(self, user_ids: Collection[str]) -> Collection[str]:
        """Return those of these users whose clients may be connected."""
        return self._sessions.among(user_ids) if self.is_alone else user_ids

    def has_phone(self, user_id: str) -> bool:
        """Return whether a phone of this user is connected here and can be sent something: one whose app is in the
        background on iOS cannot."""
        phones = (session for session in reachable(self._sessions.of(user_id)) if session.platform_id in _PHONES)
        return next(phones, None) is not None

    async def has_core(self, user_id: str, platform_id: int) -> bool:
        """Return whether OpenIM's Go core, a client with its own database, is connected as this user on this platform.
        Raises ``ImError``, ``DATABASE`` (90002)."""
        sessions = self._sessions.of(user_id)
        if any(session.platform_id == platform_id and session.encoding.is_core for session in sessions):
            return True
        if self.is_alone or self._database is None:
            return False
        return await has_core(self._database, user_id, platform_id)

    def fetched(self, user_id: str, platform_id: int, coalesces: str) -> None:
        """Note that a user's client on this platform fetches the list of this name. It is notified of later changes."""
        for session in self._sessions.of(user_id):
            if session.platform_id == platform_id:
                session.fetched(coalesces)

    def notify(
        self,
        user_ids: Collection[str],
        notification: Notification,
        operation_id: str,
        *,
        platform_id: int | None = None,
        except_platform: int | None = None,
    ) -> None:
        """Notify all connected clients of these users, or those on one platform, or all but those on one, once each.

        Never waits, never raises. A client that is not connected learns of it at its next sync.
        """
        try:
            make = _Once(partial(push_messages, notification, self._now_ms()))
            # A client may fetch over another process than the one that it is connected to. That one would not know of
            # it, and so would not notify it of what came meanwhile.
            coalesces = notification.coalesces if self.is_alone else ""

            def is_for(session: Session) -> bool:
                return (
                    platform_id in (None, session.platform_id)
                    and session.platform_id != except_platform
                    and session.should_notify(coalesces)
                )

            self._here.data(user_ids, make, operation_id, is_for)
            if self._elsewhere is not None and not self.is_alone:
                self._elsewhere.push(
                    user_ids,
                    lambda users: PushData(users, make(), operation_id, platform_id or 0, except_platform or 0),
                )
        except Exception:  # noqa: BLE001 - a client that misses a push learns of it at its next sync
            _log.exception("a notification of type %d could not be sent", notification.detail.content_type)

    def message(
        self,
        user_ids: Collection[str],
        conversation_id: str,
        message: bytes,
        operation_id: str,
        *,
        at: Position | None = None,
        participants: Collection[str] = (),
    ) -> None:
        """Push a message or a stored notification, an encoded ``MsgData``, to all connected clients of these users.

        ``at`` is where it is stored, if it is: the messages of a timeline reach a client in ascending order.
        ``participants`` are users who are pushed the conversation's messages, and not this one. Never waits, never
        raises: who is not connected finds it by pulling.
        """
        try:
            if self._elsewhere is None:
                self._here.message(user_ids, conversation_id, message, operation_id)
                return
            if self.is_alone:
                pass
            elif isinstance(user_ids, frozenset) and not self._elsewhere.is_looked_up(user_ids):
                self._elsewhere.push_to_set(user_ids, conversation_id, message, at or _NOWHERE, operation_id)
            else:
                self._elsewhere.push(
                    user_ids,
                    lambda users: PushMessage(
                        users, conversation_id, message if users else b"", *(at or _NOWHERE), operation_id
                    ),
                    size=len(message),
                    others=participants,
                )
            if at is not None:
                send = partial(self._here.message, user_ids, conversation_id, message, operation_id)
                self._ascending.put(at, conversation_id, send)
            else:
                self._here.message(user_ids, conversation_id, message, operation_id)
        except Exception:  # noqa: BLE001 - a client that misses a push finds the message by pulling
            _log.exception("a message could not be pushed")

    def notice(self, user_ids: Collection[str], notice: MsgData, operation_id: str) -> None:
        """Push a notification that is a message already, and is not stored, to all connected clients of these users.
        Never waits, never raises."""
        try:
            make = _Once(partial(pushed, notice))
            self._here.data(user_ids, make, operation_id)
            if self._elsewhere is not None and not self.is_alone:
                self._elsewhere.push(user_ids, lambda users: PushData(users, make(), operation_id))
        except Exception:  # noqa: BLE001 - a client that misses a push learns of it at its next sync
            _log.exception("a notification of type %d could not be sent", notice.contentType)

    def message_again(
        self, user_id: str, connection_id: str, conversation_id: str, message: bytes, operation_id: str
    ) -> None:
        """Push a message to one of a user's connections, if it is still open here. Never waits, never raises."""
        try:
            self._here.message_again(user_id, connection_id, conversation_id, message, operation_id)
        except Exception:  # noqa: BLE001 - a client that misses a push finds the message by pulling
            _log.exception("a message could not be pushed")


class _Once:
    """A function without arguments that is called once, when its result is first needed."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._made: bytes | None = None

    def __call__(self) -> bytes:
        if self._made is None:
            self._made = self._make()
        return self._made
