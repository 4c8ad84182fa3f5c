"""Turn connections that open, close or are kicked into changes of users' online status. No I/O.

A user is online on a platform while at least one of their connections on it is open. So the first connection that opens
makes a change, and the last one that closes makes another.
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
"""Waiting changes above which those that cancel each other are dropped."""
_REMEMBERED = 1000  # places that users left most recently

_log = logging.getLogger(__name__)

Place = tuple[str, int]
"""A user and a platform."""


class Kind(Enum):
    ONLINE = "online"
    OFFLINE = "offline"
    KICKED = "kicked"


class Change(NamedTuple):
    """A change to report.

    ``seq`` is when it happened, in milliseconds since 1970; of two changes of one place, the later one's is larger.
    """

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
    """Who is online in this process, and the changes that are not written yet."""

    def __init__(self, clock: Clock, most: int = MOST_WAITING) -> None:
        self._now_ms = clock.now_ms
        self._most = most
        self._full_at = most
        self._open: dict[Place, _Open] = {}
        self._left: dict[Place, int] = {}
        self._waiting: deque[Change] = deque()

    def opened(self, connection: Connection) -> None:
        """Note an opened connection."""
        place = connection.user_id, connection.platform_id
        held = self._open.get(place)
        if held is None:
            held = self._open[place] = _Open(self._left.pop(place, 0))
            self._add(Kind.ONLINE, connection, held)
        held.connections[connection.conn_id] = connection

    def closed(self, connection: Connection) -> None:
        """Note a closed connection. Does nothing if it was not open."""
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
        """Note that the server is about to close a connection: because of another login, or on an administrator's
        request."""
        self._add(Kind.KICKED, connection, self._open.get((connection.user_id, connection.platform_id)))

    def take(self, most: int) -> list[Change]:
        """Remove and return up to ``most`` waiting changes, oldest first."""
        waiting = self._waiting
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def oldest(self) -> int:
        """Return the ``seq`` of the oldest waiting change, or the time if none waits."""
        return self._waiting[0].seq if self._waiting else self._now_ms()

    def start_over(self, unwritten: Sequence[Change]) -> None:
        """Queue everybody who is online here as coming online: what was written before has been undone.

        ``unwritten`` are changes that were taken and not written. Kicks remain queued.
        """
        kicks = [change for change in (*unwritten, *self._waiting) if change.kind is Kind.KICKED]
        self._waiting = deque(kicks)
        for held in self._open.values():
            self._add(Kind.ONLINE, next(iter(held.connections.values())), held)

    def _add(self, kind: Kind, connection: Connection, held: _Open | None) -> None:
        seq = self._now_ms()
        if held is not None:
            # Events within one millisecond, or after the clock was set back, keep their order.
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
        """Reduce the queue to the net change of each place, so that memory stays bounded while the database fails.

        Online and offline alternate. An even number of them cancels out; of an odd number the last one remains. Of a
        place's kicks the last one remains.
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
