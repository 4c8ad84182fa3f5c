"""From connections that open, close and are kicked to changes of users: who comes online where, who goes. No I/O.

A user is online on a platform as long as any connection of theirs on it is open: the first one makes a change, and so
does the end of the last.
"""

import logging
from collections import Counter, deque
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from amity.clock import Clock
from amity.presence.connections import Connection
from amity.texts import count, storable

MOST_WAITING = 100_000
"""Changes that wait to be written, from which on those that cancel each other are dropped."""
_REMEMBERED = 1000  # places that were left lately

_log = logging.getLogger(__name__)

Place = tuple[str, int]
"""A user and a platform."""


class Kind(Enum):
    ONLINE = "online"
    OFFLINE = "offline"
    KICKED = "kicked"


class Change(NamedTuple):
    """Something to tell. ``seq`` is when it happened, in milliseconds since 1970; of two of one place, the later one's
    is larger."""

    kind: Kind
    user_id: str
    platform_id: int
    conn_id: str
    operation_id: str
    in_background: bool
    seq: int

    @property
    def place(self) -> Place:
        return self.user_id, self.platform_id


class _Open:
    """A place with its open connections."""

    __slots__ = ("connections", "seq")

    def __init__(self, seq: int) -> None:
        self.connections: dict[str, Connection] = {}
        self.seq = seq


class Changes:
    """Who is online here, and what of that is not written yet."""

    def __init__(self, clock: Clock, most: int = MOST_WAITING) -> None:
        self._now_ms = clock.now_ms
        self._most = most
        self._full_at = most
        self._open: dict[Place, _Open] = {}
        self._left: dict[Place, int] = {}
        self._waiting: deque[Change] = deque()

    def opened(self, connection: Connection) -> None:
        """Note that a connection is open."""
        place = connection.user_id, connection.platform_id
        held = self._open.get(place)
        if held is None:
            held = self._open[place] = _Open(self._left.pop(place, 0))
            self._add(Kind.ONLINE, connection, held)
        held.connections[connection.conn_id] = connection

    def closed(self, connection: Connection) -> None:
        """Note that one is no longer; of one that was not open, nothing."""
        place = connection.user_id, connection.platform_id
        held = self._open.get(place)
        if held is None or held.connections.pop(connection.conn_id, None) is None or held.connections:
            return
        del self._open[place]
        self._add(Kind.OFFLINE, connection, held)
        self._left[place] = held.seq
        if len(self._left) > _REMEMBERED:
            del self._left[next(iter(self._left))]

    def kicked(self, connection: Connection) -> None:
        """Note that the server ends one: because of another login, or because it was told to."""
        self._add(Kind.KICKED, connection, self._open.get((connection.user_id, connection.platform_id)))

    def take(self, most: int) -> list[Change]:
        """Return what waits, oldest first, up to ``most`` changes; they wait no longer."""
        waiting = self._waiting
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def start_over(self, unwritten: Sequence[Change]) -> None:
        """Have everybody who is online here come online once more: what was written of it has been undone.

        ``unwritten`` are changes that were taken and not written. What was kicked stays to be told.
        """
        kicks = [change for change in (*unwritten, *self._waiting) if change.kind is Kind.KICKED]
        self._waiting = deque(kicks)
        for held in self._open.values():
            self._add(Kind.ONLINE, next(iter(held.connections.values())), held)

    def _add(self, kind: Kind, connection: Connection, held: _Open | None) -> None:
        seq = self._now_ms()
        if held is not None:
            # Two events of one millisecond, or around a clock that was set back, have an order all the same.
            seq = held.seq = max(seq, held.seq + 1)
        self._waiting.append(
            Change(
                kind,
                connection.user_id,
                connection.platform_id,
                connection.conn_id,
                storable(connection.operation_id),
                connection.is_background,
                seq,
            )
        )
        if len(self._waiting) >= self._full_at:
            self._compact()

    def _compact(self) -> None:
        """Keep what a place comes to: memory has a bound, however long the database fails and clients come and go.

        Coming and going alternate: of an even number nothing is left to tell, of an odd one the last. Of the kicks of
        a place the last stays.
        """
        before = len(self._waiting)
        moves = Counter(change.place for change in self._waiting if change.kind is not Kind.KICKED)
        kept: deque[Change] = deque()
        done: set[tuple[Place, bool]] = set()
        for change in reversed(self._waiting):
            is_kick = change.kind is Kind.KICKED
            if (change.place, is_kick) not in done:
                done.add((change.place, is_kick))
                if is_kick or moves[change.place] % 2:
                    kept.appendleft(change)
        self._waiting = kept
        self._full_at = max(self._most, 2 * len(kept))
        _log.warning(
            "presence: kept %d of %s while the database is unavailable", len(kept), count(before, "queued change")
        )
