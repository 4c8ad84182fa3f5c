"""The SQL of friends, and nothing else."""

import asyncio
from collections.abc import Sequence

from amity.relations.friends.models import Friend
from amity.relations.friends.order import Place
from amity.relations.pair.lists import FRIENDS
from amity.storage import Database, Row, Transaction
from amity.sync.versioned_list import Change
from amity.users.models import User

LONG_PAGE = 200
"""Friends on a page from which on it is read off the event loop."""
_MADE_AT_ONCE = 1000
"""Friends that are made of rows in one turn of the event loop."""
_FRIEND = """
    f.friend_seq, f.remark, f.created_at, f.add_source, f.operator_seq, f.ex, f.is_pinned,
    friend.user_id, friend.nickname, friend.face_url, friend.ex
"""
_FRIENDS_FROM = "friends as f join users as friend on friend.user_seq = f.friend_seq"
# The friends named are looked up one by one, in SQLite as in PostgreSQL: without the word "cross" SQLite would sort
# them into a table of its own first.
_THESE_FRIENDS = """
    EACH_INT($2) cross join friends as f cross join users as friend
    where f.owner_seq = $1 and f.friend_seq = value and f.deleted = 0 and friend.user_seq = value
"""
# Who was added and then changed counts from the version of the addition. A client that is given a part would otherwise
# hear of the change when it is past that version, and take it for one of a friend whom it has.
_SEEN = "case when f.added_version > $2 then f.added_version else f.version end"
_IN_ORDER = "f.is_pinned desc, f.created_at, f.friend_seq"


async def _friends(database: Database, owner_id: str, rows: Sequence[Row]) -> list[Friend]:
    """Make friends of rows that begin with the columns of ``_FRIEND``."""
    operators = await _names(database, list({row[4] for row in rows}))
    friends: list[Friend] = []
    for begin in range(0, len(rows), _MADE_AT_ONCE):
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
            for row in rows[begin : begin + _MADE_AT_ONCE]
        ]
    return friends


async def _names(database: Database, numbers: list[int]) -> dict[int, str]:
    """Return the ids of users by their numbers."""
    read = database.fetch if len(numbers) <= LONG_PAGE else database.fetch_long
    rows = await read("select user_seq, user_id from users where user_seq in (select value from EACH_INT($1))", numbers)
    return {row[0]: row[1] for row in rows}


async def places_in_order(database: Database, owner: int) -> list[Place]:
    """Return the places of all of an owner's friends: pinned ones first, then the oldest."""
    rows = await database.fetch_long(
        "select f.friend_seq, f.created_at, f.is_pinned from friends as f"
        f" where f.owner_seq = $1 and f.deleted = 0 order by {_IN_ORDER}",
        owner,
    )
    return [Place(row[0], row[1], bool(row[2])) for row in rows]


async def placed_since(database: Database, owner: int, since: int, most: int) -> list[Place]:
    """Return the places of the friends that have changed since a version of the list, at most ``most`` of them."""
    rows = await database.fetch(
        "select friend_seq, created_at, is_pinned, deleted from friends where owner_seq = $1 and version > $2 limit $3",
        owner,
        since,
        most,
    )
    return [Place(row[0], row[1], bool(row[2]), bool(row[3])) for row in rows]


async def in_this_order(database: Database, owner: int, owner_id: str, friends: Sequence[int]) -> list[Friend]:
    """Return these friends of an owner, in this order; who is none is left out."""
    read = database.fetch if len(friends) <= LONG_PAGE else database.fetch_long
    rows = await read(f"select {_FRIEND} from {_THESE_FRIENDS}", owner, list(friends))
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
    """Whether a user is on an owner's list."""
    rows = await database.fetch(
        "select 1 from friends where owner_seq = $1 and friend_seq = $2 and deleted = 0", owner, friend
    )
    return bool(rows)


async def changes(database: Database, owner: int, owner_id: str, since: int, most: int) -> list[Change[Friend]]:
    """Return the rows of a list above a version, the oldest change first: at most ``most`` of them, but all of a
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
    """Take a friend from the owner's list (not the owner from the friend's); return whether it was on it."""
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
    """Set what is not ``None`` for those of ``friends`` who are the owner's, each with a version of its own; return
    them."""
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
