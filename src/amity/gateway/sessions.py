"""The registry of live sessions."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, Protocol

from amity.gateway.fan_out import FanOut
from amity.gateway.frames import Frames
from amity.gateway.session import Cause, Session
from amity.wire.frames import Identifier, Reply

_MOST_KEPT: Final = 200_000
"""Members of groups whose sessions are kept."""
_log = logging.getLogger(__name__)


class Observer(Protocol):
    """Is notified of sessions in the order of events. Its methods do not block and raise nothing."""

    def opened(self, session: Session, /) -> None: ...

    def closed(self, session: Session, /) -> None:
        """Note a closed session. Called once for each opened one."""
        ...

    def kicked(self, session: Session, /) -> None:
        """Note a session that the server is about to end: because of another login, or on an administrator's
        request."""
        ...


class NoObserver:
    """An observer that does nothing."""

    def opened(self, session: Session) -> None: ...

    closed = kicked = opened


_KICK: Final = Frames(lambda: Reply(Identifier.KICK))


class Sessions:
    """The live sessions of this process, also if it has no gateway. ``fan_out`` sends to many of them."""

    def __init__(self) -> None:
        self._by_user: dict[str, tuple[Session, ...]] = {}
        self._observer: Observer = NoObserver()
        self._watchers: Callable[[str], None] = lambda _: None
        self.fan_out = FanOut()
        self.count = 0
        self._kept: dict[int, tuple[frozenset[str], frozenset[Session]]] = {}
        self._kept_count = 0

    def __iter__(self) -> Iterator[Session]:
        return (session for sessions in tuple(self._by_user.values()) for session in sessions)

    def observe(self, observer: Observer, watchers: Callable[[str], None]) -> None:
        """Notify ``observer`` of sessions, and call ``watchers`` with each user whose sessions have changed."""
        self._observer = observer
        self._watchers = watchers

    def of(self, user_id: str) -> Sequence[Session]:
        """Return a user's live sessions, oldest first."""
        return self._by_user.get(user_id, ())

    def among(self, user_ids: Collection[str]) -> Collection[str]:
        """Return those of these users who are connected, in their order if it is a sequence. Of a large set the work is
        that of the smaller side."""
        connected = self._by_user
        if isinstance(user_ids, frozenset) and len(connected) < len(user_ids):
            return user_ids.intersection(connected)
        return list(filter(connected.__contains__, user_ids))

    def of_each(self, user_ids: Iterable[str]) -> list[tuple[Session, ...]]:
        """Return the live sessions of each of these users who is connected, as ``among`` does."""
        connected = self._by_user
        if isinstance(user_ids, frozenset) and len(connected) < len(user_ids):
            return [sessions for user_id, sessions in connected.items() if user_id in user_ids]
        return list(filter(None, map(connected.get, user_ids)))

    def of_members(self, members: frozenset[str]) -> frozenset[Session]:
        """Return the live sessions of all members of a group. They are kept until a session comes or goes: the next
        message is likely to be for the same set."""
        kept = self._kept.get(id(members))
        if kept is not None:
            return kept[1]
        found = frozenset(chain.from_iterable(self.of_each(members)))
        self._kept_count += len(members)
        if self._kept_count > _MOST_KEPT:
            self._forget()
            self._kept_count = len(members)
        self._kept[id(members)] = members, found  # which is held, so that no other set has its id
        return found

    def _forget(self) -> None:
        self._kept.clear()
        self._kept_count = 0

    def platforms(self, user_id: str) -> list[int]:
        """Return the platforms on which a user is connected, without duplicates."""
        return sorted({session.platform_id for session in self.of(user_id)})

    def add(self, session: Session) -> None:
        session.is_live = True
        self._by_user[session.user_id] = (*self.of(session.user_id), session)
        self.count += 1
        self._forget()
        self._observer.opened(session)
        self._watchers(session.user_id)

    def remove(self, session: Session) -> None:
        """Remove a session that was added. May be called once for each."""
        rest = tuple(other for other in self.of(session.user_id) if other is not session)
        if rest:
            self._by_user[session.user_id] = rest
        else:
            self._by_user.pop(session.user_id, None)
        self.count -= 1
        self._forget()
        self._observer.closed(session)
        self._watchers(session.user_id)

    def kick(self, user_id: str, platform_id: int) -> None:
        """Kick a user's sessions on a platform."""
        for session in self.of(user_id):
            if session.platform_id == platform_id:
                self.kick_out(session)

    def kick_out(self, session: Session) -> None:
        """Send a session a kick notice, and close it."""
        if session.is_live:
            self._observer.kicked(session)
            session.send_frame(_KICK[session.encoding])
            session.leave(Cause.KICKED, reason="kicked")
