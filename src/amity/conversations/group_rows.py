"""The SQL of members' rows of what is written in groups, and nothing else.

A member has its row from joining on, so that a message writes no row of a member: unless one has deleted the
conversation, which brings it back.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amity.conversations.store import AT_TYPE, CONVERSATIONS, NEXT
from amity.storage import Database, Transaction
from amity.wire.events.conversations import ReplaceConversation

_VERSION = CONVERSATIONS.next_version("u.user_seq")
_ENTER = (
    # Materialized, or the version of each list would be looked up twice.
    f"with came as materialized (select u.user_seq, {_VERSION} as version from users as u"
    " where u.user_seq in (select value from EACH_INT($1)))"
    " insert into conversations (owner_seq, timeline, peer_seq, version, added_version, deleted, read_seq,"
    " min_seq, max_seq, recv_msg_opt, is_pinned, is_private_chat, burn_duration, group_at_type,"
    " is_msg_destruct, msg_destruct_time, latest_msg_destruct_time, attached_info, ex, at_seen_seq, came_seq,"
    " notices_from) select came.user_seq, $2, 0, came.version, came.version, 0, $3, $4, 0, 0, 0, 0, 0, 0, 0, 0, 0, '',"
    " '', $3, $3, coalesce((select n.max_seq + 1 from timelines as t join timelines as n on n.form = 13"
    " and n.first_seq = t.first_seq and n.second_seq = 0 where t.timeline = $2), 1)"
    " from came where true on conflict (owner_seq, timeline) do update set version = excluded.version, added_version ="
    " case when conversations.deleted = 1 then excluded.added_version else conversations.added_version end,"
    " deleted = 0, max_seq = 0, min_seq = GREATEST(conversations.min_seq, excluded.min_seq),"
    " read_seq = GREATEST(conversations.read_seq, excluded.read_seq), group_at_type = 0,"
    " at_seen_seq = excluded.at_seen_seq, came_seq = excluded.came_seq, notices_from = excluded.notices_from"
)
_OWN = CONVERSATIONS.next_version("conversations.owner_seq")
_NEXT = CONVERSATIONS.next_version("c.owner_seq")


async def timelines_of(database: Database, owner: int, group_ids: Sequence[str]) -> Mapping[str, int]:
    """Return the timelines of what is written in groups, by the ids of those groups in which a user is or was."""
    rows = await database.fetch(
        "select g.group_id, t.timeline from chat_groups as g join timelines as t on t.form = 3"
        " and t.first_seq = g.group_seq and t.second_seq = 0 where g.group_id in (select value from EACH_TEXT($2))"
        " and exists (select 1 from conversations as c where c.owner_seq = $1 and c.timeline = t.timeline)",
        owner,
        list(group_ids),
    )
    return {row[0]: row[1] for row in rows}


class GroupNotices(NamedTuple):
    """The stored notifications of a group that a member may see: from the number ``first`` to ``last``, which is of the
    time ``last_at``, in milliseconds since 1970."""

    group_id: str
    timeline: int
    first: int
    last: int
    last_at: int


_NOTICES = (
    "select g.group_id, n.timeline, GREATEST(n.min_seq, c.notices_from), n.max_seq, n.last_at"
    " from group_members as m join chat_groups as g on g.group_seq = m.group_seq"
    " join timelines as n on n.form = 13 and n.first_seq = m.group_seq and n.second_seq = 0"
    " join timelines as t on t.form = 3 and t.first_seq = m.group_seq and t.second_seq = 0"
    " join conversations as c on c.owner_seq = m.user_seq and c.timeline = t.timeline"
    " where m.user_seq = $1 and m.deleted = 0 and n.max_seq > 0"
)


async def notices_of(database: Database, owner: int, group_ids: Sequence[str]) -> list[GroupNotices]:
    """Return the stored notifications of those of these groups that a user is in. What was told before it came in is
    not for it."""
    rows = await database.fetch(
        f"{_NOTICES} and g.group_id in (select value from EACH_TEXT($2))", owner, list(group_ids)
    )
    return [GroupNotices._make(row) for row in rows]


async def all_notices_of(database: Database, owner: int) -> list[GroupNotices]:
    """Do as ``notices_of`` with all groups."""
    return [GroupNotices._make(row) for row in await database.fetch_long(_NOTICES, owner)]


async def enter(
    tx: Transaction, users: Sequence[int], timeline: int, newest: int, *, sees_before: bool, is_read: bool = True
) -> None:
    """Give users who come into a group its conversation, or without end again where they had it.

    What was written before, up to the number ``newest``, counts as read and is not for them if ``is_read``, and is not
    shown unless ``sees_before``. The transaction must have locked the users' lists.
    """
    await tx.expect(len(users))
    await tx.fetch(_ENTER, list(users), timeline, newest if is_read else 0, 0 if sees_before else newest + 1)


async def leave(tx: Transaction, users: Sequence[int], timeline: int, newest: int) -> None:
    """Let the conversation of users who leave a group end with the number ``newest``, marked as it is; if nothing was
    written yet, it is deleted. The transaction must have locked the users' lists, and the timeline."""
    await tx.expect(len(users))
    ends = "max_seq = $3" if newest else "deleted = 1, max_seq = $3"
    # How it was named stays, whatever the group does from now on.
    await tx.fetch(
        f"update conversations as c set version = {_NEXT}, {ends}, at_seen_seq = $3, group_at_type = {AT_TYPE}"
        " from timelines as t join chat_groups as g on g.group_seq = t.first_seq"
        " where t.timeline = $2 and c.timeline = t.timeline and c.deleted = 0"
        " and c.owner_seq in (select value from EACH_INT($1))",
        list(users),
        timeline,
        newest,
    )


