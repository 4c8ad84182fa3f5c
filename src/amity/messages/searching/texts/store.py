"""The SQL of which messages are in the index of texts already, and nothing else.

Two facts describe it: the version of the folding that its texts are made with and, until all messages are in it, the
number of arrival up to which older messages are. Two more tell of processes that have the setting off: the number
after which they may have stored messages, and when one of them was there last.
"""

from typing import Final, NamedTuple

from amity.storage import Database, Transaction
from amity.timeline.models import TALK
from amity.timeline.texts import how_many

_FOLDING: Final = "message_texts_folding"
_CURSOR: Final = "message_texts_cursor"
_OFF_AFTER: Final = "message_texts_off_after"
_OFF_AT: Final = "message_texts_off_at"
OFF_FOR_MS: Final = 300_000
"""Milliseconds after which a process that has the setting off and says so no more has ended."""
_BEFORE_THE_LAST: Final = 10_000
"""Messages before the newest that are looked at again: on PostgreSQL one may be stored after a later one."""
_SET = "insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value"


class Off(NamedTuple):
    """After which message processes with the setting off may have stored some, and whether they all have ended."""

    after: int
    is_over: bool


class Next(NamedTuple):
    """The next messages to look at: the number of arrival of each, and its body if it may have a text."""

    messages: list[tuple[int, bytes | None]]


async def state(reader: Database | Transaction) -> tuple[str, bool]:
    """Return the version of the index's folding (empty if there is no index), and whether all messages are in it."""
    rows = await reader.fetch("select name, value from facts where name in ($1, $2)", _FOLDING, _CURSOR)
    facts = {row[0]: row[1] for row in rows}
    return facts.get(_FOLDING, ""), _FOLDING in facts and _CURSOR not in facts


async def has_index(reader: Database | Transaction) -> bool:
    """Return whether texts are indexed, or were."""
    return bool(await reader.fetch("select 1 from facts where name = $1", _FOLDING))


async def begin(tx: Transaction, folding: str, *, is_shared: bool) -> None:
    """Begin to look at all messages, with the folding of this version. Processes that share the database may have the
    setting off as yet."""
    await tx.fetch(_SET, _FOLDING, folding)
    await tx.fetch(_SET, _CURSOR, "0")
    if is_shared:
        await note_off(tx)


async def note_off(tx: Transaction) -> None:
    """Note that a process has the setting off at this time, so that messages from now on may not be in the index."""
    await tx.fetch(
        "insert into facts (name, value) values ($1, $2) on conflict (name) do nothing", _OFF_AFTER, await _newest(tx)
    )
    await tx.fetch(
        "insert into facts (name, value) values ($1, cast(SHARED_NOW as text))"
        " on conflict (name) do update set value = excluded.value",
        _OFF_AT,
    )


async def was_off(reader: Database | Transaction, *, is_shared: bool) -> Off | None:
    """Return what is noted of processes with the setting off, or ``None`` if there is nothing."""
    rows = await reader.fetch("select name, value, SHARED_NOW from facts where name in ($1, $2)", _OFF_AFTER, _OFF_AT)
    facts = {row[0]: int(row[1]) for row in rows}
    if _OFF_AFTER not in facts:
        return None
    return Off(facts[_OFF_AFTER], is_over=not is_shared or rows[0][2] - facts.get(_OFF_AT, 0) > OFF_FOR_MS)


async def look_again(tx: Transaction, *, is_shared: bool) -> None:
    """Put the cursor back to where processes with the setting off may have begun to store messages. If they may still
    do so, those from now on are looked at the next time."""
    cursor = await tx.fetch("select value from facts where name = $1 FOR_UPDATE", _CURSOR)
    await tx.lock("select value from facts where name = $1 FOR_UPDATE", _OFF_AFTER)
    off = await was_off(tx, is_shared=is_shared)
    if off is None:
        return
    await tx.fetch(_SET, _CURSOR, str(min(off.after, int(cursor[0][0])) if cursor else off.after))
    if off.is_over:
        await tx.fetch("delete from facts where name in ($1, $2)", _OFF_AFTER, _OFF_AT)
    else:
        await tx.fetch(_SET, _OFF_AFTER, await _newest(tx))


async def _newest(tx: Transaction) -> str:
    newest = (await tx.fetch("select coalesce(max(message_seq), 0) from messages"))[0][0]
    return str(max(0, newest - _BEFORE_THE_LAST))


async def next_to_look_at(tx: Transaction, most: int) -> Next | None:
    """Return the next messages, and lock them and the cursor; ``None`` if all are in the index."""
    cursor = await tx.fetch("select value from facts where name = $1 FOR_UPDATE", _CURSOR)
    if not cursor:
        return None
    forms = ", ".join(f"{form:d}" for form in TALK)
    rows = await tx.fetch(
        "select m.message_seq, m.body,"
        f" (select t.form from timelines as t where t.timeline = m.timeline) in ({forms}) from messages as m"
        " where m.message_seq > $1 order by m.message_seq limit $2 FOR_UPDATE",
        int(cursor[0][0]),
        most,
    )
    some = rows[: how_many([len(row[1]) for row in rows])]
    return Next([(row[0], bytes(row[1]) if row[2] else None) for row in some])


async def looked_up_to(tx: Transaction, number: int | None) -> None:
    """Store the number of the last message that was looked at; ``None`` says that all are in the index."""
    if number is None:
        await tx.fetch("delete from facts where name = $1", _CURSOR)
    else:
        await tx.fetch("update facts set value = $2 where name = $1", _CURSOR, str(number))
