"""The SQL behind the administrator's view of the outbox.

Reads are long ones, off the event loop. Changes of many rows go in steps of ``STEP`` rows, a transaction each: an
import must not wait for a replay of a hundred thousand.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from amity.callbacks.admin.models import QueuedEvent
from amity.callbacks.telling import store
from amity.storage import LARGE, Database, Row, Transaction
from amity.storage.paging import equal, page_of_rows
from amity.wire.conversation_ids import GROUP

STEP = 200

_EVENT = "event_id, command, owner, operation_id, state, attempts, created_at, next_at, last_error"
_STATES = {
    "pending": ("state = 0", "attempts = 0"),
    "retrying": ("state = 0", "attempts > 0"),
    "dead": ("state = 1",),
}
_COUNTS = (
    "select command, state, count(*), sum(case when attempts > 0 then 1 else 0 end), min(created_at)"
    " from outbox group by command, state order by command"
)
_STEP_OF_DEAD = (
    "select event_seq, owner from outbox where state = 1 and event_seq > $1 and created_at >= $2{only}"
    " order by event_seq limit $3"
)
_REVIVE = (
    "update outbox set state = 0, attempts = 0, next_at = 0 where state = 1 and event_seq in"
    " (select value from EACH_INT($1)) returning event_seq"
)
_SET_DUE = "update outbox set next_at = $2 where state = 0 and event_seq in (select value from EACH_INT($1))"
_STEP_OF_LATE = (
    "select next_at, event_seq from outbox where state = 0 and next_at > 0 and (next_at, event_seq) > ($1, $2)"
    " and created_at >= $3{only} order by next_at, event_seq limit $4"
)
_HASTEN = (
    "update outbox set next_at = $2 where state = 0 and next_at > $2 and event_seq in"
    " (select value from EACH_INT($1)) returning event_seq"
)
_DELETE_DEAD = (
    "delete from outbox where state = 1 and event_seq in (select value from EACH_INT($1)) returning event_seq"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many events of one kind are in one state; ``oldest`` in milliseconds since 1970."""

    command: str
    state: int
    events: int
    tried: int
    oldest: int


class Only(NamedTuple):
    """Which events of the outbox a change is for; an empty text is all."""

    owner: str = ""
    command: str = ""

    def narrowed(self, sql: str, *values: object) -> tuple[str, list[object]]:
        """Return a statement with these conditions in the place of ``{only}``, and its parameters behind ``values``."""
        conditions, parameters = "", [*values]
        for column, value in self._asdict().items():
            if value:
                parameters.append(value)
                conditions += f" and {matches(column, len(parameters))}"
        return sql.replace("{only}", conditions), parameters


ALL = Only()


class Late(NamedTuple):
    """The place of an event in the order of next attempts."""

    next_at: int
    seq: int


def matches(column: str, place: int) -> str:
    """Return the condition that a column has the value of a parameter. The owner of a group's messages is its
    conversation, and is found by the group's id, too."""
    if column == "owner":
        return f"owner in (${place}, '{GROUP}' || ${place})"
    return f"{column} = ${place}"


def _queued(row: Row) -> QueuedEvent:
    return QueuedEvent(
        event_id=row[0],
        callback_command=row[1],
        owner_user_id=row[2],
        operation_id=row[3],
        state="dead" if row[4] == store.DEAD else "retrying" if row[5] else "pending",
        attempts=row[5],
        create_time=row[6],
        next_attempt_time=row[7],
        last_error=row[8],
    )


async def events(
    database: Database, state: str, owner: str, command: str, offset: int, limit: int
) -> tuple[int, list[QueuedEvent]]:
    """Return how many events there are, and a page of them, oldest first."""
    conditions, values = equal({"owner": owner, "command": command}, matches)
    total, rows = await page_of_rows(
        database,
        _EVENT,
        "outbox",
        [*_STATES.get(state, ()), *conditions],
        values,
        order="event_seq",
        offset=offset,
        limit=limit,
    )
    return total, [_queued(row) for row in rows]


