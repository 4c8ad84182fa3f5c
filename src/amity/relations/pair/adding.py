"""The SQL that makes two users friends, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.relations.pair.lists import FRIENDS
from amity.relations.pair.store import ANY_WAITING
from amity.storage import Transaction
from amity.sync.lists import MOST_VERSION

IMPORTED = 1
"""``addSource`` of a friend that was imported."""
APPLIED = 2
"""``addSource`` of a friend from an accepted friend request."""

_FRIEND_COLUMNS = """
    owner_seq, friend_seq, version, added_version, pinned_version, deleted, is_pinned,
    created_at, add_source, operator_seq, remark, ex
"""
# A tombstone becomes a new friend. A row that is not deleted stays unchanged.
_REPLACE_TOMBSTONE = """
    on conflict (owner_seq, friend_seq) do update set
        version = excluded.version, added_version = excluded.added_version, pinned_version = 0, deleted = 0,
        is_pinned = 0, created_at = excluded.created_at, add_source = excluded.add_source,
        operator_seq = excluded.operator_seq, remark = '', ex = ''
    where friends.deleted = 1
"""
_ADD_ROW = f"""
    insert into friends ({_FRIEND_COLUMNS})
    values ($1, $2, $3, $3, 0, 0, 0, $4, {IMPORTED}, $5, '', '')
    {_REPLACE_TOMBSTONE}
"""
_ADD_APPLIED = f"""
    insert into friends ({_FRIEND_COLUMNS})
    select user_seq, $2, {FRIENDS.next_version("$1")}, {FRIENDS.next_version("$1")}, 0, 0, 0, $3, {APPLIED},
        $4, '', '' from users where user_seq = $1
    {_REPLACE_TOMBSTONE}
"""
_NEXT_VERSION_OF_OWNER = f"select {FRIENDS.next_version('$1')}, {ANY_WAITING.format(user='$1')}"
# SQLite returns the rows in the order of the list. PostgreSQL may not, and does not run this statement.
_NEXT_VERSIONS = (
    f"select {FRIENDS.next_version('value')} from EACH_INT($1) union all select {ANY_WAITING.format(user='$2')}"
)
_ADD_TO_OWNER = f"""
    insert into friends ({_FRIEND_COLUMNS})
    select $1, value, next, next, 0, 0, 0, $3, {IMPORTED}, $4, '', ''
    from (select value, $5 + row_number() over (order by value) - 1 as next from EACH_INT($2)) as versioned where true
    {_REPLACE_TOMBSTONE} returning friend_seq, version
"""
_ADD_TO_FRIENDS = f"""
    insert into friends ({_FRIEND_COLUMNS})
    select value, $1, next, next, 0, 0, 0, $3, {IMPORTED}, $4, '', ''
    from (select value, {FRIENDS.next_version("value")} as next from EACH_INT($2)) as versioned where true
    {_REPLACE_TOMBSTONE} returning owner_seq, version
"""


class Added(NamedTuple):
    """The result of ``add_pairs``: the friends for whom it added a row in either direction, the owners whose lists got
    a version above the bound, and whether friend requests from or to the owner wait."""

    friends: set[int]
    over_bound: list[int]
    any_waiting: bool


async def add_pairs(
    tx: Transaction, owner: int, friends: Sequence[int], operator: int, now: int, bound: int = MOST_VERSION
) -> Added:
    """Make an owner and each of ``friends`` friends, in both directions. Rows that exist stay unchanged.

    Each row gets a version of its own, so that a client can fetch an import in parts. ``Added`` names the lists that
    got a version above ``bound``.
    """
    # Sorted, so that rows that are inserted together are on the same database page.
    friends = sorted(friends)
    if tx.is_local:
        return await _add_row_by_row(tx, owner, friends, operator, now, bound)
    # Read together with the version, because a separate statement costs a round trip.
    asked = await tx.fetch(_NEXT_VERSION_OF_OWNER, owner)
    version, any_waiting = int(asked[0][0]), bool(asked[0][1])
    to_owner = await tx.fetch(_ADD_TO_OWNER, owner, friends, now, operator, version)
    to_friends = await tx.fetch(_ADD_TO_FRIENDS, owner, friends, now, operator)
    over_bound = [row[0] for row in to_friends if row[1] > bound]
    if any(row[1] > bound for row in to_owner):
        over_bound.append(owner)
    return Added({row[0] for row in to_owner} | {row[0] for row in to_friends}, over_bound, any_waiting)


async def _add_row_by_row(
    tx: Transaction, owner: int, friends: list[int], operator: int, now: int, bound: int
) -> Added:
    """Do as ``add_pairs`` on SQLite, where a statement is a function call, and bound rows cost less than rows made from
    a list."""
    version, *versions, any_waiting = [row[0] for row in await tx.fetch(_NEXT_VERSIONS, [owner, *friends], owner)]
    rows = [(owner, friend, own_version, now, operator) for own_version, friend in enumerate(friends, version)]
    rows += [
        (friend, owner, friend_version, now, operator) for friend, friend_version in zip(friends, versions, strict=True)
    ]
    new = set(friends)
    added = rows
    if await tx.execute_many(_ADD_ROW, rows) < len(rows):
        added = await _rows_added(tx, rows)
        new = {row[1] if row[0] == owner else row[0] for row in added}
    if max(version + len(friends), *versions) <= bound:
        return Added(new, [], bool(any_waiting))
    return Added(new, list({row[0] for row in added if row[2] > bound}), bool(any_waiting))


async def _rows_added(
    tx: Transaction, rows: list[tuple[int, int, int, int, int]]
) -> list[tuple[int, int, int, int, int]]:
    """Return the rows that were added. The others existed before."""
    # No other transaction has assigned these versions of these lists.
    there = "select 1 from friends where owner_seq = $1 and friend_seq = $2 and added_version = $3"
    return [row for row in rows if await tx.fetch(there, *row[:3])]


async def add_applied(tx: Transaction, applicant: int, to: int, now: int) -> None:
    """Make two users friends after a request was agreed to. A list that has the other already stays unchanged."""
    await tx.fetch(_ADD_APPLIED, applicant, to, now, applicant)
    await tx.fetch(_ADD_APPLIED, to, applicant, now, applicant)
