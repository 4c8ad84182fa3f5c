"""The SQL of messages that are not shown any more: hidden from one user or from all, replaced, or deleted."""

from collections.abc import Sequence
from typing import Final

from amity.storage import Database, Transaction
from amity.timeline import texts
from amity.timeline.models import Message

EVERYBODY: Final = 0
"""Stands in the place of a user's number for what nobody is shown."""
REVOKED: Final = -1
"""Stands there for what was revoked: it is shown, but not quoted."""

_HIDDEN = f"owner_seq in ({EVERYBODY}, $2)"


async def hide(tx: Transaction, timeline: int, owner: int, seqs: Sequence[int]) -> None:
    """Hide messages from a user, or from ``EVERYBODY``; or note that they are ``REVOKED``."""
    await tx.fetch(
        "insert into hidden_messages (timeline, owner_seq, seq) select $1, $2, value from EACH_INT($3) where true"
        " on conflict (timeline, owner_seq, seq) do nothing",
        timeline,
        owner,
        list(seqs),
    )


async def hidden(reader: Database | Transaction, timeline: int, owner: int, seqs: Sequence[int]) -> set[int]:
    """Return which of these messages a user is not shown."""
    rows = await reader.fetch(
        f"select seq from hidden_messages where timeline = $1 and {_HIDDEN}"
        " and seq in (select value from EACH_INT($3))",
        timeline,
        owner,
        list(seqs),
    )
    return {row[0] for row in rows}


async def not_quoted(reader: Database | Transaction, timeline: int, seqs: Sequence[int]) -> set[int]:
    """Return which of these messages are revoked, or hidden from everybody."""
    rows = await reader.fetch(
        f"select seq from hidden_messages where timeline = $1 and owner_seq in ({REVOKED}, {EVERYBODY})"
        " and seq in (select value from EACH_INT($2))",
        timeline,
        list(seqs),
    )
    return {row[0] for row in rows}


async def newest_hidden(database: Database, owner: int, timelines: Sequence[int]) -> set[int]:
    """Return those timelines whose newest message a user is not shown."""
    rows = await database.fetch_long(
        "select t.timeline from timelines as t where t.timeline in (select value from EACH_INT($1))"
        f" and exists (select 1 from hidden_messages where timeline = t.timeline and {_HIDDEN} and seq = t.max_seq)",
        list(timelines),
        owner,
    )
    return {row[0] for row in rows}


async def newest_shown(database: Database, timeline: int, owner: int, low: int, high: int) -> Message | None:
    """Return the newest message from ``low`` to ``high`` that a user is shown."""
    rows = await database.fetch_long(
        "select seq, sender_seq, sent_at, body from messages as m where timeline = $1 and seq between $3 and $4"
        f" and not exists (select 1 from hidden_messages where timeline = $1 and {_HIDDEN} and seq = m.seq)"
        " order by seq desc limit 1",
        timeline,
        owner,
        low,
        high,
    )
    return Message(rows[0][0], rows[0][1], rows[0][2], bytes(rows[0][3])) if rows else None


async def replace(tx: Transaction, timeline: int, seq: int, body: bytes, *, keeps_text: bool = False) -> None:
    """Put another body in the place of a message's. The message is no longer found by its text, unless it
    ``keeps_text``."""
    rows = await tx.fetch(
        "update messages set body = $3 where timeline = $1 and seq = $2 returning message_seq", timeline, seq, body
    )
    if not keeps_text:
        await texts.remove(tx, [row[0] for row in rows])


async def raise_oldest(tx: Transaction, timeline: int, seq: int) -> None:
    """Show nobody what is before a message. What was raised stays raised."""
    await tx.fetch("update timelines set min_seq = $2 where timeline = $1 and min_seq < $2", timeline, seq)


async def delete_unseen(tx: Transaction, timeline: int, most: int) -> int:
    """Delete up to ``most`` messages that nobody may see, oldest first; return how many there were."""
    rows = await tx.fetch(
        "delete from messages where timeline = $1 and seq in (select m.seq from messages as m"
        " join timelines as t on t.timeline = m.timeline where m.timeline = $1 and m.seq < t.min_seq"
        " order by m.seq limit $2) returning seq, message_seq",
        timeline,
        most,
    )
    if rows:
        await texts.remove(tx, [row[1] for row in rows])
        last = max(row[0] for row in rows)
        await tx.fetch("delete from hidden_messages where timeline = $1 and seq <= $2", timeline, last)
    return len(rows)


async def unseen(tx: Transaction, timeline: int, after: int, most: int) -> list[tuple[int, int, bytes]]:
    """Return up to ``most`` messages above the number ``after`` that nobody may see, lowest first: of each its number,
    the part of time in which it was accepted, and its body."""
    rows = await tx.fetch_long(
        "select m.seq, m.once_part, m.body from messages as m join timelines as t on t.timeline = m.timeline"
        " where m.timeline = $1 and m.seq > $2 and m.seq < t.min_seq order by m.seq limit $3",
        timeline,
        after,
        most,
    )
    return [(row[0], row[1], bytes(row[2])) for row in rows]


async def delete(tx: Transaction, timeline: int, seqs: Sequence[int]) -> None:
    """Delete messages, and that they were hidden."""
    condition = "timeline = $1 and seq in (select value from EACH_INT($2))"
    rows = await tx.fetch(f"delete from messages where {condition} returning message_seq", timeline, list(seqs))
    await texts.remove(tx, [row[0] for row in rows])
    await tx.fetch(f"delete from hidden_messages where {condition}", timeline, list(seqs))


async def sent_until(database: Database, timeline: int, after: int, time: int, most: int) -> list[int]:
    """Return the numbers above ``after`` of up to ``most`` messages that were sent up to a time, lowest first."""
    rows = await database.fetch_long(
        "select seq from messages where timeline = $1 and seq > $2 and sent_at <= $3 order by seq limit $4",
        timeline,
        after,
        time,
        most,
    )
    return [row[0] for row in rows]


async def oldest(reader: Database | Transaction, before_part: int, most: int) -> dict[int, int]:
    """Return the last number, by timeline, of up to ``most`` of the oldest messages, where they were accepted before a
    part of time."""
    rows = await reader.fetch_long("select timeline, seq, once_part from messages order by message_seq limit $1", most)
    found: dict[int, int] = {}
    for row in rows:
        if row[2] >= before_part:
            break
        found[row[0]] = max(row[1], found.get(row[0], 0))
    return found
