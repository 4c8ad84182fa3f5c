"""Telling users' clients: one call for all domains, whoever is connected where.

Source: open-im-server 3.8 ``internal/push``.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from amity.clock import SYSTEM_CLOCK, Clock
from amity.gateway.fan_out import Frames
from amity.gateway.session import Session
from amity.gateway.sessions import Sessions
from amity.wire.frames import Identifier, Reply
from amity.wire.notification import Notification, push_messages
from amity.wire.platforms import IOS

_log = logging.getLogger(__name__)


class Push:
    """Tells the clients that are connected to this process."""

    def __init__(self, sessions: Sessions, clock: Clock = SYSTEM_CLOCK) -> None:
        self._sessions = sessions
        self._now_ms = clock.now_ms

    def reaches(self, user_id: str) -> bool:
        """Return whether a client of this user is connected, so that telling it is worth preparing."""
        return bool(self._sessions.of(user_id))

    def has_core(self, user_id: str, platform_id: int) -> bool:
        """Return whether OpenIM's Go core is connected as this user on this platform: a client with a database of its
        own."""
        sessions = self._sessions.of(user_id)
        return any(session.platform_id == platform_id and session.encoding.is_core for session in sessions)

    def fetched(self, user_id: str, platform_id: int, coalesces: str) -> None:
        """Note that a user's client on this platform fetches what has changed on the list of this name: of what changes
        from now on it is to be told."""
        for session in self._sessions.of(user_id):
            if session.platform_id == platform_id:
                session.fetched(coalesces)

    def notify(
        self,
        user_ids: Sequence[str],
        notification: Notification,
        operation_id: str,
        *,
        platform_id: int | None = None,
    ) -> None:
        """Tell all connected clients of these users, or those on one platform, once each. Never waits, never raises:
        who is not connected finds out by its next sync."""
        try:
            connected = [user_id for user_id in user_ids if self._sessions.of(user_id)]
            if not connected:
                return
            frames = Frames(partial(_reply, notification, self._now_ms(), operation_id))
            sessions = self._awake(connected, platform_id)
            self._sessions.fan_out.send((each for each in sessions if each.takes(notification.coalesces)), frames)
        except Exception:  # noqa: BLE001 - what was done is done, and who is not told finds out by the next sync
            _log.exception("a notification of type %d could not be sent", notification.detail.content_type)

    def _awake(self, user_ids: Iterable[str], platform_id: int | None) -> Iterator[Session]:
        """Return the sessions of users, or those on one platform, but for iPhones whose app is in the background, and
        so is not running: they are woken by other means."""
        return (
            session
            for user_id in user_ids
            for session in self._sessions.of(user_id)
            if platform_id in (None, session.platform_id) and not (session.is_background and session.platform_id == IOS)
        )


def _reply(notification: Notification, now: int, operation_id: str) -> Reply:
    return Reply(Identifier.PUSH, operation_id=operation_id, data=push_messages(notification, now))
