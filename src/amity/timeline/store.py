"""The SQL of timelines, and nothing else: each statement names the timelines that it is about, and its rows."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from amity.storage import Database, Row, Transaction
from amity.timeline.models import Draft, Ends, Form, Message, Place, part_of

T = TypeVar("T")
_SIZES = (64, 16, 4, 1)
"""Rows of one statement: few texts, each prepared once."""

_FIND = (
    "select once, timeline, seq, sent_at, sender_seq from messages where once in (select value from EACH_INT($1))"
    " and once_part in (select value from EACH_INT($2))"
)
_FIND_DISPLACED = (
    "select d.once, m.timeline, m.seq, m.sent_at, d.sender_seq from displaced_messages as d join messages as m"
    " on m.timeline = d.timeline and m.seq = d.seq where d.once in (select value from EACH_INT($1))"
    " and d.once_part in (select value from EACH_INT($2))"
)
_OPEN = (
    "insert into timelines (form, first_seq, second_seq, max_seq, min_seq, last_at) values ($1, $2, $3, 0, 1, 0)"
    " on conflict (form, first_seq, second_seq) do nothing"
)
_NUMBER = "select timeline from timelines where form = $1 and first_seq = $2 and second_seq = $3"
_ENDS = "min_seq, max_seq, last_at"
_RANGE = (
    "select seq, sender_seq, sent_at, body from messages where timeline = $1 and seq between $2 and $3"
    " order by seq desc limit $4"
)
_SOME = (
    "select seq, sender_seq, sent_at, body from messages where timeline = $1"
    " and seq in (select value from EACH_INT($2)) order by seq"
)
_LAST = (
    "select m.timeline, m.seq, m.sender_seq, m.sent_at, m.body from timelines as t join messages as m"
    " on m.timeline = t.timeline and m.seq = t.max_seq where t.timeline in (select value from EACH_INT($1))"
)

_NOTICES = (
    "select other.user_id, t.max_seq from timelines as t join users as other on other.user_seq = t.second_seq"
    f" where t.form = {Form.NOTICES:d} and t.first_seq = $1"
    " union all select other.user_id, t.max_seq from timelines as t join users as other on other.user_seq = t.first_seq"
    f" where t.form = {Form.NOTICES:d} and t.second_seq = $1 and t.first_seq < $1"
)


def _values(rows: int, columns: int, cast: str = "") -> str:
    """Return the ``values`` of a statement over rows."""
    cell = f"cast({{}} as {cast})" if cast else "{}"
    return "values " + ", ".join(
        "(" + ", ".join(cell.format(f"${row * columns + column + 1}") for column in range(columns)) + ")"
        for row in range(rows)
    )


_INSERT = {
    rows: f"insert into messages (timeline, seq, sender_seq, sent_at, once_part, once, body) {_values(rows, 7)}"
    for rows in _SIZES
}
_COUNT = {
    rows: (
        "update timelines set max_seq = max_seq + v.column2,"
        " last_at = case when v.column3 > last_at then v.column3 else last_at end"
        f" from ({_values(rows, 3, 'integer')}) as v where timeline = v.column1 returning timeline, max_seq"
    )
    for rows in _SIZES
}


async def number(reader: Database | Transaction, place: Place) -> int | None:
    """Return the number of a timeline, or ``None`` if nothing was stored in it yet."""
    rows = await reader.fetch(_NUMBER, int(place.form), place.first, place.second)
    return rows[0][0] if rows else None


async def open_timeline(tx: Transaction, place: Place) -> int:
    """Return the number of a timeline, which is made if it is not there."""
    found = await number(tx, place)
    if found is None:
        await tx.fetch(_OPEN, int(place.form), place.first, place.second)
        (row,) = await tx.fetch(_NUMBER, int(place.form), place.first, place.second)
        found = row[0]
    return found


async def find(reader: Database | Transaction, drafts: Sequence[Draft], now: int) -> dict[tuple[int, int], Row]:
    """Return the messages that are stored already, by sender and ``once``: columns ``once``, timeline, seq, time,
    sender."""
    hashes = [draft.once for draft in drafts]
    # The last 24 hours are in three half days; a client whose clock is right has accepted ones beside its own.
    recent = {part_of(now) - back for back in range(3)}
    claimed = {part_of(draft.created_at) for draft in drafts}
    beside = {part + step for part in claimed for step in (-1, 0, 1)}
    found = {(row[4], row[0]): row for row in await reader.fetch(_FIND, hashes, sorted(recent | beside))}
    if any((draft.sender, draft.once) not in found for draft in drafts):
        # Also where all claim to be recent: a clock that was ahead is overtaken by the time it claimed.
        found |= {(row[4], row[0]): row for row in await reader.fetch(_FIND_DISPLACED, hashes, sorted(claimed))}
    return found


async def lock(tx: Transaction, timelines: Sequence[int]) -> None:
    """Lock timelines, so that nothing is stored in them until the end of the transaction."""
    await tx.lock(
        "select timeline from timelines where timeline in (select value from EACH_INT($1)) order by timeline"
        " FOR_UPDATE",
        list(timelines),
    )


async def take_numbers(tx: Transaction, counts: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Count messages in timelines; return the last number of each that was free before.

    ``counts`` has how many and the newest's time, by timeline.
    """
    await lock(tx, sorted(counts))
    before: dict[int, int] = {}
    rows = [(timeline, count, last_at) for timeline, (count, last_at) in counts.items()]
    for part, size in _parts(rows):
        for row in await tx.fetch(_COUNT[size], *[value for each in part for value in each]):
            before[row[0]] = row[1] - counts[row[0]][0]
    return before


