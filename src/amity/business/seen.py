"""Doing an after-event once although it is delivered at least once: stores of the event ids already handled.

A handler runs under a claim. It succeeds: the id is done, and later deliveries are answered without running it.
It raises: the claim is released, and the server's next attempt runs it again. A delivery that comes while another
one holds the claim is answered 503, and the server tries it later.
"""

import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self


class Claim(Enum):
    """What ``claim`` found."""

    MINE = "mine"
    """Nobody has handled the event: the caller does, and then calls ``done`` or ``release``."""
    BUSY = "busy"
    """Another delivery of the same event is being handled right now."""
    DONE = "done"
    """The event was handled."""


class SeenStore(Protocol):
    """Remembers event ids. The methods may block and are called from several threads at once."""

    def claim(self, event_id: str) -> Claim:
        """Take the event in one atomic step, or say why not."""

    def done(self, event_id: str) -> None:
        """The handler of a claimed event returned."""

    def release(self, event_id: str) -> None:
        """The handler of a claimed event raised: forget the claim."""


class MemorySeen:
    """Event ids of this process, the newest ``limit`` of them; a restart forgets all."""

    def __init__(self, limit: int = 100_000) -> None:
        if limit < 1:
            raise ValueError("limit is at least 1")
        self._limit = limit
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._done: dict[str, None] = {}

    def claim(self, event_id: str) -> Claim:
        with self._lock:
            if event_id in self._done:
                return Claim.DONE
            if event_id in self._busy:
                return Claim.BUSY
            self._busy.add(event_id)
            return Claim.MINE

    def done(self, event_id: str) -> None:
        with self._lock:
            self._busy.discard(event_id)
            self._done[event_id] = None
            if len(self._done) > self._limit:
                del self._done[next(iter(self._done))]

    def release(self, event_id: str) -> None:
        with self._lock:
            self._busy.discard(event_id)


_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen_events (
    event_id TEXT PRIMARY KEY, done INTEGER NOT NULL, at REAL NOT NULL, holder TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_events_at ON seen_events (at);
"""
_CLAIM = """
INSERT INTO seen_events (event_id, done, at, holder) VALUES (:id, 0, :now, :holder)
ON CONFLICT (event_id) DO UPDATE SET at = :now, holder = :holder WHERE done = 0 AND at <= :expired
RETURNING 1
"""
# A claim of a time when the clock was ahead. Nobody knows how old it is: it counts as made now, so its lease does end.
_REDATE = "UPDATE seen_events SET at = :now WHERE event_id = :id AND done = 0 AND at > :now"
_CLAIMS_PER_PRUNING = 1000


class SqliteSeen:
    """Event ids in a SQLite file, which several processes of one machine may share.

    ``keep`` is for how many seconds an id is remembered: 30 days, far beyond the server's last attempt of its own
    (about 28 hours), because an administrator may replay a dead letter much later. ``lease`` is after how many
    seconds a claim counts as abandoned, its process having died in the middle: longer than any handler takes.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        keep: float = 30 * 86400,
        lease: float = 600,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keep = keep
        self._lease = lease
        self._clock = clock
        self._holder = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._claims = 0
        self._mine: dict[str, float] = {}  # the claims of this process, by a clock that nobody sets
        self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(_SCHEMA)

    def claim(self, event_id: str) -> Claim:
        with self._lock:
            if time.monotonic() - self._mine.get(event_id, float("-inf")) < self._lease:
                return Claim.BUSY
            now = self._clock()
            if self._claims % _CLAIMS_PER_PRUNING == 0:
                self._connection.execute("DELETE FROM seen_events WHERE at < ?", (now - self._keep,))
            self._claims += 1
            values = {"id": event_id, "now": now, "holder": self._holder, "expired": now - self._lease}
            if self._connection.execute(_CLAIM, values).fetchall():
                self._mine[event_id] = time.monotonic()
                return Claim.MINE
            found = self._connection.execute(
                "SELECT done, at FROM seen_events WHERE event_id = ?", (event_id,)
            ).fetchone()
            # No row: its holder released it since the line above, which the next delivery will find.
            if found and found[0]:
                return Claim.DONE
            if found and found[1] > now:
                self._connection.execute(_REDATE, values)
            return Claim.BUSY

    def done(self, event_id: str) -> None:
        with self._lock:
            self._mine.pop(event_id, None)
            self._connection.execute(
                "INSERT INTO seen_events (event_id, done, at, holder) VALUES (?, 1, ?, ?)"
                " ON CONFLICT (event_id) DO UPDATE SET done = 1, at = excluded.at",
                (event_id, self._clock(), self._holder),
            )

    def release(self, event_id: str) -> None:
        with self._lock:
            self._mine.pop(event_id, None)
            # Not a claim that another process took over after the lease.
            self._connection.execute(
                "DELETE FROM seen_events WHERE event_id = ? AND done = 0 AND holder = ?", (event_id, self._holder)
            )

    def close(self) -> None:
        """Close the file. The store cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
