"""The SQL of friends, and nothing else."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from amity.relations.models import Friend
from amity.relations.order import Place
from amity.storage import Database, Row, Transaction
from amity.sync.lists import EMPTY_VERSION
from amity.users.models import User

LONG_PAGE = 200
"""Friends on a page from which on it is read off the event loop."""
_MADE_AT_ONCE = 1000
"""Friends that are made of rows in one turn of the event loop."""
MOST_VERSION = 2**63 - 1
NEXT_VERSION = "coalesce((select max(version) from friends as list where list.owner_seq = {owner}), 1) + 1"
"""The version that the next change of an owner's list gets."""
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


class Change(NamedTuple):
    """A row of a list with the versions at which it last changed, was added and was pinned."""

    friend: Friend
    version: int
    added_version: int
    pinned_version: int
    deleted: bool


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


async def _next_version(tx: Transaction, owner: int) -> int:
    rows = await tx.fetch("select max(version) from friends where owner_seq = $1", owner)
    return int(rows[0][0] or EMPTY_VERSION) + 1


async def list_version(database: Database, owner: int) -> int:
    """Return the version of an owner's friend list."""
    rows = await database.fetch("select max(version) from friends where owner_seq = $1", owner)
    return rows[0][0] or EMPTY_VERSION


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


async def count_changes(database: Database, owner: int, since: int, most: int) -> int:
    """Return how many rows of a list are above a version; ``most`` where it is more."""
    rows = await database.fetch_long(
        "select count(*) from (select 1 from friends where owner_seq = $1 and version > $2 limit $3) as changed",
        owner,
        since,
        most,
    )
    return int(rows[0][0])


async def changes(database: Database, owner: int, owner_id: str, since: int, most: int) -> list[Change]:
    """Return the rows of a list above a version, the oldest change first: at most ``most`` of them, but all of a
    version or none."""
    rows = await database.fetch_long(
        f"select {_FRIEND}, f.version, f.added_version, f.pinned_version, f.deleted from {_FRIENDS_FROM}"
        f" where f.owner_seq = $1 and f.version > $2 and {_SEEN} <= coalesce((select {_SEEN} from friends as f"
        "   where f.owner_seq = $1 and f.version > $2 order by 1 limit 1 offset $3 - 1), $4)"
        f" order by {_SEEN}, f.friend_seq",
        owner,
        since,
        most,
        MOST_VERSION,
    )
    friends = await _friends(database, owner_id, rows)
    return [Change(friend, row[11], row[12], row[13], bool(row[14])) for friend, row in zip(friends, rows, strict=True)]


async def delete(tx: Transaction, owner: int, friend: int) -> bool:
    """Take a friend from the owner's list (not the owner from the friend's); return whether it was on it."""
    rows = await tx.fetch(
        f"update friends set deleted = 1, version = {NEXT_VERSION.format(owner='friends.owner_seq')}"
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
    version = await _next_version(tx, owner)
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
