"""The SQL that restores records, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from amity.storage import Transaction
from amity.users import search_index
from amity.users import store as users_store
from amity.users.models import User

_encode = msgspec.json.Encoder().encode


class FriendRow(NamedTuple):
    """A friend on a list, users by their numbers."""

    owner: int
    friend: int
    is_pinned: int
    created_at: int
    add_source: int
    operator: int
    remark: str
    ex: str


class ApplicationRow(NamedTuple):
    """A friend request, users by their numbers."""

    applicant: int
    to: int
    handle_result: int
    created_at: int
    handled_at: int
    handler: int
    req_msg: str
    handle_msg: str
    ex: str


class BlackRow(NamedTuple):
    """A user on a blacklist, users by their numbers."""

    owner: int
    black: int
    created_at: int
    add_source: int
    operator: int
    ex: str


class ChatRow(NamedTuple):
    """A user's row of a single chat, users by their numbers. ``read_seq`` is at most the chat's newest."""

    owner: int
    timeline: int
    peer: int
    deleted: int
    read_seq: int
    min_seq: int
    max_seq: int
    recv_msg_opt: int
    is_pinned: int
    is_private_chat: int
    burn_duration: int
    group_at_type: int
    is_msg_destruct: int
    msg_destruct_time: int
    latest_msg_destruct_time: int
    attached_info: str
    ex: str


class _BulkInsert:
    """An insert of many rows. In SQLite a statement is a function call, so rows are bound one by one; PostgreSQL gets
    all rows in one statement. The last ``texts`` columns are texts, the others integers."""

    def __init__(self, table: str, columns: str, texts: int, conflict: str) -> None:
        count = columns.count(",") + 1
        values = ", ".join(f"${number}" for number in range(1, count + 1))
        given = ", ".join(
            f"cast(given ->> {at} as integer)" if at < count - texts else f"given ->> {at}" for at in range(count)
        )
        into = f"insert into {table} ({columns})"
        self._row = f"{into} values ({values}) {conflict}"
        self._set = (
            f"{into} select {given} from (select cast(value as jsonb) as given from EACH_TEXT($1)) as rows where true"
            f" {conflict}"
        )

    async def __call__(self, tx: Transaction, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return
        if tx.is_local:
            await tx.execute_many(self._row, rows)
        else:
            await tx.fetch(self._set, [_encode(row).decode() for row in rows])


# A row that equals its record keeps its version, so restoring the same records again changes nothing. The order of a
# list depends on pins and times. If either changes, "pinned_version" makes clients fetch the order again.
_put_friends = _BulkInsert(
    "friends",
    "owner_seq, friend_seq, version, added_version, pinned_version, deleted, is_pinned, created_at, add_source,"
    " operator_seq, remark, ex",
    2,
    """
    on conflict (owner_seq, friend_seq) do update set
        version = excluded.version,
        added_version = case when friends.deleted = 1 then excluded.version else friends.added_version end,
        pinned_version = case
            when friends.deleted = 0 and (friends.is_pinned, friends.created_at)
                = (excluded.is_pinned, excluded.created_at) then friends.pinned_version
            else excluded.version end,
        deleted = 0, is_pinned = excluded.is_pinned, created_at = excluded.created_at,
        add_source = excluded.add_source, operator_seq = excluded.operator_seq,
        remark = excluded.remark, ex = excluded.ex
    where friends.deleted = 1
        or (friends.is_pinned, friends.created_at, friends.add_source, friends.operator_seq, friends.remark, friends.ex)
        <> (excluded.is_pinned, excluded.created_at, excluded.add_source, excluded.operator_seq, excluded.remark,
            excluded.ex)
    """,
)
_put_tombstones = _BulkInsert(
    "friends",
    "owner_seq, friend_seq, version, added_version, pinned_version, deleted, is_pinned, created_at, add_source,"
    " operator_seq, remark, ex",
    2,
    "on conflict (owner_seq, friend_seq) do nothing",
)
_put_applications = _BulkInsert(
    "friend_requests",
    "from_seq, to_seq, handle_result, created_at, handled_at, handler_seq, req_msg, handle_msg, ex",
    3,
    """
    on conflict (from_seq, to_seq) do update set
        handle_result = excluded.handle_result, created_at = excluded.created_at, handled_at = excluded.handled_at,
        handler_seq = excluded.handler_seq, req_msg = excluded.req_msg, handle_msg = excluded.handle_msg,
        ex = excluded.ex
    """,
)
_put_blacks = _BulkInsert(
    "blacks",
    "owner_seq, black_seq, version, added_version, deleted, created_at, add_source, operator_seq, ex",
    1,
    """
    on conflict (owner_seq, black_seq) do update set
        version = excluded.version,
        added_version = case when blacks.deleted = 1 then excluded.version else blacks.added_version end,
        deleted = 0, created_at = excluded.created_at, add_source = excluded.add_source,
        operator_seq = excluded.operator_seq, ex = excluded.ex
    where blacks.deleted = 1
        or (blacks.created_at, blacks.add_source, blacks.operator_seq, blacks.ex)
        <> (excluded.created_at, excluded.add_source, excluded.operator_seq, excluded.ex)
    """,
)
_SETTINGS = (
    "deleted",
    "min_seq",
    "max_seq",
    "recv_msg_opt",
    "is_pinned",
    "is_private_chat",
    "burn_duration",
    "group_at_type",
    "is_msg_destruct",
    "msg_destruct_time",
    "latest_msg_destruct_time",
    "attached_info",
    "ex",
)
_HAS_SETTINGS = (
    f"({', '.join(f'conversations.{name}' for name in _SETTINGS)}) = ({', '.join(f'excluded.{n}' for n in _SETTINGS)})"
)
# What was read stays read, and is no change of the list.
_put_chats = _BulkInsert(
    "conversations",
    "owner_seq, timeline, peer_seq, version, added_version, deleted, read_seq, min_seq, max_seq, recv_msg_opt,"
    " is_pinned, is_private_chat, burn_duration, group_at_type, is_msg_destruct, msg_destruct_time,"
    " latest_msg_destruct_time, attached_info, ex",
    2,
    f"""
    on conflict (owner_seq, timeline) do update set
        version = case when {_HAS_SETTINGS} then conversations.version else excluded.version end,
        added_version = case when conversations.deleted = 1 and excluded.deleted = 0 then excluded.version
            else conversations.added_version end,
        read_seq = case when excluded.read_seq > conversations.read_seq then excluded.read_seq
            else conversations.read_seq end,
        {", ".join(f"{name} = excluded.{name}" for name in _SETTINGS)}
    """,
)
_USER = "user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt"


async def put_users(tx: Transaction, users: Sequence[User]) -> tuple[dict[str, int], list[int]]:
    """Insert users, or update those that exist. Return the numbers of all by their ids, and the numbers of those whose
    profile others now see differently."""
    numbers = await users_store.insert(tx, users)
    visibly_changed: list[int] = []
    if len(numbers) == len(users):
        return numbers, visibly_changed
    changed: dict[int, User] = {}
    existing = {user.user_id: user for user in users if user.user_id not in numbers}
    rows = await tx.fetch(
        f"select user_seq, {_USER} from users where user_id in (select value from EACH_TEXT($1))"
        " order by user_seq FOR_UPDATE",
        list(existing),
    )
    for row in rows:
        number, given = row[0], existing[row[1]]
        numbers[given.user_id] = number
        values = (
            given.nickname,
            given.face_url,
            given.ex,
            given.create_time,
            given.app_manger_level,
            given.global_recv_msg_opt,
        )
        before = tuple(row[at] for at in range(2, 8))
        if values == before:
            continue
        if values[:3] != before[:3]:
            visibly_changed.append(number)
        await tx.fetch(
            "update users set nickname = $2, face_url = $3, ex = $4, created_at = $5, app_manger_level = $6,"
            " global_recv_msg_opt = $7 where user_seq = $1",
            number,
            *values,
        )
        changed[number] = given
    await search_index.index(tx, changed)
    return numbers, visibly_changed


async def put_friends(tx: Transaction, friends: Sequence[FriendRow]) -> None:
    """Put friends on their owners' lists, each with a version of its own. No pair may occur twice.

    If the owner is not on the friend's list, a tombstone is added there: ``profiles_store.lists_that_show`` relies on a
    user's own rows to name all lists on which the user may be.
    """
    versions = await _next_versions(tx, "friends", {row.owner for row in friends} | {row.friend for row in friends})
    rows: list[tuple[object, ...]] = []
    for row in sorted(friends):
        version = _next_version(versions, row.owner)
        rows.append((row.owner, row.friend, version, version, version, 0, *row[2:]))
    await _put_friends(tx, rows)
    one_way = {(row.friend, row.owner) for row in friends} - {(row.owner, row.friend) for row in friends}
    tombstones: list[tuple[object, ...]] = []
    for owner, friend in sorted(one_way):
        version = _next_version(versions, owner)
        tombstones.append((owner, friend, version, version, 0, 1, 0, 0, 0, 0, "", ""))
    await _put_tombstones(tx, tombstones)


async def put_blacks(tx: Transaction, blacks: Sequence[BlackRow]) -> None:
    """Put users on their owners' blacklists, each with a version of its own. No pair may occur twice."""
    versions = await _next_versions(tx, "blacks", {row.owner for row in blacks})
    rows: list[tuple[object, ...]] = []
    for row in sorted(blacks):
        version = _next_version(versions, row.owner)
        rows.append((row.owner, row.black, version, version, 0, *row[2:]))
    await _put_blacks(tx, rows)


