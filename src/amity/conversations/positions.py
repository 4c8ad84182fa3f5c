"""How far users have read in their conversations, and what of them they may see: the SQL, and what it says."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from amity.conversations import private_store
from amity.conversations.naming import id_by_form
from amity.conversations.store import NEXT, PEER, PEER_ID, WITHOUT, Member
from amity.storage import Database, Row, Transaction
from amity.storage.over_rows import OverRows
from amity.timeline.taking_back import EVERYBODY

_FEW: Final = 64
"""Conversations that are looked up on the event loop."""
_READ = OverRows(
    "update conversations set read_seq = case when v.column3 > read_seq then v.column3 else read_seq end"
    " from (ROWS) as v"
    " where owner_seq = v.column1 and timeline = v.column2 and deleted = 0 returning owner_seq, timeline",
    *["integer"] * 3,
)
# Half the time of the statement over many rows where a statement is a function call: it has no rows to return.
_READ_ONE = (
    "update conversations set read_seq = case when $3 > read_seq then $3 else read_seq end"
    " where owner_seq = $1 and timeline = $2 and deleted = 0"
)


class Window(NamedTuple):
    """The first and the last number that a user may see. ``last`` is below ``first`` where there is none."""

    first: int
    last: int


class Position(NamedTuple):
    """How far a user has read in a conversation, and what of it the user may see: ``first`` to ``last``.

    ``peer_id`` is the other user's, or the group's, whose ``peer`` is 0. ``oldest`` and ``newest`` are the ends of its
    timeline, ``last_at`` is when the last was sent. ``unread``: what the user is not shown, or may not see any more,
    does not count.
    """

    timeline: int
    peer_id: str
    peer: int
    form: int
    read_seq: int
    recv_msg_opt: int
    is_pinned: bool
    first: int
    last: int
    unread: int
    oldest: int
    newest: int
    last_at: int

    @property
    def window(self) -> Window:
        """The first and the last number that the user may see."""
        return Window(self.first, self.last)

    @property
    def read(self) -> int:
        """How far the user has read, as clients are told, who take what is after that for unread."""
        return self.last - self.unread

    def conversation_id(self, owner_id: str) -> str:
        """Return the id of the conversation, whose owner this is."""
        return id_by_form(self.form, owner_id, self.peer_id)


class Bounds(NamedTuple):
    """What a user may see of a conversation, ``first`` to ``last``, and how far it is read, by the other user too.

    ``peer`` is the other user, and ``oldest`` the first number of its timeline.
    """

    timeline: int
    peer: int
    read_seq: int
    first: int
    last: int
    oldest: int
    read_by_peer: int

    @property
    def window(self) -> Window:
        """The first and the last number that the user may see."""
        return Window(self.first, self.last)


class Reached(NamedTuple):
    """How far a conversation goes, as a user may see it, and how far the user has read, as clients are told."""

    last: int
    read: int
    last_at: int
    is_pinned: bool = False


# What a user may see of a conversation, and has not read of it: all that says so is made of these.
_FIRST = "GREATEST(c.min_seq, t.min_seq)"
_LAST = "(case when 0 < c.max_seq and c.max_seq < t.max_seq then c.max_seq else t.max_seq end)"
# Of who has left a group nothing moves any more.
_LAST_AT = (
    "case when 0 < c.max_seq and c.max_seq < t.max_seq then coalesce((select m.sent_at from messages as m"
    " where m.timeline = c.timeline and m.seq = c.max_seq), 0) else t.last_at end"
)
# Most conversations are read, or have nothing that is hidden, and need no count.
_HIDDEN = (
    "case when t.max_seq > c.read_seq and exists (select 1 from hidden_messages as h where h.timeline = c.timeline)"
    " then (select count(distinct h.seq) from hidden_messages as h"
    f" where h.timeline = c.timeline and h.owner_seq in ({EVERYBODY}, c.owner_seq) and h.seq > c.read_seq"
    f" and h.seq between t.min_seq and {_LAST} and h.seq >= c.min_seq) else 0 end"
)
_UNREAD = f"GREATEST({_LAST} - GREATEST(c.read_seq, {_FIRST} - 1) - {_HIDDEN}, 0)"
_OF_OWNER = (
    "select {columns} from conversations as c join timelines as t on t.timeline = c.timeline {joined}"
    " where c.owner_seq = $1 and c.deleted = 0"
)
_POSITION = _OF_OWNER.format(
    columns=f"c.timeline, {PEER_ID}, c.peer_seq, t.form, c.read_seq, c.recv_msg_opt, c.is_pinned,"
    f" {_FIRST}, {_LAST}, {_UNREAD}, t.min_seq, t.max_seq, {_LAST_AT}",
    joined=PEER,
)
_BOUNDS = f"c.timeline, c.peer_seq, c.read_seq, {_FIRST}, {_LAST}, t.min_seq"
_BOUNDS_ALONE = _OF_OWNER.format(columns=f"{_BOUNDS}, 0", joined="")
_BOUNDS_OF_PEERS = _OF_OWNER.format(
    columns=f"{_BOUNDS}, coalesce(other.read_seq, 0)",
    joined="left join conversations as other on other.owner_seq = c.peer_seq and other.timeline = c.timeline"
    " and other.deleted = 0",
)
_REACHED = f"{_LAST}, {_LAST} - {_UNREAD}, {_LAST_AT}, c.is_pinned"
_REACHED_BY_TIMELINE = _OF_OWNER.format(columns=f"c.timeline, {_REACHED}", joined="")
_REACHED_BY_PEER = _OF_OWNER.format(columns=f"t.form, {PEER_ID}, {_REACHED}", joined=PEER)
_SILENT = _OF_OWNER.format(columns="c.timeline", joined="") + (
    f" and c.is_pinned = 0 and {_LAST_AT} > 0 and {_LAST_AT} < $2"
)
_HAS_UNREAD = (
    "select 1 from conversations as c join timelines as t on t.timeline = c.timeline"
    f" where c.owner_seq = $1 and c.timeline = $2 and {_UNREAD} > 0"
)
_NAMED = "c.timeline in (select value from EACH_INT($2))"


async def locked_read_seq(tx: Transaction, owner: int, timeline: int) -> int:
    """Return how far a user has read, which nobody else changes until the end of the transaction."""
    row = "select read_seq from conversations where owner_seq = $1 and timeline = $2"
    await tx.lock(f"{row} FOR_UPDATE", owner, timeline)
    rows = await tx.fetch(row, owner, timeline)
    return int(rows[0][0]) if rows else 0


async def read_up_to(tx: Transaction, owner: int, timeline: int, seq: int) -> bool:
    """Note that a user has read up to a message; return whether that is news. What was read stays read."""
    rows = await tx.fetch(
        "update conversations set read_seq = $3 where owner_seq = $1 and timeline = $2 and read_seq < $3"
        " returning read_seq",
        owner,
        timeline,
        seq,
    )
    return bool(rows)


async def has_unread(tx: Transaction, owner: int, timeline: int) -> bool:
    """Return whether there is something in a conversation that a user has not read, also if it has deleted it."""
    return bool(await tx.fetch(_HAS_UNREAD, owner, timeline))


async def all_read_up_to(tx: Transaction, read: Mapping[tuple[int, int], int]) -> set[tuple[int, int]]:
    """Note how far users have read, by owner and timeline, as ``read_up_to`` does. Return which of these conversations
    are there."""
    if tx.is_local:
        given = [(owner, timeline, seq) for (owner, timeline), seq in read.items()]
        if await tx.execute_many(_READ_ONE, given) == len(given):
            return set(read)
    rows = [(owner, timeline, seq) for (owner, timeline), seq in sorted(read.items())]
    return {(row[0], row[1]) for row in await _READ.fetch(tx, rows)}


async def read_unopened(tx: Transaction, member: Member, seq: int) -> None:
    """Note that a user has read up to a message of a conversation that it may not have, and does not get for that.

    A row that is not there yet is made as a deleted one that no list has had: when the conversation is opened, the
    user's own messages are read.
    """
    await tx.fetch(
        "insert into conversations (owner_seq, timeline, peer_seq, version, added_version, deleted, read_seq,"
        " min_seq, max_seq, recv_msg_opt, is_pinned, is_private_chat, burn_duration, group_at_type,"
        " is_msg_destruct, msg_destruct_time, latest_msg_destruct_time, attached_info, ex)"
        " values ($1, $2, $3, 0, 0, 1, $4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '')"
        " on conflict (owner_seq, timeline) do update set read_seq = excluded.read_seq"
        " where conversations.read_seq < excluded.read_seq",
        *member,
        seq,
    )


async def note_outsider(tx: Transaction, user: int, timeline: int) -> None:
    """Note that a user who may be in no group has written in it: by the rows of a user its messages are found.

    Where it has none, one is made as ``read_unopened`` does. The transaction must have locked the user's list.
    """
    await read_unopened(tx, Member(user, timeline, 0), 0)


async def begin_at(tx: Transaction, owner: int, timeline: int, seq: int, now: int) -> bool:
    """Show a user nothing of a conversation that is before a message, which counts as read; return whether that is
    news. The time of private messages among them runs from ``now``, in milliseconds since 1970.

    The transaction must have locked the user's list.
    """
    rows = await tx.fetch(
        f"update conversations set min_seq = $3, version = {NEXT},"
        " read_seq = case when read_seq < $3 - 1 then $3 - 1 else read_seq end"
        " where owner_seq = $1 and timeline = $2 and deleted = 0 and min_seq < $3 returning timeline",
        owner,
        timeline,
        seq,
    )
    if rows:
        await private_store.note_read(tx, {(owner, timeline): seq - 1}, now)
    return bool(rows)


async def all_of(database: Database, owner: int, without: Sequence[int]) -> list[Position]:
    """Return all of a user's conversations but those of some timelines."""
    rows = await database.fetch_long(f"{_POSITION} and {WITHOUT.format('$2')}", owner, list(without))
    return [_position(row) for row in rows]


