"""The SQL that restores records, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.errors import Code, ImError, offending
from amity.moving.restoring.rows import BulkInsert, next_version, next_versions
from amity.storage import Transaction
from amity.users import search_index
from amity.users import store as users_store
from amity.users.models import User


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


# A row that equals its record keeps its version, so restoring the same records again changes nothing. The order of a
# list depends on pins and times. If either changes, "pinned_version" makes clients fetch the order again.
_put_friends = BulkInsert(
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
_put_tombstones = BulkInsert(
    "friends",
    "owner_seq, friend_seq, version, added_version, pinned_version, deleted, is_pinned, created_at, add_source,"
    " operator_seq, remark, ex",
    2,
    "on conflict (owner_seq, friend_seq) do nothing",
)
_put_applications = BulkInsert(
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
_put_blacks = BulkInsert(
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
_USER = "user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt"


async def put_users(tx: Transaction, users: Sequence[User]) -> tuple[dict[str, int], list[int]]:
    """Insert users, or update those that exist. Return the numbers of all by their ids, and the numbers of those whose
    profile others now see differently. Raises ``ImError``, ``ARGS`` (1001), if one of them was erased."""
    numbers = await users_store.insert(tx, users)
    visibly_changed: list[int] = []
    if len(numbers) == len(users):
        return numbers, visibly_changed
    changed: dict[int, User] = {}
    existing = {user.user_id: user for user in users if user.user_id not in numbers}
    rows = await tx.fetch(
        f"select user_seq, {_USER}, erased_at from users where user_id in (select value from EACH_TEXT($1))"
        " order by user_seq FOR_UPDATE",
        list(existing),
    )
    if erased := [row[1] for row in rows if row[8]]:
        raise ImError(Code.ARGS, f"users: was erased, and cannot be brought back: {offending(erased)}")
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
    versions = await next_versions(tx, "friends", {row.owner for row in friends} | {row.friend for row in friends})
    rows: list[tuple[object, ...]] = []
    for row in sorted(friends):
        version = next_version(versions, row.owner)
        rows.append((row.owner, row.friend, version, version, version, 0, *row[2:]))
    await _put_friends(tx, rows)
    one_way = {(row.friend, row.owner) for row in friends} - {(row.owner, row.friend) for row in friends}
    tombstones: list[tuple[object, ...]] = []
    for owner, friend in sorted(one_way):
        version = next_version(versions, owner)
        tombstones.append((owner, friend, version, version, 0, 1, 0, 0, 0, 0, "", ""))
    await _put_tombstones(tx, tombstones)


async def put_blacks(tx: Transaction, blacks: Sequence[BlackRow]) -> None:
    """Put users on their owners' blacklists, each with a version of its own. No pair may occur twice."""
    versions = await next_versions(tx, "blacks", {row.owner for row in blacks})
    rows: list[tuple[object, ...]] = []
    for row in sorted(blacks):
        version = next_version(versions, row.owner)
        rows.append((row.owner, row.black, version, version, 0, *row[2:]))
    await _put_blacks(tx, rows)


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
