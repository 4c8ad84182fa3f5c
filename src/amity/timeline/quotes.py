"""Which messages quote which: SQL, and how a message says that it quotes another one.

A message that quotes names the other one by its number, by its sender's id of it, or by both. Each name is a row. A
transaction that takes a text away marks the rows of its quotes as due. ``messages/taking_back/masking.py`` works them
off.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from amity.storage import Database, Transaction
from amity.storage.values import SIZES, parts, values
from amity.timeline.models import Draft
from amity.wire.proto.sdkws_pb2 import MsgData

QUOTING: Final = (106, 114)
"""Content types that may quote a message: with mentions, and a quote."""
_MEMBER: Final = b"quoteMessage"
_MARK = {
    rows: (
        "update quotes set is_due = 1 where is_due = 0"
        f" and (timeline, quoted) in (select column1, column2 from ({values(rows, 2, 'integer')}) as v)"
    )
    for rows in SIZES
}
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Quoting(NamedTuple):
    """A message that quotes another one."""

    timeline: int
    seq: int


def quoted_in(content_type: int, content: bytes) -> dict[str, Any] | None:
    """Return the message that a content quotes, as the content has it; ``None`` if it quotes none."""
    if content_type not in QUOTING:
        return None
    try:
        quoted = _decode(content).get("quoteMessage")
    except (ValueError, RecursionError):
        return None
    return quoted if isinstance(quoted, dict) else None


def number_in(quoted: dict[str, Any] | None) -> int:
    """Return the number of a quoted message; 0 if there is none."""
    seq = quoted.get("seq") if quoted else 0
    return seq if type(seq) is int and 0 < seq < 2**63 else 0


def name_of(client_msg_id: str) -> int:
    """Return the number below 0 by which a client's id of a message is found."""
    return -1 - (int.from_bytes(hashlib.blake2b(client_msg_id.encode(), digest_size=8).digest(), "big") >> 1)


def names_of(timeline: int, seq: int, message: MsgData) -> list[tuple[int, int]]:
    """Return the names by which a message may be quoted, each with its timeline."""
    return [(timeline, seq), (timeline, name_of(message.clientMsgID))]


def names_in(body: bytes) -> list[int]:
    """Return the names that a stored message has for what it quotes."""
    if _MEMBER not in body:
        return []
    message = MsgData.FromString(body)
    quoted = quoted_in(message.contentType, message.content)
    if quoted is None:
        return []
    number, client_msg_id = number_in(quoted), quoted.get("clientMsgID")
    names = [number] if number else []
    return [*names, name_of(client_msg_id)] if isinstance(client_msg_id, str) and client_msg_id else names


async def add(tx: Transaction, rows: Sequence[tuple[int, int, Draft]]) -> None:
    """Note what messages quote, each given with its timeline and number. What quotes a message that was taken back is
    due at once. The transaction must have locked the timelines."""
    for timeline, seq, draft in rows:
        for name in names_in(draft.body):
            await tx.fetch(
                "insert into quotes (timeline, quoted, seq, is_due) select t.timeline, cast($2 as integer),"
                " cast($3 as integer), case when ($2 > 0 and $2 < t.min_seq) or exists (select 1 from hidden_messages"
                " where timeline = $1 and owner_seq in (0, -1) and seq = $2) then 1 else 0 end"
                " from timelines as t where t.timeline = $1 on conflict (timeline, quoted, seq) do nothing",
                timeline,
                name,
                seq,
            )


async def mark(tx: Transaction, names: Sequence[tuple[int, int]]) -> None:
    """Mark what quotes messages whose text is taken away, each given by its timeline and a name."""
    for part, size in parts(names):
        await tx.fetch(_MARK[size], *[value for name in part for value in name])


async def due(reader: Database | Transaction, most: int) -> list[Quoting]:
    """Return up to ``most`` messages of which a quote is due, in the order of their timelines and numbers."""
    rows = await reader.fetch(
        "select distinct timeline, seq from quotes where is_due = 1 order by timeline, seq limit $1", most
    )
    return [Quoting(row[0], row[1]) for row in rows]


async def forget(tx: Transaction, timeline: int, seqs: Sequence[int]) -> None:
    """Forget what messages quote."""
    await tx.fetch(
        "delete from quotes where timeline = $1 and seq in (select value from EACH_INT($2))", timeline, list(seqs)
    )
