"""Push notifications to users' clients: one call for all domains.

Source: open-im-server 3.8 ``internal/push``.
"""

import logging
from collections.abc import Collection
from functools import partial
from itertools import chain
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.gateway.frames import Frames
from amity.gateway.session import reachable
from amity.gateway.sessions import Sessions
from amity.wire.conversation_ids import NOTIFICATIONS
from amity.wire.frames import Identifier, Reply
from amity.wire.message_bytes import push_data
from amity.wire.notification import Notification, push_messages, pushed
from amity.wire.platforms import ANDROID, IOS
from amity.wire.proto.sdkws_pb2 import MsgData

_PHONES = (IOS, ANDROID)
_SMALL: Final = 4096
"""Bytes of a message up to which it may go in one write with others."""

_log = logging.getLogger(__name__)


class Push:
    """Tells the clients that are connected to this process."""

    def __init__(self, sessions: Sessions, clock: Clock = SYSTEM_CLOCK) -> None:
        self._sessions = sessions
        self._now_ms = clock.now_ms

    def reaches(self, user_id: str) -> bool:
        """Return whether a client of this user is connected here, so that preparing a notification is worthwhile."""
        return bool(self._sessions.of(user_id))

    def reached(self, user_ids: Collection[str]) -> Collection[str]:
        """Return those of these users whose clients are connected here."""
        return self._sessions.among(user_ids)

    def has_phone(self, user_id: str) -> bool:
        """Return whether a phone of this user is connected here and can be sent something: one whose app is in the
        background on iOS cannot."""
        phones = (session for session in reachable(self._sessions.of(user_id)) if session.platform_id in _PHONES)
        return next(phones, None) is not None

    def has_core(self, user_id: str, platform_id: int) -> bool:
        """Return whether OpenIM's Go core, a client with its own database, is connected as this user on this
        platform."""
        sessions = self._sessions.of(user_id)
        return any(session.platform_id == platform_id and session.encoding.is_core for session in sessions)

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
            connected = self._sessions.of_each(user_ids)
            if not connected:
                return
            frames = Frames(partial(_reply, notification, self._now_ms(), operation_id))
            sessions = reachable(chain.from_iterable(connected))
            notified = (
                each
                for each in sessions
                if platform_id in (None, each.platform_id)
                and each.platform_id != except_platform
                and each.should_notify(notification.coalesces)
            )
            self._sessions.fan_out.send(notified, frames)
        except Exception:  # noqa: BLE001 - a client that misses a push learns of it at its next sync
            _log.exception("a notification of type %d could not be sent", notification.detail.content_type)

    def message(self, user_ids: Collection[str], conversation_id: str, message: bytes, operation_id: str) -> None:
        """Send a message or a stored notification, an encoded ``MsgData`` with its number, to all connected clients of
        these users. Never waits, never raises: who is not connected finds it by pulling."""
        try:
            frames = Frames(partial(_frame, conversation_id, message, operation_id))
            if isinstance(user_ids, frozenset) and len(message) <= _SMALL:
                if members := self._sessions.of_members(user_ids):
                    self._sessions.fan_out.send_to_all(members, frames)
            elif connected := self._sessions.of_each(user_ids):
                self._sessions.fan_out.send(reachable(chain.from_iterable(connected)), frames)
        except Exception:  # noqa: BLE001 - a client that misses a push finds the message by pulling
            _log.exception("a message could not be pushed")

    def notice(self, user_ids: Collection[str], notice: MsgData, operation_id: str) -> None:
        """Send a notification that is a message already, and is not stored, to all connected clients of these users.
        Never waits, never raises."""
        try:
            connected = self._sessions.of_each(user_ids)
            if connected:
                frames = Frames(partial(_noticed, notice, operation_id))
                self._sessions.fan_out.send(reachable(chain.from_iterable(connected)), frames)
        except Exception:  # noqa: BLE001 - a client that misses a push learns of it at its next sync
            _log.exception("a notification of type %d could not be sent", notice.contentType)

    def message_again(
        self, user_id: str, connection_id: str, conversation_id: str, message: bytes, operation_id: str
    ) -> None:
        """Send a message to one of a user's connections, if it is still open. Never waits, never raises."""
        try:
            asking = [each for each in self._sessions.of(user_id) if each.conn_id == connection_id]
            if asking:
                self._sessions.fan_out.send(asking, Frames(partial(_frame, conversation_id, message, operation_id)))
        except Exception:  # noqa: BLE001 - a client that misses a push finds the message by pulling
            _log.exception("a message could not be pushed")


def _frame(conversation_id: str, message: bytes, operation_id: str) -> Reply:
    data = push_data(conversation_id, message, notifies=conversation_id.startswith(NOTIFICATIONS))
    return Reply(Identifier.PUSH, operation_id=operation_id, data=data)


def _noticed(notice: MsgData, operation_id: str) -> Reply:
    return Reply(Identifier.PUSH, operation_id=operation_id, data=pushed(notice))


def _reply(notification: Notification, now: int, operation_id: str) -> Reply:
    return Reply(Identifier.PUSH, operation_id=operation_id, data=push_messages(notification, now))
