"""The SQL of messages that are not shown any more: hidden from one user or from all, replaced, or deleted."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from amity.storage import Database, Transaction
from amity.storage.over_rows import OverRows
from amity.timeline import quotes, texts
from amity.timeline.models import Message

EVERYBODY: Final = 0
"""Stands in the place of a user's number for what nobody is shown."""
REVOKED: Final = -1
"""Stands there for what was revoked: it is shown, but not quoted."""

_LOOKED_AT: Final = 1000
"""Numbers that one read looks at where no index leads to the messages."""
_ABOUT_MESSAGES: Final = (
    "hidden_messages",
    "quotes",
    "displaced_messages",
    "rerouted_messages",
    "private_messages",
)
"""Tables whose rows are about a message, by its timeline and number."""
BY_KEYS: Final = "(timeline, seq) in (select column1, column2 from (ROWS) as v)"
_REPLACE = OverRows(
    "update messages set body = v.column3 from (ROWS) as v where timeline = v.column1 and seq = v.column2"
    " returning message_seq",
    *("integer", "integer", "blob"),
)
_DELETE = OverRows(f"delete from messages where {BY_KEYS} returning message_seq", "integer", "integer")
_DELETE_ABOUT = [
    *[OverRows(f"delete from {table} where {BY_KEYS}", "integer", "integer") for table in _ABOUT_MESSAGES],
    # What is due stays until it is worked off.
    OverRows(f"delete from withdrawn_names where is_due = 0 and {BY_KEYS}", "integer", "integer"),
]


class Once(NamedTuple):
    """The name of a message, by which a repeat is found; names are in the order of acceptance, by its half days."""

    part: int
    once: int
    sender: int


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


async def last_not_hidden(database: Database, owner: int, timelines: Sequence[int]) -> dict[int, Message]:
    """Return the last message of each of these timelines that has one and whose last one a user is shown."""
    rows = await database.fetch_long(
        "select t.timeline, m.seq, m.sender_seq, m.sent_at, m.body from timelines as t join messages as m"
        " on m.timeline = t.timeline and m.seq = t.max_seq where t.timeline in (select value from EACH_INT($1))"
        " and not exists (select 1 from hidden_messages"
        f" where timeline = t.timeline and {_HIDDEN} and seq = t.max_seq)",
        list(timelines),
        owner,
    )
    return {row[0]: Message(row[1], row[2], row[3], bytes(row[4])) for row in rows}


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


async def locked(tx: Transaction, timeline: int, seqs: Sequence[int]) -> list[Message]:
    """Return those of the messages with these numbers that are there, oldest first, and lock them.

    Whoever replaces a body by what it makes of it reads it so. On PostgreSQL another transaction could otherwise take
    the text away between the reading and the replacing, which would bring it back. A transaction locks messages in the
    order of their timelines and numbers.
    """
    rows = await tx.fetch_long(
        "select seq, sender_seq, sent_at, body from messages where timeline = $1"
        " and seq in (select value from EACH_INT($2)) order by seq FOR_UPDATE",
        timeline,
        list(seqs),
    )
    return [Message(row[0], row[1], row[2], bytes(row[3])) for row in rows]


async def replace(tx: Transaction, timeline: int, seq: int, body: bytes, *, keeps_text: bool = False) -> None:
    """Put another body in the place of a message's, which the transaction has ``locked``. The message is no longer
    found by its text, unless it ``keeps_text``."""
    await replace_all(tx, timeline, {seq: body}, keeps_text=keeps_text)


async def replace_all(tx: Transaction, timeline: int, bodies: Mapping[int, bytes], *, keeps_text: bool = False) -> None:
    """Do as ``replace`` with the bodies of some messages, by their numbers, in few statements."""
    rows = await _REPLACE.fetch(tx, [(timeline, seq, body) for seq, body in bodies.items()])
    if not keeps_text:
        await texts.remove(tx, [row[0] for row in rows])


async def raise_oldest(tx: Transaction, timeline: int, seq: int) -> None:
    """Show nobody what is before a message. What was raised stays raised."""
    await tx.fetch("update timelines set min_seq = $2 where timeline = $1 and min_seq < $2", timeline, seq)


async def unseen(tx: Transaction, timeline: int, after: int, most: int) -> list[tuple[int, int, bytes]]:
    """Lock up to ``most`` messages above the number ``after`` that nobody may see, and return them, lowest first: of
    each its number, the part of time in which it was accepted, and its body."""
    rows = await tx.fetch_long(
        "select seq, once_part, body from messages where timeline = $1 and seq > $2"
        " and seq < (select min_seq from timelines where timeline = $1) order by seq limit $3 FOR_UPDATE",
        timeline,
        after,
        most,
    )
    return [(row[0], row[1], bytes(row[2])) for row in rows]


async def delete(tx: Transaction, messages: Sequence[tuple[int, int]]) -> None:
    """Delete messages, given by their timelines and numbers, and every row that is about them. What quotes them is
    marked. The transaction must have locked the timelines."""
    await tx.expect(3 * len(messages))
    await texts.remove(tx, [row[0] for row in await _DELETE.fetch(tx, messages)])
    for delete_about in _DELETE_ABOUT:
        await delete_about.fetch(tx, messages)
    await quotes.mark(tx, [quotes.Name(timeline, seq, seq) for timeline, seq in messages])


async def first_sent_after(database: Database, timeline: int, low: int, high: int, time: int) -> int | None:
    """Return the number of the first message from ``low`` to ``high`` that was sent after a time, or ``None``. There is
    no index of times: each read looks at a part of the numbers."""
    for begin in range(low, high + 1, _LOOKED_AT):
        rows = await database.fetch_long(
            "select seq from messages where timeline = $1 and seq between $2 and $3 and sent_at > $4"
            " order by seq limit 1",
            timeline,
            begin,
            min(begin + _LOOKED_AT - 1, high),
            time,
        )
        if rows:
            return int(rows[0][0])
    return None


async def sent_until(database: Database, timeline: int, after: int, high: int, time: int) -> tuple[list[int], int]:
    """Return the numbers of messages above ``after`` and up to ``high`` that were sent up to a time, lowest first, and
    up to which number it has looked: there is no index of times."""
    last = min(after + _LOOKED_AT, high)
    rows = await database.fetch_long(
        "select seq from messages where timeline = $1 and seq between $2 and $3 and sent_at <= $4 order by seq",
        timeline,
        after + 1,
        last,
        time,
    )
    return [row[0] for row in rows], last


async def expired(database: Database, before_part: int, after: Once, most: int) -> list[tuple[int, Once]]:
    """Return the timelines of up to ``most`` messages that were accepted before a part of time, in the order of their
    names and above the name ``after``, each with the message's name."""
    rows = await database.fetch_long(
        "select timeline, once_part, once, sender_seq from messages where once_part < $1"
        " and (once_part, once, sender_seq) > ($2, $3, $4) order by once_part, once, sender_seq limit $5",
        before_part,
        *after,
        most,
    )
    return [(row[0], Once(row[1], row[2], row[3])) for row in rows]


async def expired_first(tx: Transaction, timeline: int, before_part: int, most: int) -> list[int]:
    """Return the numbers of up to ``most`` of a timeline's first messages, as far as all of them were accepted before
    a part of time."""
    rows = await tx.fetch_long(
        "select seq, once_part from messages where timeline = $1 order by seq limit $2", timeline, most
    )
    return [row[0] for row in takewhile(lambda row: row[1] < before_part, rows)]
