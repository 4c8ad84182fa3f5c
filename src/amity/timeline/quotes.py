"""Which messages quote which: SQL, and how a message says that it quotes another one.

A message that quotes names the other one by its number, by its sender's id of it, or by both. Each name is a row. A
transaction that takes a text away notes its names as withdrawn, and as due if anything quotes them. What is stored
later and quotes them is due itself. ``messages/taking_back/masking.py`` works both off, in portions.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from amity.storage import Database, Transaction
from amity.storage.over_rows import OverRows
from amity.timeline.models import Draft
from amity.wire.proto.sdkws_pb2 import MsgData

QUOTING: Final = (106, 114)
"""Content types that may quote a message: with mentions, and a quote."""
_MEMBER: Final = b"quoteMessage"
_ESCAPE: Final = b"\\u"
"""The name of a member may be written with such."""
_FLUSHED: Final = 64
"""Names that are noted by one statement. Other tasks run between two of them."""
_DUE_NAMES: Final = 25
"""Names whose quotes one transaction looks for."""
_HAS_QUOTES = "exists (select 1 from quotes as q where q.timeline = column1 and q.quoted = column2)"
_ADD = OverRows(
    "insert into quotes (timeline, quoted, seq, is_due) select t.timeline, column2, column3,"
    " case when (column2 > 0 and column2 < t.min_seq) or exists (select 1 from hidden_messages as h"
    " where h.timeline = column1 and h.owner_seq in (0, -1) and h.seq = column2) or exists (select 1 from"
    " withdrawn_names as w where w.timeline = column1 and w.quoted = column2) then 1 else 0 end"
    " from (ROWS) as v join timelines as t on t.timeline = column1 where true"
    " on conflict (timeline, quoted, seq) do nothing",
    *["integer"] * 3,
)
_MARK = OverRows(
    "insert into withdrawn_names (timeline, quoted, seq, is_due)"
    f" select column1, column2, column3, case when {_HAS_QUOTES} then 1 else 0 end"
    f" from (ROWS) as v where column2 < 0 or {_HAS_QUOTES}"
    " on conflict (timeline, quoted) do update set is_due = 1 where excluded.is_due = 1",
    *["integer"] * 3,
)
_BY_NAMES: Final = "(timeline, quoted) in (select column1, column2 from (ROWS) as v)"
_FORGET = OverRows(
    f"delete from withdrawn_names where {_BY_NAMES} and (quoted > 0 or not exists (select 1 from messages as m"
    " where m.timeline = withdrawn_names.timeline and m.seq = withdrawn_names.seq))",
    *("integer", "integer"),
)
_SETTLE = OverRows(f"update withdrawn_names set is_due = 0 where {_BY_NAMES}", "integer", "integer")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Name(NamedTuple):
    """By what a message may be quoted: its timeline, the number or that of the id, and the message's number."""

    timeline: int
    quoted: int
    seq: int


class Quoting(NamedTuple):
    """A message that quotes another one."""

    timeline: int
    seq: int


class Due(NamedTuple):
    """Messages whose quotes are due, names that no other messages quote, and whether there may be more."""

    quoting: list[Quoting]
    names: list[tuple[int, int]]
    more: bool


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


def names_of(timeline: int, seq: int, message: MsgData) -> list[Name]:
    """Return by what a message may be quoted."""
    names = [Name(timeline, seq, seq)]
    return [*names, Name(timeline, name_of(message.clientMsgID), seq)] if message.clientMsgID else names


def names_in(content_type: int, content: bytes) -> list[int]:
    """Return the names that a content has for what it quotes."""
    quoted = quoted_in(content_type, content)
    if quoted is None:
        return []
    number, client_msg_id = number_in(quoted), quoted.get("clientMsgID")
    names = [number] if number else []
    return [*names, name_of(client_msg_id)] if isinstance(client_msg_id, str) and client_msg_id else names


async def add(tx: Transaction, rows: Sequence[tuple[int, int, Draft]]) -> None:
    """Note what messages quote, each given with its timeline and number. What quotes a message that was taken back is
    due at once. The transaction must have locked the timelines."""
    names: list[tuple[int, int, int]] = []
    for timeline, seq, draft in rows:
        if _MEMBER in draft.body or _ESCAPE in draft.body:
            message = MsgData.FromString(draft.body)
            names += [(timeline, name, seq) for name in names_in(message.contentType, message.content)]
            if len(names) >= _FLUSHED:
                await _add(tx, names)
                names = []
    await _add(tx, names)


async def _add(tx: Transaction, names: Sequence[tuple[int, int, int]]) -> None:
    if names:
        await tx.expect(len(names))
        await _ADD.fetch(tx, names)


async def mark(tx: Transaction, names: Sequence[Name]) -> None:
    """Note by what messages are quoted whose text is taken away. However many quote them, that is a row for each."""
    # In one order, in which transactions wait for each other; and a statement may touch a row once.
    await _MARK.fetch(tx, sorted({name[:2]: name for name in names}.values()))


async def withdrawn(reader: Database | Transaction, timeline: int, names: Sequence[int]) -> set[int]:
    """Return which of these names are those of messages that were taken back. The numbers of some are not there."""
    rows = await reader.fetch(
        "select quoted from withdrawn_names where timeline = $1 and quoted in (select value from EACH_INT($2))",
        timeline,
        list(names),
    )
    return {row[0] for row in rows}


async def is_any_due(database: Database) -> bool:
    """Return whether ``due`` finds anything."""
    rows = await database.fetch(
        "select 1 where exists (select 1 from quotes BY_INDEX(quotes_due) where is_due = 1)"
        " or exists (select 1 from withdrawn_names BY_INDEX(withdrawn_names_due) where is_due = 1)"
    )
    return bool(rows)


async def due(tx: Transaction, most: int) -> Due:
    """Return messages of which a quote is due, in the order of their timelines and numbers: ``most`` that are due
    themselves, and as many that quote by a name that is."""
    rows = await tx.fetch(
        "select distinct timeline, seq from quotes BY_INDEX(quotes_due) where is_due = 1"
        " order by timeline, seq limit $1",
        most,
    )
    # Without an order: only the quotes that are returned are read.
    named = await tx.fetch(
        "select n.timeline, n.quoted, q.seq from (select timeline, quoted from withdrawn_names"
        f" BY_INDEX(withdrawn_names_due) where is_due = 1 order by timeline, quoted limit {_DUE_NAMES}) as n"
        " left join quotes as q on q.timeline = n.timeline and q.quoted = n.quoted limit $1",
        most + _DUE_NAMES,
    )
    quoting = {Quoting(row[0], row[1]) for row in rows} | {Quoting(row[0], row[2]) for row in named if row[2]}
    names = list(dict.fromkeys([(row[0], row[1]) for row in named]))
    cut = len(named) == most + _DUE_NAMES
    return Due(sorted(quoting), [] if cut else names, more=len(rows) == most or cut or len(names) == _DUE_NAMES)


async def settle(tx: Transaction, names: Sequence[tuple[int, int]]) -> None:
    """Note that no quotes by these names have the text any more."""
    await _FORGET.fetch(tx, names)
    await _SETTLE.fetch(tx, names)


async def forget(tx: Transaction, timeline: int, seqs: Sequence[int]) -> None:
    """Forget what messages quote."""
    await tx.fetch(
        "delete from quotes where timeline = $1 and seq in (select value from EACH_INT($2))", timeline, list(seqs)
    )