async def lock_groups(tx: Transaction, timelines: Sequence[int]) -> None:
    """Let nobody write in those groups whose timelines are among these until the end of the transaction.

    Who deletes a conversation does this before it locks the list: a message has looked who has deleted its
    conversation before it is stored, and locks no lists but theirs.
    """
    await tx.lock(
        "select group_seq from chat_groups where group_seq in (select first_seq from timelines where form = 3"
        " and timeline in (select value from EACH_INT($1))) order by group_seq FOR_UPDATE",
        list(timelines),
    )


# Every message asks this. Who has left has a row with an end, and they may be many: they are not in the index.
_DELETED = (
    "select c.owner_seq from conversations as c where c.timeline = $1 and c.deleted = 1 and c.peer_seq = 0"
    " and c.max_seq = 0 and exists (select 1 from group_members as m where m.group_seq = $2"
    " and m.user_seq = c.owner_seq and m.deleted = 0)"
)
_QUIET = (
    "select u.user_id from chat_groups as g join timelines as t on t.form = 3 and t.first_seq = g.group_seq"
    " and t.second_seq = 0 join conversations as c on c.timeline = t.timeline and c.peer_seq = 0 and c.max_seq = 0"
    " and c.recv_msg_opt <> 0 join users as u on u.user_seq = c.owner_seq where g.group_id = $1"
)


async def deleted(tx: Transaction, group: int, timeline: int) -> list[int]:
    """Return the members who have deleted the conversation of a group."""
    return [row[0] for row in await tx.fetch(_DELETED, timeline, group)]


async def quiet_in(database: Database, group_id: str) -> list[str]:
    """Return the users who want to hear nothing of what is written in a group."""
    return [row[0] for row in await database.fetch_long(_QUIET, group_id)]


async def bring_back(tx: Transaction, users: Sequence[int], timeline: int) -> None:
    """Give members the conversation again that they have deleted. The transaction must have locked their lists."""
    await tx.expect(len(users))
    await tx.fetch(
        f"update conversations set version = {_OWN}, added_version = {_OWN}, deleted = 0 where timeline = $2"
        " and deleted = 1 and owner_seq in (select value from EACH_INT($1))",
        list(users),
        timeline,
    )


