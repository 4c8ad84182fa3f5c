"""Finding new events: the outbox is read in the order of ``event_seq``, each row once.

A row that was read and is not kept in memory is found again another way: an event that is not its owner's head when
the head is done, one with a time when its time has come.
"""

from dataclasses import dataclass

from amity.callbacks.telling import store
from amity.callbacks.telling.store import Event, Seen
from amity.clock import Clock
from amity.storage import Database

_NARROW = 64  # numbers in a gap up to which they are looked up one by one, all gaps in one statement
_MOST_NARROW = 1024
_MOST_WIDE = 16
_SHORTEST_WAIT = 2.0

_RUNNING = (
    "select pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint from pg_current_snapshot() as now"
)


@dataclass(slots=True)
class _Gap:
    """Numbers from ``low`` to ``high`` of which no row was there. ``horizon`` is a transaction number: all that can
    still fill the gap are below it. ``since`` by the monotonic clock."""

    low: int
    high: int
    horizon: int
    since: float


class Arrivals:
    """One reader of the outbox with its place in it.

    PostgreSQL gives out an ``event_seq`` when a row is written, and shows the row when its transaction commits: a
    smaller number may appear behind a larger one. The reader therefore remembers the numbers that it found missing
    and looks for them until every transaction that was running then has ended. SQLite has one writer, so what is
    missing there stays so.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.place = 0
        """The last ``event_seq`` that was read."""
        self._gaps: list[_Gap] = []
        self._youngest_gap = 0.0
        self._found: list[Event] = []
        self._gaps_appear = not database.commits_in_order
        self.more = True
        """Whether there may be rows behind the reader's place."""

    @property
    def young_gaps(self) -> bool:
        """Whether numbers are missing that will most likely appear within moments."""
        return bool(self._gaps) and self._clock.monotonic() - self._youngest_gap <= _SHORTEST_WAIT

    async def read(self, limit: int) -> list[Event]:
        """Read on, at most ``limit`` rows, and return the events among them that may be delivered now."""
        if self._gaps:
            self._keep(await self._fill_gaps(limit))
        if self.more:
            self.more = False  # before the read, which does not see what is committed meanwhile
            try:
                rows = await store.after(self._database, self.place, limit)
                if rows and self._gaps_appear:
                    await self._remember_gaps(rows)
            except BaseException:
                self.more = True
                raise
            self.more = self.more or len(rows) == limit
            if rows:
                self.place = rows[-1].seq
            self._keep(rows)
        found, self._found = self._found, []
        return found

    def _keep(self, rows: list[Seen]) -> None:
        """Keep what was found until it is returned: the database may fail before."""
        self._found += [row.startable for row in rows if row.startable is not None]

    async def _running(self) -> tuple[int, int]:
        """Return the lowest number of a running transaction, and the next one to be given out."""
        row = (await self._database.fetch(_RUNNING))[0]
        return row[0], row[1]

    async def _remember_gaps(self, rows: list[Seen]) -> None:
        missing = []
        expected = self.place + 1
        for row in rows:
            if row.seq > expected:
                missing.append((expected, row.seq - 1))
            expected = row.seq + 1
        if missing:
            # Asked for after the read: whoever holds one of the numbers had its transaction number by now.
            _, horizon = await self._running()
            now = self._clock.monotonic()
            self._gaps += [_Gap(low, high, horizon, now) for low, high in missing]
            self._youngest_gap = now

    async def _fill_gaps(self, limit: int) -> list[Seen]:
        """Look into the gaps, and close those that nobody can fill any more."""
        # Asked for before the look: what had ended by then is visible to it.
        lowest_running, _ = await self._running()
        narrow: list[_Gap] = []
        wide: list[_Gap] = []
        left: list[_Gap] = []  # those not looked into come first, so that it is their turn next time
        numbers = 0
        for gap in self._gaps:
            size = gap.high - gap.low + 1
            if size > _NARROW and len(wide) < _MOST_WIDE:
                wide.append(gap)
            elif size <= _NARROW and numbers + size <= _MOST_NARROW:
                numbers += size
                narrow.append(gap)
            else:
                left.append(gap)
        seen: list[Seen] = []
        for gap in wide:
            found = await store.between(self._database, gap.low, gap.high, limit)
            seen += found
            left += self._rest(gap, found, lowest_running, full=len(found) == limit)
        if narrow:
            found = await store.among(self._database, [seq for gap in narrow for seq in range(gap.low, gap.high + 1)])
            seen += found
            for gap in narrow:
                left += self._rest(gap, [row for row in found if gap.low <= row.seq <= gap.high], lowest_running)
        self._gaps = left
        return seen

    def _rest(self, gap: _Gap, found: list[Seen], lowest_running: int, *, full: bool = False) -> list[_Gap]:
        """Return what stays of a gap after a look into it; ``full`` where the look did not get to its end."""
        # Between taking a number and a transaction number lies a moment in which no transaction is seen to run.
        closed = lowest_running >= gap.horizon and self._clock.monotonic() - gap.since >= _SHORTEST_WAIT
        rest: list[_Gap] = []
        low = gap.low
        for row in found:
            if row.seq > low and not closed:
                rest.append(_Gap(low, row.seq - 1, gap.horizon, gap.since))
            low = row.seq + 1
        if low <= gap.high and (full or not closed):
            rest.append(_Gap(low, gap.high, gap.horizon, gap.since))
        return rest
