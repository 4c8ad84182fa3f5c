"""Who is connected: the registry of live sessions."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from amity.gateway.fan_out import FanOut, Frames
from amity.gateway.session import Cause, Session
from amity.wire.frames import Identifier, Reply

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
    """The live sessions of this process. They are made before the gateway, and are none without one. ``fan_out`` sends
    to many of them."""

    def __init__(self) -> None:
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