async def insert(tx: Transaction, rows: Sequence[tuple[int, int, Draft]], now: int) -> None:
    """Store messages, each with its timeline and number."""
    accepted = part_of(now)
    for part, size in _parts(rows):
        values: list[object] = []
        for timeline, seq, draft in part:
            values += (timeline, seq, draft.sender, draft.sent_at, accepted, draft.once, draft.body)
        await tx.fetch(_INSERT[size], *values)
    for timeline, seq, draft in rows:
        if abs(part_of(draft.created_at) - accepted) > 1:
            await tx.fetch(
                "insert into displaced_messages (once_part, once, sender_seq, timeline, seq)"
                " values ($1, $2, $3, $4, $5) on conflict (once_part, once, sender_seq) do nothing",
                part_of(draft.created_at),
                draft.once,
                draft.sender,
                timeline,
                seq,
            )


async def ends(reader: Database | Transaction, timelines: Sequence[int]) -> dict[int, Ends]:
    """Return the ends of timelines, by their numbers."""
    rows = await reader.fetch(
        f"select timeline, {_ENDS} from timelines where timeline in (select value from EACH_INT($1))", list(timelines)
    )
    return {row[0]: Ends(row[1], row[2], row[3]) for row in rows}


async def notices_of(database: Database, user: int) -> list[tuple[str, int]]:
    """Return with whom a user has stored notifications, and the number of the newest of each."""
    return [(row[0], row[1]) for row in await database.fetch_long(_NOTICES, user)]


async def newest_of(database: Database, timeline: int, low: int, high: int, most: int) -> list[Message]:
    """Return the newest ``most`` messages with numbers from ``low`` to ``high``, oldest first."""
    rows = await database.fetch_long(_RANGE, timeline, low, high, most)
    return [_message(row) for row in reversed(rows)]


async def some(reader: Database | Transaction, timeline: int, seqs: Sequence[int]) -> list[Message]:
    """Return those of the messages with these numbers that are there, oldest first."""
    return [_message(row) for row in await reader.fetch_long(_SOME, timeline, list(seqs))]


async def last_of(database: Database, timelines: Sequence[int]) -> dict[int, Message]:
    """Return the newest message of each timeline that has one."""
    rows = await database.fetch_long(_LAST, list(timelines))
    return {row[0]: Message(row[1], row[2], row[3], bytes(row[4])) for row in rows}


def _message(row: Row) -> Message:
    return Message(row[0], row[1], row[2], bytes(row[3]))


def _parts(rows: Sequence[T]) -> list[tuple[Sequence[T], int]]:
    """Return rows in parts for which there are statements, each with its number of rows."""
    parts = []
    done = 0
    for size in _SIZES:
        while len(rows) - done >= size:
            parts.append((rows[done : done + size], size))
            done += size
    return parts