class GroupRow(NamedTuple):
    """The row of a user who is or was in a group. ``at_type`` is how it was named there, as clients are told."""

    timeline: int
    is_deleted: bool
    at_type: int
    is_member: bool


async def row_of(tx: Transaction, owner: int, group_id: str) -> GroupRow | None:
    """Return a user's row of what is written in a group, or ``None`` if it was never in it."""
    rows = await tx.fetch(
        f"select c.timeline, c.deleted, {AT_TYPE}, exists (select 1 from group_members as m"
        " where m.group_seq = g.group_seq and m.user_seq = $1 and m.deleted = 0) from chat_groups as g"
        " join timelines as t on t.form = 3 and t.first_seq = g.group_seq and t.second_seq = 0"
        " join conversations as c on c.owner_seq = $1 and c.timeline = t.timeline where g.group_id = $2",
        owner,
        group_id,
    )
    return GroupRow(rows[0][0], bool(rows[0][1]), rows[0][2], bool(rows[0][3])) if rows else None


async def set_at_type(tx: Transaction, owner: int, timeline: int, at_type: int) -> bool:
    """Set how a member was named in a group, up to its newest message; return whether the row is there. The
    transaction must have locked the list."""
    rows = await tx.fetch(
        f"update conversations set version = {NEXT}, group_at_type = $3, at_seen_seq ="
        " (select max_seq from timelines as t where t.timeline = $2)"
        " where owner_seq = $1 and timeline = $2 and deleted = 0 returning owner_seq",
        owner,
        timeline,
        at_type,
    )
    return bool(rows)


async def name(tx: Transaction, users: Sequence[int], timeline: int) -> None:
    """Note that a message of a group names these members. The transaction must have locked their lists."""
    await tx.expect(len(users))
    await tx.fetch(
        f"update conversations set version = {_OWN}, group_at_type = case when group_at_type = 2 then 3 else 1 end"
        " where timeline = $2 and deleted = 0 and group_at_type not in (1, 3)"
        " and owner_seq in (select value from EACH_INT($1))",
        list(users),
        timeline,
    )


async def see(tx: Transaction, owner: int, timeline: int, seq: int) -> None:
    """Note, before the group does, that a member has seen what message ``seq`` announces to everybody. How it was named
    before stays, and with that what clients are shown. The transaction must have locked the list."""
    await tx.fetch(
        f"update conversations as c set at_seen_seq = $3, group_at_type = {AT_TYPE} from timelines as t"
        " join chat_groups as g on g.group_seq = t.first_seq"
        " where t.timeline = $2 and c.timeline = t.timeline and c.owner_seq = $1 and c.deleted = 0",
        owner,
        timeline,
        seq,
    )


async def replace_settings(tx: Transaction, users: Sequence[int], timeline: int, change: ReplaceConversation) -> None:
    """Give the conversation of users who have just come into a group for the first time the settings that are not
    ``None``. Its version says already that it is new."""
    values = [
        None if value is None else int(value)
        for value in (change.recv_msg_opt, change.is_pinned, change.is_private_chat, change.burn_duration)
    ]
    await tx.fetch(
        "update conversations set recv_msg_opt = coalesce(cast($3 as integer), recv_msg_opt),"
        " is_pinned = coalesce(cast($4 as integer), is_pinned),"
        " is_private_chat = coalesce(cast($5 as integer), is_private_chat),"
        " burn_duration = coalesce(cast($6 as integer), burn_duration),"
        " attached_info = coalesce(cast($7 as text), attached_info), ex = coalesce(cast($8 as text), ex)"
        " where timeline = $2 and version = added_version and owner_seq in (select value from EACH_INT($1))",
        list(users),
        timeline,
        *values,
        change.attached_info,
        change.ex,
    )
