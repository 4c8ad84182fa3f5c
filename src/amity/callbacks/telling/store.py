"""The SQL of the outbox, as the courier needs it.

An owner's *head* is the first of its waiting events; only a head may be delivered. Statements here read a bounded
number of rows each, however long the outbox is, and bodies apart from the rest, because bodies may be large.

SQLite would find rows by ``state = 0`` alone, which is true of nearly all: ``+state`` forbids that where the numbers of
the rows are known, and ``BY_INDEX`` names the index of what has a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from amity.storage import LARGE, ROW_BYTES, Database, Row, Transaction

WAITING = 0
DEAD = 1
_STEP = 200  # rows of one transaction, where they may be many
_MOST = 9_223_372_036_854_775_807

_COLUMNS = "o.event_seq, o.event_id, o.owner, o.command, o.operation_id, o.attempts, o.next_at"
# A subquery for one value and no "not exists": PostgreSQL could make a join over the whole outbox of that.
_HEAD_OF_OWNER = (
    "(select x.event_seq from outbox x where x.state = 0 and x.owner = o.owner order by x.event_seq limit 1)"
)
_HEAD_OF_VALUE = "(select x.event_seq from outbox x where x.state = 0 and x.owner = value order by x.event_seq limit 1)"
_SEEN = f"select {_COLUMNS}, o.state, {_HEAD_OF_OWNER} from outbox o"

_AFTER = f"{_SEEN} where o.event_seq > $1 order by o.event_seq limit $2"
_BETWEEN = f"{_SEEN} where o.event_seq between $1 and $2 order by o.event_seq limit $3"
_AMONG = f"{_SEEN} where o.event_seq in (select value from EACH_INT($1)) order by o.event_seq"
_CHAINS = (
    f"select {_COLUMNS} from EACH_TEXT($1) join outbox o on o.state = 0 and o.owner = value"
    " and o.event_seq <= coalesce((select x.event_seq from outbox x where x.state = 0 and x.owner = value"
    f" order by x.event_seq limit 1 offset $2), {_MOST}) order by o.event_seq"
)
_DUE = (
    "select next_at, event_seq, owner from outbox BY_INDEX(outbox_due) where state = 0 and next_at > 0"
    " and next_at <= $1 and (next_at, event_seq) > ($2, $3) and command = $4 order by next_at, event_seq limit $5"
)
_NEXT_DUE = (
    "select next_at from outbox BY_INDEX(outbox_due) where state = 0 and next_at > 0 and next_at > $1"
    " order by next_at limit 1"
)
_BODIES = "select event_seq, body, query from outbox where +state = 0 and event_seq in (select value from EACH_INT($1))"
# Both counts and the minimum are read from an index.
_DEPTH = (
    "select (select count(*) from outbox where state = 0), (select count(*) from outbox where state = 1),"
    " (select created_at from outbox where event_seq = (select min(event_seq) from outbox where state = 0)),"
    " (select min(event_seq) from outbox where state = 0)"
)
_DELETE = "delete from outbox where event_seq in (select value from EACH_INT($1))"
_FAILED = (
    "update outbox set state = $2, attempts = $3, next_at = $4, last_error = $5 where event_seq = $1 and state = 0"
)
_MARK = (
    "update outbox set next_at = $2 where next_at = 0 and +state = 0 and event_seq in (select value from EACH_INT($1))"
)
_TIMED = (
    "select next_at, event_seq, owner from outbox BY_INDEX(outbox_due) where state = 0 and next_at > 0 and next_at > $1"
    " and (next_at, event_seq) > ($2, $3) order by next_at, event_seq limit $4"
)
_BRING_FORWARD = (
    "update outbox set next_at = case when next_at > $2 then next_at - $2 else 1 end"
    " where next_at > 0 and +state = 0 and event_seq in (select value from EACH_INT($1))"
)
_DISBELIEVE = (
    "update outbox set next_at = $1 where next_at > 0 and +state = 0 and event_seq in (select event_seq from outbox"
    " BY_INDEX(outbox_due) where state = 0 and next_at > 0 and next_at > $2 and attempts between $3 and $4"
    " order by next_at limit $5)"
    " returning event_seq"
)
_LAST_NOTED = "select at from callback_log order by log_seq desc limit 1"
_MARK_HEADS = (
    f"update outbox set next_at = $2 where next_at = 0 and event_seq in (select {_HEAD_OF_VALUE} from EACH_TEXT($1))"
)


class Event:
    """An event in the courier's hands. ``next_at`` in milliseconds since 1970, 0 for as soon as it is its turn;
    ``attempts`` are those made; ``body`` is ``None`` until it is read, and ``query`` with it."""

    __slots__ = (
        "attempts", "body", "command", "discarded", "event_id", "next_at", "operation_id", "owner", "query", "seq",
    )  # fmt: skip

    def __init__(self, row: Row) -> None:
        self.seq: int = row[0]
        self.event_id: str = row[1]
        self.owner: str = row[2]
        self.command: str = row[3]
        self.operation_id: str = row[4]
        self.attempts: int = row[5]
        self.next_at: int = row[6]
        self.body: bytes | None = None
        self.query = ""
        self.discarded = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A row that a reader came past: ``startable`` is its event where it is a head that waits for nothing else."""

    seq: int
    startable: Event | None


