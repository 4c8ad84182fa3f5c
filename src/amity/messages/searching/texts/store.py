"""The SQL of which messages are in the index of texts already, and nothing else.

Two facts describe it: the version of the folding that its texts are made with and, until all messages are in it, the
number of arrival up to which older messages are.
"""

from typing import Final, NamedTuple

from amity.storage import Database, Transaction
from amity.timeline.models import TALK
from amity.timeline.texts import how_many

_FOLDING: Final = "message_texts_folding"
_CURSOR: Final = "message_texts_cursor"
_BEFORE_THE_LAST: Final = 10_000
"""Messages before the newest that are looked at again: on PostgreSQL one may be stored after a later one."""
_SET = "insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value"


class Next(NamedTuple):
    """The next messages to look at: the number of arrival of each, and its body if it may have a text."""

    messages: list[tuple[int, bytes | None]]


async def state(reader: Database | Transaction) -> tuple[str, bool]:
    """Return the version of the index's folding (empty if there is no index), and whether all messages are in it."""
    rows = await reader.fetch("select name, value from facts where name in ($1, $2)", _FOLDING, _CURSOR)
    facts = {row[0]: row[1] for row in rows}
    return facts.get(_FOLDING, ""), _FOLDING in facts and _CURSOR not in facts


async def begin(tx: Transaction, folding: str) -> None:
    """Begin to look at all messages, with the folding of this version."""
    await tx.fetch(_SET, _FOLDING, folding)
    await tx.fetch(_SET, _CURSOR, "0")


async def pause(tx: Transaction) -> None:
    """Note that messages after the newest one are not in the index."""
    newest = (await tx.fetch("select coalesce(max(message_seq), 0) from messages"))[0][0]
    await tx.fetch(_SET, _CURSOR, str(max(0, newest - _BEFORE_THE_LAST)))


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
