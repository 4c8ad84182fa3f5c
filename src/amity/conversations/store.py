"""The SQL of users' conversations, and nothing else. They are a versioned list, as friends are."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.conversations.models import Conversation
from amity.storage import Database, Row, Transaction
from amity.sync.versioned_list import Change, VersionedList
from amity.wire.conversation_ids import single_id

CONVERSATIONS = VersionedList("conversations", alias="c", owner="owner_seq", item="timeline")
SINGLE_CHAT = 1
_NEXT = CONVERSATIONS.next_version("$1")
_COLUMNS = (
    "owner.user_id, peer.user_id, c.recv_msg_opt, c.is_pinned, c.attached_info, c.is_private_chat, c.group_at_type,"
    " c.ex, c.burn_duration, c.min_seq, c.max_seq, c.msg_destruct_time, c.latest_msg_destruct_time, c.is_msg_destruct"
)
_WIDTH = 14
_FROM = (
    "conversations as c join users as owner on owner.user_seq = c.owner_seq"
    " join users as peer on peer.user_seq = c.peer_seq"
)


class Member(NamedTuple):
    """Who has a conversation: a user's number, the number of its timeline, and the other user's."""

    owner: int
    timeline: int
    peer: int


class Position(NamedTuple):
    """How far a user has read in a conversation, and the bounds of what it may see; ``max_seq`` 0 is no bound."""

    timeline: int
    peer_id: str
    read_seq: int
    min_seq: int
    max_seq: int
    recv_msg_opt: int
    is_pinned: bool
    peer: int

    def conversation_id(self, owner_id: str) -> str:
        """Return the id of the conversation, whose owner this is."""
        return single_id(owner_id, self.peer_id)


def unambiguous(positions: Sequence[Position], owner_id: str) -> dict[str, Position]:
    """Return a user's conversations by their ids, without those whose id is another one's, too."""
    found: dict[str, Position] = {}
    twice = set()
    for position in positions:
        conversation_id = position.conversation_id(owner_id)
        if found.setdefault(conversation_id, position) is not position:
            twice.add(conversation_id)
    return {each: position for each, position in found.items() if each not in twice}


_POSITION = (
    "select c.timeline, peer.user_id, c.read_seq, c.min_seq, c.max_seq, c.recv_msg_opt, c.is_pinned, c.peer_seq"
    " from conversations as c join users as peer on peer.user_seq = c.peer_seq"
    " where c.owner_seq = $1 and c.deleted = 0"
)


async def ensure(tx: Transaction, members: Sequence[Member]) -> list[int]:
    """Give users a row of a conversation, where they have none or have deleted it; return whose list has changed.

    The transaction must have locked these users' lists.
    """
    changed = []
    for member in dict.fromkeys(members):
        rows = await tx.fetch(
            "insert into conversations (owner_seq, timeline, peer_seq, version, added_version, deleted, read_seq,"
            " min_seq, max_seq, recv_msg_opt, is_pinned, is_private_chat, burn_duration, group_at_type,"
            " is_msg_destruct, msg_destruct_time, latest_msg_destruct_time, attached_info, ex)"
            f" select user_seq, $2, $3, {_NEXT}, {_NEXT}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '' from users"
            " where user_seq = $1 on conflict (owner_seq, timeline) do update set version = excluded.version,"
            " added_version = excluded.added_version, deleted = 0 where conversations.deleted = 1 returning owner_seq",
            *member,
        )
        changed += [row[0] for row in rows]
    return changed


async def have(reader: Database | Transaction, members: Sequence[Member]) -> set[tuple[int, int]]:
    """Return which of these users have these conversations, as pairs of owner and timeline."""
    rows = await reader.fetch(
        "select owner_seq, timeline from conversations where deleted = 0"
        " and owner_seq in (select value from EACH_INT($1)) and timeline in (select value from EACH_INT($2))",
        [member.owner for member in members],
        [member.timeline for member in members],
    )
    return {(row[0], row[1]) for row in rows}


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


async def begin_at(tx: Transaction, owner: int, timeline: int, seq: int) -> bool:
    """Show a user nothing of a conversation that is before a message, which counts as read; return whether that is
    news.

    The transaction must have locked the user's list.
    """
    rows = await tx.fetch(
        f"update conversations set min_seq = $3, version = {_NEXT},"
        " read_seq = case when read_seq < $3 - 1 then $3 - 1 else read_seq end"
        " where owner_seq = $1 and timeline = $2 and deleted = 0 and min_seq < $3 returning timeline",
        owner,
        timeline,
        seq,
    )
    return bool(rows)


async def positions(database: Database, owner: int) -> list[Position]:
    """Return all of a user's conversations."""
    return [_position(row) for row in await database.fetch_long(_POSITION, owner)]


