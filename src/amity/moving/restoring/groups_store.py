"""The SQL that restores groups, their members and the wishes to join them, and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from amity.groups.stored.groups import folded
from amity.groups.stored.joined import JOINED
from amity.moving.restoring.rows import BulkInsert
from amity.storage import Transaction
from amity.storage.over_rows import OverRows
from amity.sync.lists import EMPTY_VERSION

Pair = tuple[int, int]
"""A group and a user, by their numbers."""


class GroupRow(NamedTuple):
    """A group as it is stored, users by their numbers; ``version`` is that of the list of its members."""

    seq: int
    created_at: int
    creator: int
    owner: int
    member_count: int
    status: int
    need_verification: int
    look_member_info: int
    apply_member_friend: int
    announced_at: int
    announcer: int
    history_for_new: int
    version: int
    info_version: int
    sort_version: int
    group_id: str
    name: str
    notification: str
    introduction: str
    face_url: str
    ex: str

    @property
    def info(self) -> tuple[object, ...]:
        """What its own fields are, whatever its members and versions."""
        return self._replace(member_count=0, version=0, info_version=0, sort_version=0)


class MemberRow(NamedTuple):
    """A user's row in a group, by numbers, as it is stored. ``deleted``: the user is no member any more."""

    group: int
    user: int
    version: int
    added_version: int
    joined_version: int
    joined_added_version: int
    deleted: int
    role: int
    joined_at: int
    join_source: int
    inviter: int
    operator: int
    muted_until: int
    nickname: str
    face_url: str
    ex: str


class ApplicationRow(NamedTuple):
    """A wish to join a group, by numbers."""

    group: int
    user: int
    handle_result: int
    created_at: int
    handled_at: int
    handler: int
    inviter: int
    join_source: int
    req_msg: str
    handle_msg: str
    ex: str


_PORTION: Final = 32
"""Groups whose names are folded at a time: the longest ones take 0.8 ms each. On PostgreSQL others have their turn
between two portions."""
_INFO = (
    "created_at, creator_seq, owner_seq, member_count, status, need_verification, look_member_info,"
    " apply_member_friend, announced_at, announcer_seq, history_for_new, member_version, info_version, sort_version"
)
_TEXTS = "group_id, group_name, notification, introduction, face_url, ex"
_SAVED = [*_INFO.split(", "), *_TEXTS.split(", ")[1:], "folded_name"]
_GROUP = f"{_INFO}, at_all_seq, announced_seq, {_TEXTS}, folded_name"
_make_groups = BulkInsert("chat_groups", _GROUP, 7, "on conflict (group_id) do nothing")
_save_groups = BulkInsert(
    "chat_groups",
    _GROUP,
    7,
    "on conflict (group_id) do update set " + ", ".join(f"{name} = excluded.{name}" for name in _SAVED),
)
_MEMBER = (
    "group_seq, user_seq, version, added_version, joined_version, joined_added_version, deleted, role_level, joined_at,"
    " join_source, inviter_seq, operator_seq, muted_until, nickname, face_url, ex"
)
_put_members = BulkInsert(
    "group_members",
    _MEMBER,
    3,
    "on conflict (group_seq, user_seq) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in _MEMBER.split(", ")[2:]),
)
_APPLICATION = (
    "group_seq, user_seq, handle_result, created_at, handled_at, handler_seq, inviter_seq, join_source, req_msg,"
    " handle_msg, ex"
)
_put_applications = BulkInsert(
    "group_requests",
    _APPLICATION,
    3,
    "on conflict (group_seq, user_seq) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in _APPLICATION.split(", ")[2:]),
)
_MEMBERS_AT = OverRows(
    f"select {', '.join(f'm.{name}' for name in _MEMBER.split(', '))} from (ROWS) as v"
    " join group_members as m on m.group_seq = v.column1 and m.user_seq = v.column2",
    *("integer", "integer"),
)
_AGREE = OverRows(
    "update group_requests set handle_result = 1, handled_at = created_at, handler_seq = 0"
    " from (ROWS) as v where group_seq = v.column1 and user_seq = v.column2"
    " and handle_result = 0 and exists (select 1 from group_members as m where m.group_seq = v.column1"
    " and m.user_seq = v.column2 and m.deleted = 0)",
    *("integer", "integer"),
)


async def lock(
    tx: Transaction, group_ids: Collection[str], new: Collection[str], *, is_shared: bool
) -> dict[str, GroupRow]:
    """Return those of these groups that exist, by their ids, as they are until the end of the transaction.

    A group of ``new`` that does not exist is made, without fields and owner: the transaction must save it.
    ``is_shared``: the transaction does not change them, and others may do the same meanwhile.
    """
    if not group_ids:
        return {}
    fields = (*[0] * 10, -1, *[EMPTY_VERSION] * 3, 0, 0)
    await _make_groups(tx, [(*fields, group_id, "", "", "", "", "", "") for group_id in sorted(new)])
    named = "group_id in (select value from EACH_TEXT($1))"
    mode = "FOR_SHARE" if is_shared else "FOR_UPDATE"
    await tx.lock(f"select group_seq from chat_groups where {named} order by group_seq {mode}", sorted(group_ids))
    rows = await tx.fetch(f"select group_seq, {_INFO}, {_TEXTS} from chat_groups where {named}", sorted(group_ids))
    found = [GroupRow._make(row) for row in rows]
    return {row.group_id: row for row in found}


async def save(tx: Transaction, groups: Sequence[GroupRow]) -> None:
    """Store groups that the transaction has locked."""
    ordered = sorted(groups)
    for begin in range(0, len(ordered), _PORTION):
        portion = ordered[begin : begin + _PORTION]
        await _save_groups(tx, [(*group[1:15], 0, 0, *group[15:], folded(group.name)) for group in portion])


async def members_at(tx: Transaction, pairs: Collection[Pair]) -> dict[Pair, MemberRow]:
    """Return the rows of users in groups, those who have left included."""
    return {(row[0], row[1]): MemberRow._make(row) for row in await _MEMBERS_AT.fetch(tx, sorted(pairs))}


async def members_of(tx: Transaction, group: int) -> list[int]:
    """Return all members of a group."""
    rows = await tx.fetch_long("select user_seq from group_members where group_seq = $1 and deleted = 0", group)
    return [row[0] for row in rows]


async def next_joined_versions(tx: Transaction, users: Collection[int]) -> dict[int, int]:
    """Return the versions that the next rows of these users' lists of groups get."""
    rows = await tx.fetch(f"select value, {JOINED.next_version('value')} from EACH_INT($1)", sorted(users))
    return {row[0]: row[1] for row in rows}


async def put_members(tx: Transaction, members: Sequence[MemberRow]) -> None:
    """Store members as these rows say. The transaction must have locked the groups, and the users' lists."""
    await _put_members(tx, sorted(members))


async def put_applications(tx: Transaction, applications: Sequence[ApplicationRow]) -> None:
    """Store wishes to join groups, each in place of an earlier one. The transaction must have locked the groups."""
    await _put_applications(tx, sorted(applications))


async def agree_to_members(tx: Transaction, pairs: Collection[Pair]) -> None:
    """Let no wish to join wait whose user is a member: it counts as agreed when it was made."""
    await _AGREE.fetch(tx, sorted(pairs))


def numbers_of(groups: Mapping[str, GroupRow]) -> dict[str, int]:
    """Return the numbers of groups by their ids."""
    return {group_id: group.seq for group_id, group in groups.items()}