async def silent(database: Database, owner: int, before: int) -> list[int]:
    """Return the timelines of a user's conversations that are not pinned, and whose newest message is older than a
    time, in milliseconds since 1970."""
    return [row[0] for row in await database.fetch_long(_SILENT, owner, before)]


async def still_silent(tx: Transaction, owner: int, before: int, timelines: Sequence[int]) -> list[int]:
    """Return those of these timelines of which ``silent`` still holds. The transaction must have locked the user's
    list, and the groups among them."""
    rows = await tx.fetch_long(
        f"{_SILENT} and c.timeline in (select value from EACH_INT($3))", owner, before, list(timelines)
    )
    return [row[0] for row in rows]


async def one(reader: Database | Transaction, owner: int, timeline: int) -> Position | None:
    """Return a user's conversation, or ``None`` if the user has it not."""
    rows = await reader.fetch(f"{_POSITION} and c.timeline = $2", owner, timeline)
    return _position(rows[0]) if rows else None


async def some(database: Database, owner: int, timelines: Sequence[int]) -> dict[int, Position]:
    """Return those of a user's conversations that have these timelines, by them."""
    read = database.fetch if len(timelines) <= _FEW else database.fetch_long
    rows = await read(f"{_POSITION} and {_NAMED}", owner, list(timelines))
    return {row[0]: _position(row) for row in rows}