async def event(database: Database, event_id: str) -> tuple[QueuedEvent, str] | None:
    """Return one event and its body."""
    rows = await database.fetch_long(f"select {_EVENT}, body from outbox where event_id = $1", event_id)
    return (_queued(rows[0]), rows[0][9]) if rows else None


async def counts(database: Database) -> list[Counts]:
    """Count the whole outbox by command and state."""
    return [Counts(row[0], row[1], row[2], row[3], row[4]) for row in await database.fetch_scan(_COUNTS)]


async def revive_one(tx: Transaction, event_id: str, now: int) -> tuple[bool, Row | None]:
    """Make one event due: a dead one as if it were new, a failed one ahead of its time.

    Returns whether that changed it, and its command, owner and operation id, or ``None`` where there is none.
    """
    rows = await tx.fetch(
        "select event_seq, state, next_at, command, owner, operation_id from outbox where event_id = $1 FOR_UPDATE",
        event_id,
    )
    if not rows:
        return False, None
    seq, state, next_at = rows[0][0], rows[0][1], rows[0][2]
    about: Any = (rows[0][3], rows[0][4], rows[0][5])
    if state == store.DEAD:
        await tx.fetch(_REVIVE, [seq])
    elif next_at <= now:
        return False, about
    await tx.fetch(_SET_DUE, [seq], now)
    return True, about


async def revive_step(
    database: Database, behind: int, since: int, now: int, only: Only = ALL
) -> tuple[int, int | None]:
    """Revive some dead events behind an ``event_seq``, raised at ``since`` or later.

    Returns how many, and from where to go on, or ``None`` at the end.
    """
    sql, values = only.narrowed(_STEP_OF_DEAD, behind, since, STEP)
    rows = await database.fetch_scan(sql, *values)
    if not rows:
        return 0, None
    owners: dict[int, str] = {row[0]: row[1] for row in rows}

    async def work(tx: Transaction) -> int:
        revived = sorted(row[0] for row in await tx.fetch(_REVIVE, list(owners)))
        # One due event finds its owner, and with it all that the owner has. It must be one of these: any other may
        # be delivered and gone before this transaction is seen.
        first_of = {owners[seq]: seq for seq in reversed(revived)}
        await tx.fetch(_SET_DUE, list(first_of.values()), now)
        return len(revived)

    return await database.write(work, rows=2 * len(rows)), max(owners) if len(rows) == STEP else None


async def hasten_step(
    database: Database, behind: Late, since: int, now: int, only: Only = ALL
) -> tuple[int, Late | None]:
    """Make some failed events due ahead of their time, which is behind ``behind``, of those raised at ``since`` or
    later.

    Returns how many, and from where to go on, or ``None`` at the end.
    """
    sql, values = only.narrowed(_STEP_OF_LATE, *behind, since, STEP)
    rows = await database.fetch_scan(sql, *values)
    if not rows:
        return 0, None
    late = [row[1] for row in rows]

    async def work(tx: Transaction) -> int:
        return len(await tx.fetch(_HASTEN, late, now))

    last = Late(rows[-1][0], rows[-1][1]) if len(rows) == STEP else None
    return await database.write(work, rows=len(rows)), last


async def discard_one(tx: Transaction, event_id: str, now: int) -> Row | None:
    """Delete one event, and let its owner's next go on; return its command, owner and operation id."""
    rows = await tx.fetch("delete from outbox where event_id = $1 returning command, owner, operation_id", event_id)
    if not rows:
        return None
    await store.mark_heads(tx, [rows[0][1]], now)
    return rows[0]


async def discard_step(database: Database, behind: int, only: Only = ALL) -> tuple[int, int | None]:
    """Delete some dead events behind an ``event_seq``.

    Returns how many, and from where to go on, or ``None`` at the end.
    """
    sql, values = only.narrowed(_STEP_OF_DEAD, behind, 0, STEP)
    seqs = [row[0] for row in await database.fetch_scan(sql, *values)]
    if not seqs:
        return 0, None

    async def work(tx: Transaction) -> int:
        return len(await tx.fetch(_DELETE_DEAD, seqs))

    # Bodies go with them, each as large as it may be.
    return await database.write(work, rows=LARGE), seqs[-1] if len(seqs) == STEP else None
