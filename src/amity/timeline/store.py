"""The SQL of timelines, and nothing else: each statement names the timelines that it is about, and its rows."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from amity.storage import Database, Row, Transaction
from amity.storage.over_rows import OverRows
from amity.timeline.models import Draft, Ends, Form, Message, Place, part_of


class Name(NamedTuple):
    """What a message is found by: the part of time in which it was accepted, its ``once``, and its sender."""

    part: int
    once: int
    sender: int


_FEW = 64
"""Timelines whose numbers are looked up on the event loop."""

_FIND = (
    "select once, timeline, seq, sent_at, sender_seq from messages where once IN_INTS($1) and once_part IN_INTS($2)"
    " union all select d.once, m.timeline, m.seq, m.sent_at, d.sender_seq from displaced_messages as d"
    " join messages as m on m.timeline = d.timeline and m.seq = d.seq"
    " where d.once IN_INTS($1) and d.once_part IN_INTS($3)"
)
_NUMBER = "select timeline from timelines where form = $1 and first_seq = $2 and second_seq = $3"
_NUMBERS = (
    "select first_seq, second_seq, timeline from timelines where form = $1 and first_seq = $2"
    " and second_seq in (select value from EACH_INT($3)) union"
    " select first_seq, second_seq, timeline from timelines where form = $1 and second_seq = $2"
    " and first_seq in (select value from EACH_INT($3))"
)
_ENDS = "min_seq, max_seq, last_at"
_RANGE = (
    "select seq, sender_seq, sent_at, body from messages where timeline = $1 and seq between $2 and $3"
    " order by seq desc limit $4"
)
_SOME = (
    "select seq, sender_seq, sent_at, body from messages where timeline = $1"
    " and seq in (select value from EACH_INT($2)) order by seq"
)
_NOTICES = (
    "select other.user_id, t.max_seq, t.last_at from timelines as t"
    " join users as other on other.user_seq = t.second_seq"
    f" where t.form = {Form.NOTICES:d} and t.first_seq = $1 union all"
    " select other.user_id, t.max_seq, t.last_at from timelines as t"
    " join users as other on other.user_seq = t.first_seq"
    f" where t.form = {Form.NOTICES:d} and t.second_seq = $1 and t.first_seq < $1"
)
_OPEN = OverRows(
    "insert into timelines (form, first_seq, second_seq, max_seq, min_seq, last_at)"
    " select column1, column2, column3, 0, 1, 0 from (ROWS) as v where true"
    " on conflict (form, first_seq, second_seq) do nothing",
    *["integer"] * 3,
)
_NUMBERS_OF = OverRows(
    "select t.form, t.first_seq, t.second_seq, t.timeline from (ROWS) as v"
    " join timelines as t on t.form = v.column1 and t.first_seq = v.column2 and t.second_seq = v.column3",
    *["integer"] * 3,
)
_STORED = "select m.once, m.timeline, m.seq, m.sent_at, m.sender_seq, v.column1"
_FIND_BROUGHT = OverRows(
    f"with v as (select column1, column2, column3 from (ROWS) as given) {_STORED} from v"
    " cross join (values (-1), (0), (1)) as step join messages as m"
    " on m.once_part = v.column1 + step.column1 and m.once = v.column2 and m.sender_seq = v.column3"
    f" union all {_STORED} from v join displaced_messages as d"
    " on d.once_part = v.column1 and d.once = v.column2 and d.sender_seq = v.column3"
    " join messages as m on m.timeline = d.timeline and m.seq = d.seq",
    *["integer"] * 3,
)
_INSERT = OverRows(
    "insert into messages (timeline, seq, sender_seq, sent_at, once_part, once, body) ROWS",
    *(*["integer"] * 6, "blob"),
)
_OCCUPIED = OverRows(
    "select m.timeline, m.seq from (ROWS) as v join messages as m on m.timeline = v.column1 and m.seq = v.column2",
    *("integer", "integer"),
)
_EXTEND = OverRows(
    "update timelines set max_seq = case when v.column2 > max_seq then v.column2 else max_seq end,"
    " last_at = case when v.column3 > last_at then v.column3 else last_at end"
    " from (ROWS) as v where timeline = v.column1",
    *["integer"] * 3,
)
_COUNT_FROM: Final = (
    "update timelines set max_seq = max_seq + v.column2,"
    " last_at = case when v.column3 > last_at then v.column3 else last_at end"
    " from ({}) as v where timeline = v.column1 returning timeline, max_seq"
)
_COUNT = OverRows(_COUNT_FROM.format("ROWS"), *["integer"] * 3)
_LOCK_AND_COUNT = OverRows(
    _COUNT_FROM.format(
        "select given.column1, column2, column3 from (ROWS) as given join timelines as t on t.timeline = given.column1"
        " order by t.timeline FOR_UPDATE"
    ),
    *["integer"] * 3,
)


async def number(reader: Database | Transaction, place: Place) -> int | None:
    """Return the number of a timeline, or ``None`` if nothing was stored in it yet."""
    rows = await reader.fetch(_NUMBER, int(place.form), place.first, place.second)
    return rows[0][0] if rows else None


async def numbers_of(database: Database, form: Form, owner: int, others: Sequence[int]) -> dict[Place, int]:
    """Return the numbers of a user's timelines with others that are there."""
    read = database.fetch if len(others) <= _FEW else database.fetch_long
    rows = await read(_NUMBERS, int(form), owner, list(others))
    return {Place(form, row[0], row[1]): row[2] for row in rows}