async def bounds(
    reader: Database | Transaction, owner: int, timelines: Sequence[int], *, of_peers: bool = True
) -> dict[int, Bounds]:
    """Return what a user may see of those of its conversations that have these timelines, by them. Without
    ``of_peers`` nothing is said of how far the other users have read."""
    sql = _BOUNDS_OF_PEERS if of_peers else _BOUNDS_ALONE
    if len(timelines) == 1:
        rows = await reader.fetch(f"{sql} and c.timeline = $2", owner, timelines[0])
    else:
        read = reader.fetch if len(timelines) <= _FEW else reader.fetch_long
        rows = await read(f"{sql} and {_NAMED}", owner, list(timelines))
    return {row[0]: Bounds._make(row) for row in rows}


async def reached(database: Database, owner: int, timelines: Sequence[int]) -> dict[int, Reached]:
    """Return how far those of a user's conversations go that have these timelines, by them."""
    read = database.fetch if len(timelines) <= _FEW else database.fetch_long
    rows = await read(f"{_REACHED_BY_TIMELINE} and {_NAMED}", owner, list(timelines))
    return {timeline: Reached(last, seq, last_at, is_pinned == 1) for timeline, last, seq, last_at, is_pinned in rows}


async def all_reached(database: Database, owner: int, owner_id: str, without: Sequence[int]) -> dict[str, Reached]:
    """Return how far all of a user's conversations but those of some timelines go, by their ids."""
    rows = await database.fetch_long(f"{_REACHED_BY_PEER} and {WITHOUT.format('$2')}", owner, list(without))
    return {
        id_by_form(form, owner_id, peer_id): Reached(last, seq, last_at, is_pinned == 1)
        for form, peer_id, last, seq, last_at, is_pinned in rows
    }


async def read_seqs(database: Database, timeline: int, owners: Sequence[int]) -> dict[int, int]:
    """Return how far these users have read in a conversation, also who has deleted it."""
    rows = await database.fetch(
        "select owner_seq, read_seq from conversations"
        " where timeline = $1 and owner_seq in (select value from EACH_INT($2))",
        timeline,
        list(owners),
    )
    return {row[0]: row[1] for row in rows}


def _position(row: Row) -> Position:
    found = Position._make(row)
    return found._replace(is_pinned=found.is_pinned == 1)
