"""The SQL of friends, and nothing else."""

import asyncio
from collections.abc import Sequence

from amity.relations.friends.models import Friend
from amity.relations.friends.order import Entry
from amity.relations.pair.lists import FRIENDS
from amity.storage import Database, Row, Transaction
from amity.sync.versioned_list import Change
from amity.users.models import User

LONG_PAGE = 200
"""The most friends that are read on the event loop."""
_BUILT_PER_TURN = 1000
"""Friends that one turn of the event loop builds from rows."""
_FRIEND = """
    f.friend_seq, f.remark, f.created_at, f.add_source, f.operator_seq, f.ex, f.is_pinned,
    friend.user_id, friend.nickname, friend.face_url, friend.ex
"""
_FRIENDS_FROM = "friends as f join users as friend on friend.user_seq = f.friend_seq"
# Both engines look the named friends up one by one. Without the word "cross", SQLite would first sort them into a
# temporary table.
_NAMED_FRIENDS = """
    EACH_INT($2) cross join friends as f cross join users as friend
    where f.owner_seq = $1 and f.friend_seq = value and f.deleted = 0 and friend.user_seq = value
"""

_IN_ORDER = "f.is_pinned desc, f.created_at, f.friend_seq"


async def _friends(database: Database, owner_id: str, rows: Sequence[Row]) -> list[Friend]:
    """Make friends from rows that begin with the columns of ``_FRIEND``."""
    operators = await _ids_of(database, list({row[4] for row in rows}))
    friends: list[Friend] = []
    for begin in range(0, len(rows), _BUILT_PER_TURN):
        if begin:
            await asyncio.sleep(0)
        friends += [
            Friend(
                owner_user_id=owner_id,
                remark=row[1],
                create_time=row[2] // 1000,
                friend_user=User(user_id=row[7], nickname=row[8], face_url=row[9], ex=row[10]),
                add_source=row[3],
                operator_user_id=operators.get(row[4], ""),
                ex=row[5],
                is_pinned=bool(row[6]),
            )
            for row in rows[begin : begin + _BUILT_PER_TURN]
        ]
    return friends


async def _ids_of(database: Database, numbers: list[int]) -> dict[int, str]:
    """Return the ids of users by their numbers."""
    read = database.fetch if len(numbers) <= LONG_PAGE else database.fetch_long
    rows = await read("select user_seq, user_id from users where user_seq in (select value from EACH_INT($1))", numbers)
    return {row[0]: row[1] for row in rows}


async def entries_in_order(database: Database, owner: int) -> list[Entry]:
    """Return all of an owner's friends in the order of the list: pinned ones first, then the oldest."""
    rows = await database.fetch_long(
        "select f.friend_seq, f.created_at, f.is_pinned from friends as f"
        f" where f.owner_seq = $1 and f.deleted = 0 order by {_IN_ORDER}",
        owner,
    )
    return [Entry(row[0], row[1], bool(row[2])) for row in rows]


async def changed_entries(database: Database, owner: int, since: int, most: int) -> list[Entry]:
    """Return the friends that have changed since a version of the list, at most ``most`` of them, in any order."""
    rows = await database.fetch(
        "select friend_seq, created_at, is_pinned, deleted from friends where owner_seq = $1 and version > $2 limit $3",
        owner,
        since,
        most,
    )
    return [Entry(row[0], row[1], bool(row[2]), bool(row[3])) for row in rows]


async def in_this_order(database: Database, owner: int, owner_id: str, friends: Sequence[int]) -> list[Friend]:
    """Return these friends of an owner, in this order. Users who are not friends are left out."""
    read = database.fetch if len(friends) <= LONG_PAGE else database.fetch_long
    rows = await read(f"select {_FRIEND} from {_NAMED_FRIENDS}", owner, list(friends))
    found = {row[0]: row for row in rows}
    return await _friends(database, owner_id, [found[number] for number in friends if number in found])


async def ids(database: Database, owner: int) -> list[str]:
    """Return the ids of all of an owner's friends, in the order of the list."""
    rows = await database.fetch_long(
        "select friend.user_id from friends as f join users as friend on friend.user_seq = f.friend_seq"
        f" where f.owner_seq = $1 and f.deleted = 0 order by {_IN_ORDER}",
        owner,
    )
    return [row[0] for row in rows]


async def has(database: Database, owner: int, friend: int) -> bool:
    """Return whether a user is on an owner's list."""
    rows = await database.fetch(
        "select 1 from friends where owner_seq = $1 and friend_seq = $2 and deleted = 0", owner, friend
    )
    return bool(rows)


async def changes(database: Database, owner: int, owner_id: str, since: int, most: int) -> list[Change[Friend]]:
    """Return the changes of a list above version ``since``, oldest first: at most ``most``, and either all rows of a
    version or none."""
    rows = await database.fetch_long(
        f"select {_FRIEND}, {FRIENDS.row_versions} from {_FRIENDS_FROM} where {FRIENDS.where_changed}"
        f" order by {FRIENDS.by_version}",
        owner,
        since,
        most,
    )
    friends = await _friends(database, owner_id, rows)
    return [FRIENDS.change(friend, row[7], row, 11) for friend, row in zip(friends, rows, strict=True)]


async def delete(tx: Transaction, owner: int, friend: int) -> bool:
    """Remove a friend from the owner's list (not the owner from the friend's); return whether it was there."""
    rows = await tx.fetch(
        f"update friends set deleted = 1, version = {FRIENDS.next_version('friends.owner_seq')}"
        " where owner_seq = $1 and friend_seq = $2 and deleted = 0 returning friend_seq",
        owner,
        friend,
    )
    return bool(rows)


async def update(
    tx: Transaction,
    owner: int,
    friends: Sequence[int],
    *,
    remark: str | None = None,
    ex: str | None = None,
    is_pinned: bool | None = None,
) -> set[int]:
    """Set the fields that are not ``None`` of the owner's friends among ``friends``, each with a version of its own;
    return these friends."""
    version = await FRIENDS.version(tx, owner) + 1
    updated = await tx.fetch(
        "update friends set version = named.next, remark = coalesce($4, remark), ex = coalesce($5, ex),"
        " is_pinned = coalesce($6, is_pinned),"
        " pinned_version = case when $6 is null then pinned_version else named.next end"
        " from (select value, $3 + row_number() over (order by value) - 1 as next from EACH_INT($2)) as named"
        " where owner_seq = $1 and friend_seq = named.value and deleted = 0"
        " returning friend_seq",
        owner,
        list(friends),
        version,
        remark,
        ex,
        None if is_pinned is None else int(is_pinned),
    )
    return {row[0] for row in updated}
