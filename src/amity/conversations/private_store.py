"""The SQL of messages of private chats: which there are, and when they are to be removed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amity.storage import Database, Transaction


class PrivateMessage(NamedTuple):
    """A message that is removed ``burn_seconds`` after its receiver has read it."""

    timeline: int
    seq: int
    sender: int
    burn_seconds: int


class Due(NamedTuple):
    """A message that is to be removed."""

    timeline: int
    seq: int


async def add(tx: Transaction, messages: Sequence[PrivateMessage]) -> None:
    """Note messages as private."""
    for message in messages:
        await tx.fetch(
            "insert into private_messages (timeline, seq, sender_seq, burn_seconds, due_at) values ($1, $2, $3, $4, 0)",
            *message,
        )


async def note_read(tx: Transaction, marks: Mapping[tuple[int, int], int], now: int) -> None:
    """Let the time of private messages run that were read; ``marks`` has how far, by reader and timeline, and ``now``
    is in milliseconds since 1970."""
    if not marks:
        return
    rows = await tx.fetch(
        "select value from EACH_INT($1)"
        " where exists (select 1 from private_messages where timeline = value and due_at = 0)",
        sorted({timeline for _, timeline in marks}),
    )
    private = {row[0] for row in rows}
    for (reader, timeline), seq in marks.items():
        if timeline in private:
            await tx.fetch_long(
                "update private_messages set due_at = $4 + burn_seconds * 1000"
                " where timeline = $1 and seq <= $2 and sender_seq <> $3 and due_at = 0",
                timeline,
                seq,
                reader,
                now,
            )


async def due(reader: Database | Transaction, now: int, most: int) -> list[Due]:
    """Return messages whose time is over, the longest first, ``most`` at most."""
    rows = await reader.fetch(
        "select timeline, seq from private_messages where due_at > 0 and due_at <= $1 order by due_at limit $2",
        now,
        most,
    )
    return [Due(row[0], row[1]) for row in rows]


async def remove(tx: Transaction, message: Due) -> None:
    """Forget that a message is private: it is removed."""
    await tx.fetch("delete from private_messages where timeline = $1 and seq = $2", *message)
