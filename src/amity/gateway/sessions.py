"""Who is connected, and telling them: the registry of live sessions, which is also what the domains push through."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final, Protocol

from amity.gateway.fan_out import FanOut, Frames
from amity.gateway.session import Cause, Session
from amity.wire.frames import Identifier, Reply
from amity.wire.notification import Notification, push_messages
from amity.wire.platforms import IOS

_log = logging.getLogger(__name__)


class Observer(Protocol):
    """Is told of sessions, in the order in which things happen. Does not block, and raises nothing."""

    def opened(self, session: Session, /) -> None: ...

    def closed(self, session: Session, /) -> None:
        """Each that was opened, once."""
        ...

    def kicked(self, session: Session, /) -> None:
        """Before it is closed, of one that the server ends: for another login, or because it was told to."""
        ...


class NoObserver:
    """Watches nothing: where nobody wants to know."""

    def opened(self, session: Session) -> None: ...

    closed = kicked = opened


_KICK: Final = Frames(lambda: Reply(Identifier.KICK))


class Sessions:
    """The live sessions of this process. ``clock`` returns seconds since 1970.

    It is a ``wire.notification.Push``. It is made before the gateway, and has nobody in it without one.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._by_user: dict[str, tuple[Session, ...]] = {}
        self._observer: Observer = NoObserver()
        self._watchers: Callable[[str], None] = lambda _: None
        self.fan_out = FanOut()
        self.count = 0

    def __iter__(self) -> Iterator[Session]:
        return (session for sessions in tuple(self._by_user.values()) for session in sessions)

    def observe(self, observer: Observer, watchers: Callable[[str], None]) -> None:
        """Tell ``observer`` of sessions, and ``watchers`` of users whose sessions have changed."""
        self._observer = observer
        self._watchers = watchers

    def of(self, user_id: str) -> Sequence[Session]:
        """Return a user's live sessions, the oldest first."""
        return self._by_user.get(user_id, ())

    def platforms(self, user_id: str) -> list[int]:
        """Return the platforms that a user is connected on, each once."""
        return sorted({session.platform_id for session in self.of(user_id)})

    def add(self, session: Session) -> None:
        session.is_live = True
        self._by_user[session.user_id] = (*self.of(session.user_id), session)
        self.count += 1
        self._observer.opened(session)
        self._watchers(session.user_id)

    def remove(self, session: Session) -> None:
        """Strike out a session that was added, once."""
        rest = tuple(other for other in self.of(session.user_id) if other is not session)
        if rest:
            self._by_user[session.user_id] = rest
        else:
            self._by_user.pop(session.user_id, None)
        self.count -= 1
        self._observer.closed(session)
        self._watchers(session.user_id)

    def kick(self, user_id: str, platform_id: int) -> None:
        """End a user's sessions on a platform, and tell them that they were kicked."""
        for session in self.of(user_id):
            if session.platform_id == platform_id:
                self.kick_out(session)

    def kick_out(self, session: Session) -> None:
        """End one session, and tell it that it was kicked."""
        if session.is_live:
            self._observer.kicked(session)
            session.send(_KICK.of(session.encoding))
            session.leave(Cause.KICKED, reason="kicked")

    def reaches(self, user_id: str) -> bool:
        return user_id in self._by_user

    def has_core(self, user_id: str, platform_id: int) -> bool:
        return any(session.platform_id == platform_id and session.encoding.is_core for session in self.of(user_id))

    def fetched(self, user_id: str, platform_id: int, coalesces: str) -> None:
        for session in self.of(user_id):
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
        try:
            connected = [user_id for user_id in user_ids if user_id in self._by_user]
            if not connected:
                return
            frames = Frames(partial(_push, notification, int(self._clock() * 1000), operation_id))
            sessions = self._awake(connected, platform_id)
            self.fan_out.send((each for each in sessions if each.takes(notification.coalesces)), frames)
        except Exception:  # noqa: BLE001 - what was done is done, and who is not told finds out by the next sync
            _log.exception("a notification of type %d could not be sent", notification.detail.content_type)

    def _awake(self, user_ids: Iterable[str], platform_id: int | None) -> Iterator[Session]:
        """Return the sessions of users, or those on one platform, but for iPhones whose app is in the background, and
        so is not running: they are woken by other means."""
        return (
            session
            for user_id in user_ids
            for session in self.of(user_id)
            if platform_id in (None, session.platform_id) and not (session.is_background and session.platform_id == IOS)
        )


def _push(notification: Notification, now: int, operation_id: str) -> Reply:
    return Reply(Identifier.PUSH, operation_id=operation_id, data=push_messages(notification, now))