async def position(reader: Database | Transaction, owner: int, timeline: int) -> Position | None:
    """Return a user's conversation, or ``None`` if the user has it not."""
    rows = await reader.fetch(f"{_POSITION} and c.timeline = $2", owner, timeline)
    return _position(rows[0]) if rows else None


async def positions_in(database: Database, owner: int, timelines: Sequence[int]) -> dict[int, Position]:
    """Return those of a user's conversations that have these timelines, by them."""
    rows = await database.fetch_long(
        f"{_POSITION} and c.timeline in (select value from EACH_INT($2))", owner, list(timelines)
    )
    return {row[0]: _position(row) for row in rows}


async def count(database: Database, owner: int) -> int:
    """Return how many conversations a user has."""
    rows = await database.fetch_long("select count(*) from conversations where owner_seq = $1 and deleted = 0", owner)
    return int(rows[0][0])


async def page(database: Database, owner: int, offset: int, limit: int) -> list[Conversation]:
    """Return some of a user's conversations, in the order in which they began."""
    rows = await database.fetch_long(
        f"select {_COLUMNS} from {_FROM} where c.owner_seq = $1 and c.deleted = 0 order by c.timeline"
        " limit $2 offset $3",
        owner,
        limit,
        offset,
    )
    return [_conversation(row) for row in rows]


async def some(database: Database, owner: int, timelines: Sequence[int]) -> list[Conversation]:
    """Return those of a user's conversations that have these timelines."""
    rows = await database.fetch_long(
        f"select {_COLUMNS} from {_FROM} where c.owner_seq = $1 and c.deleted = 0"
        " and c.timeline in (select value from EACH_INT($2)) order by c.timeline",
        owner,
        list(timelines),
    )
    return [_conversation(row) for row in rows]


async def ids(database: Database, owner: int, owner_id: str) -> list[str]:
    """Return the ids of all of a user's conversations, in the order in which they began."""
    rows = await database.fetch_long(
        "select peer.user_id from conversations as c join users as peer on peer.user_seq = c.peer_seq"
        " where c.owner_seq = $1 and c.deleted = 0 order by c.timeline",
        owner,
    )
    return [single_id(owner_id, row[0]) for row in rows]


async def changes(database: Database, owner: int, since: int, most: int) -> list[Change[Conversation]]:
    """Return the changes of a user's conversations above version ``since``, oldest first: at most ``most``, and either
    all rows of a version or none."""
    rows = await database.fetch_long(
        f"select {_COLUMNS}, {CONVERSATIONS.row_versions} from {_FROM} where {CONVERSATIONS.where_changed}"
        f" order by {CONVERSATIONS.by_version}",
        owner,
        since,
        most,
    )
    found = []
    for row in rows:
        conversation = _conversation(row)
        found.append(CONVERSATIONS.change(conversation, conversation.conversation_id, row, _WIDTH))
    return found


def _position(row: Row) -> Position:
    return Position(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]), row[7])


def _conversation(row: Row) -> Conversation:
    return Conversation(
        owner_user_id=row[0],
        conversation_id=single_id(row[0], row[1]),
        recv_msg_opt=row[2],
        conversation_type=SINGLE_CHAT,
        user_id=row[1],
        group_id="",
        is_pinned=bool(row[3]),
        attached_info=row[4],
        is_private_chat=bool(row[5]),
        group_at_type=row[6],
        ex=row[7],
        burn_duration=row[8],
        min_seq=row[9],
        max_seq=row[10],
        msg_destruct_time=row[11],
        latest_msg_destruct_time=row[12],
        is_msg_destruct=bool(row[13]),
    )
