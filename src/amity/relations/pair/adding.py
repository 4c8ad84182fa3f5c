"""The SQL by which two become friends, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.relations.pair.lists import FRIENDS
from amity.relations.pair.store import ANY_WAITS
from amity.storage import Transaction
from amity.sync.lists import MOST_VERSION

IMPORTED = 1
"""``addSource`` of a friend that was imported."""
APPLIED = 2
"""``addSource`` of a friend that came of a friend request."""

_FRIEND_COLUMNS = """
    owner_seq, friend_seq, version, added_version, pinned_version, deleted, is_pinned,
    created_at, add_source, operator_seq, remark, ex
"""
# A tombstone comes back to life as a new friend; a living row stays as it is.
_REVIVE = """
    on conflict (owner_seq, friend_seq) do update set
        version = excluded.version, added_version = excluded.added_version, pinned_version = 0, deleted = 0,
        is_pinned = 0, created_at = excluded.created_at, add_source = excluded.add_source,
        operator_seq = excluded.operator_seq, remark = '', ex = ''
    where friends.deleted = 1
"""
_ADD_ROW = f"""
    insert into friends ({_FRIEND_COLUMNS})
    values ($1, $2, $3, $3, 0, 0, 0, $4, {IMPORTED}, $5, '', '')
    {_REVIVE}
"""
_ADD_APPLIED = f"""
    insert into friends ({_FRIEND_COLUMNS})
    select user_seq, $2, {FRIENDS.next_version("$1")}, {FRIENDS.next_version("$1")}, 0, 0, 0, $3, {APPLIED},
        $4, '', '' from users where user_seq = $1
    {_REVIVE}
"""
_NEXT_VERSION_OF_OWNER = f"select {FRIENDS.next_version('$1')}, {ANY_WAITS.format(user='$1')}"
# SQLite reads a list in its order; nobody relies on PostgreSQL to.
_NEXT_VERSIONS = (
    f"select {FRIENDS.next_version('value')} from EACH_INT($1) union all select {ANY_WAITS.format(user='$2')}"
)
_ADD_TO_OWNER = f"""
    insert into friends ({_FRIEND_COLUMNS})
    select $1, value, next, next, 0, 0, 0, $3, {IMPORTED}, $4, '', ''
    from (select value, $5 + row_number() over (order by value) - 1 as next from EACH_INT($2)) as versioned where true
    {_REVIVE} returning friend_seq, version
"""
_ADD_TO_FRIENDS = f"""
    insert into friends ({_FRIEND_COLUMNS})
    select value, $1, next, next, 0, 0, 0, $3, {IMPORTED}, $4, '', ''
    from (select value, {FRIENDS.next_version("value")} as next from EACH_INT($2)) as versioned where true
    {_REVIVE} returning owner_seq, version
"""


class Added(NamedTuple):
    """With whom an import made anything new, which lists got a version above the bound that was named, and whether
    friend requests from or to the owner wait."""

    friends: set[int]
    long: list[int]
    any_waits: bool


async def add_pairs(
    tx: Transaction, owner: int, friends: Sequence[int], operator: int, now: int, bound: int = MOST_VERSION
) -> Added:
    """Make friends of an owner and each of these, in both directions; name the lists that grew to a version above
    ``bound``.

    Each row has a version of its own, so that a client can be given an import in parts.
    """
    # Sorted, so that neighbours land on the same page.
    friends = sorted(friends)
    if tx.is_local:
        return await _add_row_by_row(tx, owner, friends, operator, now, bound)
    # Asked along with the version, as a statement of its own is a round trip.
    asked = await tx.fetch(_NEXT_VERSION_OF_OWNER, owner)
    version, waits = int(asked[0][0]), bool(asked[0][1])
    to_owner = await tx.fetch(_ADD_TO_OWNER, owner, friends, now, operator, version)
    to_friends = await tx.fetch(_ADD_TO_FRIENDS, owner, friends, now, operator)
    long = [row[0] for row in to_friends if row[1] > bound]
    if any(row[1] > bound for row in to_owner):
        long.append(owner)
    return Added({row[0] for row in to_owner} | {row[0] for row in to_friends}, long, waits)


async def _add_row_by_row(
    tx: Transaction, owner: int, friends: list[int], operator: int, now: int, bound: int
) -> Added:
    """To SQLite a statement is a function call, and rows that are bound cost less than rows made of a list."""
    version, *versions, waits = [row[0] for row in await tx.fetch(_NEXT_VERSIONS, [owner, *friends], owner)]
    rows = [(owner, friend, own_version, now, operator) for own_version, friend in enumerate(friends, version)]
    rows += [
        (friend, owner, friend_version, now, operator) for friend, friend_version in zip(friends, versions, strict=True)
    ]
    new = set(friends)
    grown = rows
    if await tx.execute_many(_ADD_ROW, rows) < len(rows):
        grown = await _added(tx, rows)
        new = {row[1] if row[0] == owner else row[0] for row in grown}
    if max(version + len(friends), *versions) <= bound:
        return Added(new, [], bool(waits))
    return Added(new, list({row[0] for row in grown if row[2] > bound}), bool(waits))


async def _added(tx: Transaction, rows: list[tuple[int, int, int, int, int]]) -> list[tuple[int, int, int, int, int]]:
    """Return those of the rows that were added: the others were there."""
    # Nobody but this transaction has given out these versions of these lists.
    there = "select 1 from friends where owner_seq = $1 and friend_seq = $2 and added_version = $3"
    return [row for row in rows if await tx.fetch(there, *row[:3])]


async def add_applied(tx: Transaction, applicant: int, to: int, now: int) -> None:
    """Make friends of two where a request was agreed to, on those of their lists where they are not."""
    await tx.fetch(_ADD_APPLIED, applicant, to, now, applicant)
    await tx.fetch(_ADD_APPLIED, to, applicant, now, applicant)
