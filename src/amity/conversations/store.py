"""The SQL of users' conversations, and nothing else. They are a versioned list, as friends are."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.conversations.models import Conversation
from amity.conversations.naming import id_by_form, type_of
from amity.storage import Database, Row, Transaction
from amity.sync.versioned_list import Change, VersionedList
from amity.timeline.models import Form


class Settings(NamedTuple):
    """What a user sets of a conversation, in the order of the statement; ``None`` leaves a value as it is."""

    recv_msg_opt: int | None
    is_pinned: int | None
    burn_duration: int | None
    group_at_type: int | None
    is_msg_destruct: int | None
    msg_destruct_time: int | None
    attached_info: str | None
    ex: str | None


# OpenIM's JavaScript client ignores inserts. It would not show a setting of a conversation that began since its login.
CONVERSATIONS = VersionedList("conversations", alias="c", owner="owner_seq", item="timeline", changes_win=True)
NEXT = CONVERSATIONS.next_version("$1")
# Everybody in a group is named by one number in the group's row: the rows of its members don't change for that.
MOST_MARKED: Final = 100
"""Marked conversations that a client is told of at a time."""
_MARKED_AT = "GREATEST(g.at_all_seq, g.announced_seq)"
_IS_MARKED = (
    f"g.group_seq is not null and {_MARKED_AT} > c.at_seen_seq and (c.max_seq = 0 or {_MARKED_AT} <= c.max_seq)"
)
AT_TYPE = (
    f"case when not ({_IS_MARKED}) then c.group_at_type"
    " when g.announced_seq > g.at_all_seq then 4 when c.group_at_type in (1, 3) then 3 else 2 end"
)
"""How a user was named in the group ``g``, as the user is shown its conversation ``c``."""
PEER = (
    " left join users as peer on peer.user_seq = c.peer_seq"
    " left join chat_groups as g on c.peer_seq = 0 and g.group_seq = t.first_seq"
)
"""Joins of the other user, or of the group, to a conversation ``c`` with its timeline ``t``."""
PEER_ID = "coalesce(peer.user_id, g.group_id)"
_COLUMNS = (
    f"owner.user_id, {PEER_ID}, c.recv_msg_opt, c.is_pinned, c.attached_info, c.is_private_chat, {AT_TYPE},"
    " c.ex, c.burn_duration, c.min_seq, c.max_seq, c.msg_destruct_time, c.latest_msg_destruct_time, c.is_msg_destruct,"
    " t.form"
)
_WIDTH = 15
_SET = (
    f"update conversations set version = {NEXT}, "
    + ", ".join(f"{name} = coalesce(${place}, {name})" for place, name in enumerate(Settings._fields, 3))
    + " where owner_seq = $1 and timeline = $2 and deleted = 0 and ("
    + " or ".join(f"{name} <> coalesce(${place}, {name})" for place, name in enumerate(Settings._fields, 3))
    + ") returning timeline"
)
FROM = (
    "conversations as c join users as owner on owner.user_seq = c.owner_seq"
    f" join timelines as t on t.timeline = c.timeline{PEER}"
)
"""Conversations ``c`` with their ``owner``, their timelines ``t``, and what ``PEER`` joins."""


class Member(NamedTuple):
    """Who has a conversation: a user's number, the number of its timeline, and the other user's."""

    owner: int
    timeline: int
    peer: int


_GROUP = int(Form.GROUP)  # as databases return it
WITHOUT = "c.timeline not in (select value from EACH_INT({}))"


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
            f" select user_seq, $2, $3, {NEXT}, {NEXT}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '' from users"
            " where user_seq = $1 on conflict (owner_seq, timeline) do update set version = excluded.version,"
            " added_version = excluded.added_version, deleted = 0 where conversations.deleted = 1 returning owner_seq",
            *member,
        )
        changed += [row[0] for row in rows]
    return changed


async def set_settings(tx: Transaction, owner: int, timeline: int, settings: Settings) -> bool:
    """Set what is not ``None`` in a user's row; return whether that has changed it. The transaction must have locked
    the list."""
    rows = await tx.fetch(_SET, owner, timeline, *settings)
    return bool(rows)


async def set_private(tx: Transaction, owner: int, timeline: int, is_private: bool) -> None:
    """Set in a user's row whether a chat is private. The transaction must have locked the list."""
    await tx.fetch(
        f"update conversations set version = {NEXT}, is_private_chat = $3 where owner_seq = $1 and timeline = $2"
        " and deleted = 0 and is_private_chat <> $3",
        owner,
        timeline,
        int(is_private),
    )


async def pinned_beside(tx: Transaction, owner: int, timeline: int, most: int) -> int:
    """Return how many conversations a user has pinned, ``most`` at most; 0 if this one is pinned already."""
    row = "select 1 from conversations where owner_seq = $1 and timeline = $2 and deleted = 0 and is_pinned = 1"
    rows = await tx.fetch_long(
        "select count(*) from (select 1 from conversations where owner_seq = $1 and deleted = 0 and is_pinned = 1"
        f" and not exists ({row}) limit $3) as pinned",
        owner,
        timeline,
        most,
    )
    return int(rows[0][0])