async def open_timelines(tx: Transaction, places: Sequence[Place]) -> dict[Place, int]:
    """Return the numbers of timelines, which are made if they are not there."""
    found = await numbers_at(tx, places)
    if missing := [place for place in places if place not in found]:
        await _OPEN.fetch(tx, missing)
        found |= await numbers_at(tx, missing)
    return found


async def numbers_at(tx: Transaction, places: Sequence[Place]) -> dict[Place, int]:
    """Return the numbers of those of these timelines that are there."""
    return {Place(Form(row[0]), row[1], row[2]): row[3] for row in await _NUMBERS_OF.fetch(tx, places)}


async def find(
    reader: Database | Transaction, drafts: Sequence[Draft], now: int, parts: int
) -> dict[tuple[int, int], Row]:
    """Return the messages that are stored already, by sender and ``once``: columns ``once``, timeline, seq, time,
    sender. Those of the last ``parts`` parts of time are found whatever their drafts say."""
    hashes = [draft.once for draft in drafts]
    # A client whose clock is right has accepted ones beside its own.
    recent = {part_of(now) - back for back in range(parts)}
    claimed = {part_of(draft.created_at) for draft in drafts}
    beside = {part + step for part in claimed for step in (-1, 0, 1)}
    # The displaced ones also where all claim to be recent: a clock that was ahead is overtaken by the time it claimed.
    rows = await reader.fetch(_FIND, hashes, sorted(recent | beside), sorted(claimed))
    return {(row[4], row[0]): row for row in rows}


async def find_brought(tx: Transaction, drafts: Sequence[Draft]) -> dict[tuple[int, int], Row]:
    """Return the messages that are stored already, as ``find`` does, by what their drafts say of their time."""
    names = [Name(part_of(draft.created_at), draft.once, draft.sender) for draft in drafts]
    return {(name.sender, name.once): rows[0] for name, rows in (await find_named(tx, names)).items()}


async def find_named(tx: Transaction, names: Sequence[Name]) -> dict[Name, list[Row]]:
    """Return the messages that are stored under names, or in a part of time beside, in columns as ``find`` does."""
    found: dict[Name, list[Row]] = {}
    for row in await _FIND_BROUGHT.fetch(tx, names):
        found.setdefault(Name(row[5], row[0], row[4]), []).append(row)
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
    rows = [(timeline, many, last_at) for timeline, (many, last_at) in counts.items()]
    # Transactions that overlap lock timelines in the order of their numbers, in the same round trip.
    count = _COUNT if tx.is_local else _LOCK_AND_COUNT
    return {row[0]: row[1] - counts[row[0]][0] for row in await count.fetch(tx, rows)}


async def insert_brought(tx: Transaction, rows: Sequence[tuple[int, int, Draft]]) -> None:
    """Store messages of another time, each with its timeline and number. They are found again by their own time."""
    given = [
        (timeline, seq, draft.sender, draft.sent_at, part_of(draft.created_at), draft.once, draft.body)
        for timeline, seq, draft in rows
    ]
    await _INSERT.fetch(tx, given)


async def insert(tx: Transaction, rows: Sequence[tuple[int, int, Draft]], now: int) -> None:
    """Store messages, each with its timeline and number."""
    accepted = part_of(now)
    given = [
        (timeline, seq, draft.sender, draft.sent_at, accepted, draft.once, draft.body) for timeline, seq, draft in rows
    ]
    await _INSERT.fetch(tx, given)
    await displace(tx, [(timeline, seq, draft, accepted) for timeline, seq, draft in rows])


async def displace(tx: Transaction, rows: Sequence[tuple[int, int, Draft, int]]) -> None:
    """Note where to find those of these messages that were accepted at another time than their ``created_at`` says.
    Each comes with the part of time in which it was accepted."""
    for timeline, seq, draft, accepted in rows:
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


async def occupied(tx: Transaction, keys: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which of these pairs of a timeline and a number have a message."""
    return {(row[0], row[1]) for row in await _OCCUPIED.fetch(tx, keys)}


async def extend(tx: Transaction, ends_of: Mapping[int, Ends]) -> None:
    """Let timelines end where these ends are, by timeline, if they end before. The transaction must have locked
    them."""
    await _EXTEND.fetch(tx, [(timeline, each.newest, each.last_at) for timeline, each in sorted(ends_of.items())])


async def ends(reader: Database | Transaction, timelines: Sequence[int]) -> dict[int, Ends]:
    """Return the ends of timelines, by their numbers."""
    rows = await reader.fetch(
        f"select timeline, {_ENDS} from timelines where timeline in (select value from EACH_INT($1))", list(timelines)
    )
    return {row[0]: Ends(row[1], row[2], row[3]) for row in rows}


async def notices_of(database: Database, user: int) -> list[tuple[str, int, int]]:
    """Return with whom a user has stored notifications, and of each the newest's number and time."""
    return [(row[0], row[1], row[2]) for row in await database.fetch_long(_NOTICES, user)]


async def newest_of(database: Database, timeline: int, low: int, high: int, most: int) -> list[Message]:
    """Return the newest ``most`` messages with numbers from ``low`` to ``high``, oldest first."""
    rows = await database.fetch_long(_RANGE, timeline, low, high, most)
    return [_message(row) for row in reversed(rows)]


async def some(reader: Database | Transaction, timeline: int, seqs: Sequence[int]) -> list[Message]:
    """Return those of the messages with these numbers that are there, oldest first."""
    return [_message(row) for row in await reader.fetch_long(_SOME, timeline, list(seqs))]


def _message(row: Row) -> Message:
    return Message(row[0], row[1], row[2], bytes(row[3]))