async def put_chats(tx: Transaction, chats: Sequence[ChatRow]) -> None:
    """Put chats on their owners' lists, each with a version of its own. No pair may occur twice."""
    versions = await _next_versions(tx, "conversations", {row.owner for row in chats})
    rows: list[tuple[object, ...]] = []
    for row in sorted(chats):
        version = _next_version(versions, row.owner)
        rows.append((*row[:3], version, version, *row[3:]))
    await _put_chats(tx, rows)


async def put_applications(tx: Transaction, applications: Sequence[ApplicationRow]) -> None:
    """Store friend requests. Each replaces an earlier one of the same users. No pair may occur twice."""
    await _put_applications(tx, sorted(applications))


_BLOCKED = """
    exists (select 1 from blacks where owner_seq = from_seq and black_seq = to_seq and deleted = 0)
    or exists (select 1 from blacks where owner_seq = to_seq and black_seq = from_seq and deleted = 0)
"""
_FRIENDS = """
    exists (select 1 from friends where owner_seq = from_seq and friend_seq = to_seq and deleted = 0)
    and exists (select 1 from friends where owner_seq = to_seq and friend_seq = from_seq and deleted = 0)
"""
_ASKED_BEFORE = """
    exists (select 1 from friend_requests as other where other.from_seq = friend_requests.to_seq
        and other.to_seq = friend_requests.from_seq and other.handle_result = 0
        and (other.created_at, other.from_seq) < (friend_requests.created_at, friend_requests.from_seq))
"""


async def answer_requests(tx: Transaction, users: Sequence[int]) -> None:
    """Answer the waiting requests of these users that break an invariant.

    A request is refused if either user has blacklisted the other, agreed to if the two are friends, and refused if the
    other user asked earlier. The time of the answer is that of the request, so that repeated calls have the same
    result.
    """
    for condition, result in ((_BLOCKED, -1), (_FRIENDS, 1), (_ASKED_BEFORE, -1)):
        await tx.fetch(
            "update friend_requests set handle_result = $2, handled_at = created_at, handler_seq = 0"
            f" where handle_result = 0 and from_seq in (select value from EACH_INT($1)) and ({condition})",
            list(users),
            result,
        )


async def _next_versions(tx: Transaction, table: str, owners: set[int]) -> dict[int, int]:
    rows = await tx.fetch(
        f"select value, coalesce((select max(version) from {table} as list where list.owner_seq = value), 1) + 1"
        " from EACH_INT($1)",
        sorted(owners),
    )
    return {row[0]: row[1] for row in rows}


def _next_version(versions: dict[int, int], owner: int) -> int:
    version = versions[owner]
    versions[owner] = version + 1
    return version