async def delete(tx: Transaction, owner: int, timelines: Sequence[int]) -> list[int]:
    """Delete a user's rows of these timelines, with their settings; return which were there.

    What the user has read, and what it may see, stays for the day on which a message brings the row back; so does
    whether the chat is private, which is the pair's. The transaction must have locked the list.
    """
    rows = await tx.fetch_long(
        f"update conversations set version = {NEXT}, deleted = 1, recv_msg_opt = 0, is_pinned = 0, burn_duration = 0,"
        " group_at_type = 0, is_msg_destruct = 0, msg_destruct_time = 0, latest_msg_destruct_time = 0,"
        " attached_info = '', ex = '' where owner_seq = $1 and deleted = 0"
        " and timeline in (select value from EACH_INT($2)) returning timeline",
        owner,
        list(timelines),
    )
    return [row[0] for row in rows]


async def owners_with(database: Database, peer: int, after: int, most: int) -> dict[int, str]:
    """Return who has a conversation with a user, number and id in the order of numbers, from the number above ``after``
    on, ``most`` at most, without the user itself."""
    rows = await database.fetch_long(
        "select c.owner_seq, owner.user_id from conversations as c join users as owner on owner.user_seq = c.owner_seq"
        " where c.peer_seq = $1 and c.owner_seq > $2 and c.owner_seq <> $1 and c.deleted = 0"
        " order by c.owner_seq limit $3",
        peer,
        after,
        most,
    )
    return {row[0]: row[1] for row in rows}


async def set_ex_about(tx: Transaction, peer: int, owners: Sequence[int], ex: str) -> list[int]:
    """Set ``ex`` in the rows of these owners about a user; return whose row has changed. The transaction must have
    locked their lists."""
    version = CONVERSATIONS.next_version("conversations.owner_seq")
    rows = await tx.fetch_long(
        f"update conversations set version = {version}, ex = $3 where peer_seq = $1 and deleted = 0 and ex <> $3"
        " and owner_seq in (select value from EACH_INT($2)) returning owner_seq",
        peer,
        list(owners),
        ex,
    )
    return [row[0] for row in rows]


async def count(database: Database, owner: int, without: Sequence[int]) -> int:
    """Return how many conversations a user has but those of some timelines."""
    rows = await database.fetch_long(
        f"select count(*) from conversations as c where c.owner_seq = $1 and c.deleted = 0 and {WITHOUT.format('$2')}",
        owner,
        list(without),
    )
    return int(rows[0][0])


async def page(database: Database, owner: int, without: Sequence[int], offset: int, limit: int) -> list[Conversation]:
    """Return some of a user's conversations but those of some timelines, in the order in which they began."""
    rows = await database.fetch_long(
        f"select {_COLUMNS} from {FROM} where c.owner_seq = $1 and c.deleted = 0 and {WITHOUT.format('$2')}"
        " order by c.timeline limit $3 offset $4",
        owner,
        list(without),
        limit,
        offset,
    )
    return [_conversation(row) for row in rows]


async def some(database: Database, owner: int, timelines: Sequence[int]) -> dict[int, Conversation]:
    """Return those of a user's conversations that have these timelines, by them."""
    rows = await database.fetch_long(
        f"select {_COLUMNS}, c.timeline from {FROM} where c.owner_seq = $1 and c.deleted = 0"
        " and c.timeline in (select value from EACH_INT($2)) order by c.timeline",
        owner,
        list(timelines),
    )
    return {row[_WIDTH]: _conversation(row) for row in rows}


async def ids(database: Database, owner: int, owner_id: str, without: Sequence[int]) -> list[str]:
    """Return the ids of all of a user's conversations but those of some timelines, in the order in which they began."""
    rows = await database.fetch_long(
        f"select {PEER_ID}, t.form from conversations as c join timelines as t on t.timeline = c.timeline{PEER}"
        f" where c.owner_seq = $1 and c.deleted = 0 and {WITHOUT.format('$2')} order by c.timeline",
        owner,
        list(without),
    )
    return [id_by_form(row[1], owner_id, row[0]) for row in rows]


async def changes(
    database: Database, owner: int, without: Sequence[int], since: int, most: int
) -> list[Change[Conversation]]:
    """Return the changes of a user's conversations above version ``since``, oldest first: at most ``most``, and either
    all rows of a version or none. Those of the timelines in ``without`` are told to be deleted."""
    rows = await database.fetch_long(
        f"select {_COLUMNS}, {CONVERSATIONS.row_versions}, c.timeline from {FROM} where {CONVERSATIONS.where_changed}"
        f" order by {CONVERSATIONS.by_version}",
        owner,
        since,
        most,
    )
    found = []
    for row in rows:
        conversation = _conversation(row)
        change = CONVERSATIONS.change(conversation, conversation.conversation_id, row, _WIDTH)
        found.append(change._replace(deleted=True) if row[_WIDTH + 3] in without else change)
    return found


async def marked(database: Database, owner: int) -> list[Conversation]:
    """Return those of a user's conversations of groups that are marked for all members since the user last saw what
    they are marked for: the newest. Nothing of them has a new version, as such a mark writes no row of a member."""
    rows = await database.fetch_long(
        f"select {_COLUMNS} from {FROM} where c.owner_seq = $1 and c.peer_seq = 0 and c.deleted = 0"
        f" and {_IS_MARKED} order by c.timeline desc limit {MOST_MARKED}",
        owner,
    )
    return [_conversation(row) for row in rows]


def _conversation(row: Row) -> Conversation:
    is_group = row[14] == _GROUP
    return Conversation(
        owner_user_id=row[0],
        conversation_id=id_by_form(row[14], row[0], row[1]),
        recv_msg_opt=row[2],
        conversation_type=type_of(row[14]),
        user_id="" if is_group else row[1],
        group_id=row[1] if is_group else "",
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