@dataclass(frozen=True, slots=True)
class Due:
    """An owner one of whose events has a time, and that time has come."""

    next_at: int
    seq: int
    owner: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What to write down of a failed attempt."""

    seq: int
    state: int
    attempts: int
    next_at: int
    last_error: str


def _seen(row: Row) -> Seen:
    startable = row[7] == WAITING and row[6] == 0 and row[8] == row[0]
    return Seen(row[0], Event(row) if startable else None)


async def after(database: Database, seq: int, limit: int) -> list[Seen]:
    """Read on behind an ``event_seq``, dead letters included, so that a read never skips more than ``limit`` rows."""
    return [_seen(row) for row in await database.fetch_long(_AFTER, seq, limit)]


async def between(database: Database, low: int, high: int, limit: int) -> list[Seen]:
    """Read the first rows of a range of ``event_seq``, both ends included."""
    return [_seen(row) for row in await database.fetch_long(_BETWEEN, low, high, limit)]


async def among(database: Database, seqs: list[int]) -> list[Seen]:
    """Read those rows that are there."""
    return [_seen(row) for row in await database.fetch_long(_AMONG, seqs)]


async def chains(database: Database, owners: list[str], length: int) -> dict[str, list[Event]]:
    """Return the first ``length`` waiting events of each owner that has any, in their order."""
    found: dict[str, list[Event]] = {}
    for row in await database.fetch_long(_CHAINS, owners, length - 1):
        found.setdefault(row[2], []).append(Event(row))
    return found


async def due(database: Database, command: str, now: int, behind: tuple[int, int], limit: int) -> list[Due]:
    """Return who is due with one kind of event, in the order of time, behind a ``(next_at, event_seq)``."""
    rows = await database.fetch_long(_DUE, now, *behind, command, limit)
    return [Due(row[0], row[1], row[2]) for row in rows]


async def next_due(database: Database, now: int) -> int | None:
    """Return the first time behind ``now`` at which an event is due."""
    rows = await database.fetch_long(_NEXT_DUE, now)
    return rows[0][0] if rows else None


async def bodies(database: Database, seqs: list[int]) -> dict[int, tuple[bytes, str]]:
    """Return the bodies of those events that still wait, and what is added to the query of their URL."""
    return {row[0]: (row[1].encode(), row[2]) for row in await database.fetch_long(_BODIES, seqs)}


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is in the outbox; ``oldest`` in milliseconds since 1970, and its ``event_seq``, 0 where nothing
    waits."""

    waiting: int
    dead: int
    oldest: int
    oldest_seq: int


async def depth(database: Database) -> Depth:
    """Count what waits and what was given up."""
    row = (await database.fetch_long(_DEPTH))[0]
    return Depth(row[0], row[1], row[2] or 0, row[3] or 0)


async def waiting_commands(database: Database) -> dict[str, int]:
    """Count what waits by command. Reads the whole outbox."""
    rows = await database.fetch_long("select command, count(*) from outbox where state = 0 group by command")
    return {row[0]: row[1] for row in rows}


async def settle(database: Database, delivered: list[int], failures: Sequence[Failure], size: int) -> None:
    """Delete what was delivered, bodies of ``size`` bytes in all, and write down what failed, in one transaction."""

    async def work(tx: Transaction) -> None:
        if delivered:
            await tx.fetch(_DELETE, delivered)
        for failure in failures:
            await tx.fetch(_FAILED, failure.seq, failure.state, failure.attempts, failure.next_at, failure.last_error)

    await database.write(work, rows=len(delivered) + len(failures) + size // ROW_BYTES)


async def mark(database: Database, seqs: list[int], now: int) -> None:
    """Give events that wait for their turn a time, so that they are found again by it."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(_MARK, seqs, now)

    await database.write(work, rows=len(seqs))


async def bring_forward(database: Database, now: int, milliseconds: int, serves: Callable[[str], bool]) -> int:
    """Make every event that has a time after ``now`` and whose owner is served here due so much earlier; return how
    many those are.

    In steps, from the earliest on, and in a thread. What is moved gets behind the place of the next step, so nothing is
    moved twice.
    """
    moved, place = 0, (0, 0)
    while rows := await database.fetch_long(_TIMED, now, *place, _STEP):
        if seqs := [row[1] for row in rows if serves(row[2])]:

            async def work(tx: Transaction, seqs: list[int] = seqs) -> None:
                await tx.fetch(_BRING_FORWARD, seqs, milliseconds)

            await database.write(work, rows=LARGE)
        moved, place = moved + len(seqs), (rows[-1][0], rows[-1][1])
    return moved


async def disbelieve(database: Database, now: int, farthest: int, attempts: int | None = None) -> int:
    """Make every event due whose time is after ``farthest``, or only those with so many attempts made; return how many
    those are. In steps, in a thread."""
    fewest, most = (0, _MOST) if attempts is None else (attempts, attempts)
    found = 0
    if await next_due(database, farthest) is None:
        return found

    async def work(tx: Transaction) -> int:
        return len(await tx.fetch(_DISBELIEVE, now, farthest, fewest, most, _STEP))

    while step := await database.write(work, rows=LARGE):
        found += step
        if step < _STEP:
            break
    return found


async def last_noted(database: Database) -> int:
    """Return the time of the newest entry of the callback log, 0 where there is none."""
    rows = await database.fetch_long(_LAST_NOTED)
    return rows[0][0] if rows else 0


async def mark_heads(tx: Transaction, owners: list[str], now: int) -> None:
    """Make the heads of these owners due, except those that have a time already."""
    await tx.fetch(_MARK_HEADS, owners, now)
