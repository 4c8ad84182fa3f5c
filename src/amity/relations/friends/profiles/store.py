"""The SQL of fan-outs of profiles, and nothing else."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from amity.relations.pair.lists import FRIENDS
from amity.storage import Database, Transaction
from amity.sync.lists import MOST_VERSION
from amity.users.profile_observer import Goal

_CLAIMABLE = "(holder = $2 or until < SHARED_NOW or until > SHARED_NOW + $3)"
"""The condition under which a process may claim a fan-out; $3 is the length of a lease in milliseconds. A lease that
ends later than that was written before the clock was set back. To claim a fan-out of a running process is harmless: its
next ``advance`` returns ``None``."""


class Cursor(NamedTuple):
    """The position of a fan-out: in this pass over the lists (``lap``), those up to number ``seq`` have the change."""

    lap: int
    seq: int


class Fanout(NamedTuple):
    """A fan-out under way."""

    user_id: str
    cursor: Cursor
    goal: Cursor
    operator: str
    operation_id: str


async def lists_that_show(
    tx: Transaction, user: int, most: int, after: int = 0, up_to: int = MOST_VERSION
) -> list[int]:
    """Return the owners on whose lists a user may be: the first ``most`` with numbers above ``after``, up to ``up_to``.

    Friends are added in both directions, and a deletion leaves a tombstone. So the user's own rows, with the
    tombstones, name all of them.
    """
    rows = await tx.fetch(
        "select friend_seq from friends where owner_seq = $1 and friend_seq > $2 and friend_seq <= $3"
        " order by friend_seq limit $4",
        user,
        after,
        up_to,
        most,
    )
    return [row[0] for row in rows]


async def mark_updated(tx: Transaction, owners: Sequence[int], user: int) -> list[str]:
    """Give a user's row the next version on each of these lists, so that clients fetch it again; return the ids of the
    owners who have such a row."""
    rows = await tx.fetch(
        f"update friends set version = {FRIENDS.next_version('friends.owner_seq')}"
        " where owner_seq in (select value from EACH_INT($1)) and friend_seq = $2 and deleted = 0"
        " returning (select user_id from users where user_seq = friends.owner_seq)",
        list(owners),
        user,
    )
    return [row[0] for row in rows]


async def begin(tx: Transaction, user: int, holder: str, lease_ms: int, operator: str, operation_id: str) -> Goal:
    """Begin a fan-out, or move the goal of the one under way one lap on from its cursor; return the goal."""
    rows = await tx.fetch(
        "insert into profile_fanouts (user_seq, fanout_id, lap, cursor_seq, goal_lap, goal_seq, holder, until,"
        " operator, operation_id) values ($1, $2, 0, 0, 1, 0, $3, SHARED_NOW + $4, $5, $6)"
        " on conflict (user_seq) do update set goal_lap = profile_fanouts.lap + 1,"
        " goal_seq = profile_fanouts.cursor_seq,"
        " operator = case when excluded.operator = '' then profile_fanouts.operator else excluded.operator end,"
        " operation_id = excluded.operation_id"
        " returning user_seq, fanout_id, goal_lap, goal_seq",
        user,
        secrets.token_hex(8),
        holder,
        lease_ms,
        operator,
        operation_id,
    )
    return Goal(*(rows[0][at] for at in range(4)))


async def next_claimable(database: Database, after: int, holder: str, lease_ms: int) -> tuple[int, bool] | None:
    """Return the first user after a number whose fan-out this process holds or may claim, and whether it holds it."""
    rows = await database.fetch(
        f"select user_seq, holder from profile_fanouts where user_seq > $1 and {_CLAIMABLE} order by user_seq limit 1",
        after,
        holder,
        lease_ms,
    )
    return (rows[0][0], rows[0][1] == holder) if rows else None


async def claim(tx: Transaction, user: int, holder: str, lease_ms: int) -> bool:
    """Take over a fan-out whose lease has expired; return whether this process holds it now."""
    rows = await tx.fetch(
        "update profile_fanouts set holder = $2, until = SHARED_NOW + $3"
        f" where user_seq = $1 and {_CLAIMABLE} returning user_seq",
        user,
        holder,
        lease_ms,
    )
    return bool(rows)


async def under_way(tx: Transaction, user: int, holder: str) -> Fanout | None:
    """Return a user's fan-out, or ``None`` if this process does not hold it."""
    rows = await tx.fetch(
        "select u.user_id, f.lap, f.cursor_seq, f.goal_lap, f.goal_seq, f.operator, f.operation_id"
        " from profile_fanouts as f join users as u on u.user_seq = f.user_seq"
        " where f.user_seq = $1 and f.holder = $2",
        user,
        holder,
    )
    if not rows:
        return None
    row = rows[0]
    return Fanout(row[0], Cursor(row[1], row[2]), Cursor(row[3], row[4]), row[5], row[6])


async def advance(
    tx: Transaction, user: int, holder: str, lease_ms: int, before: Cursor, after: Cursor
) -> Cursor | None:
    """Advance the cursor of a fan-out, and renew the lease; return its goal, or ``None`` if another process has taken
    it over.

    From here until this transaction ends, a transaction that changes the profile waits.
    """
    rows = await tx.fetch(
        "update profile_fanouts set lap = $5, cursor_seq = $6, until = SHARED_NOW + $7"
        " where user_seq = $1 and holder = $2 and lap = $3 and cursor_seq = $4 returning goal_lap, goal_seq",
        user,
        holder,
        *before,
        *after,
        lease_ms,
    )
    return Cursor(rows[0][0], rows[0][1]) if rows else None


async def end(tx: Transaction, user: int) -> None:
    """Delete a fan-out that has reached its goal."""
    await tx.fetch("delete from profile_fanouts where user_seq = $1", user)


async def cursors(database: Database, users: Sequence[int]) -> dict[int, tuple[str, Cursor]]:
    """Return the id and the cursor of each fan-out of these users that is under way, by user."""
    rows = await database.fetch(
        "select user_seq, fanout_id, lap, cursor_seq from profile_fanouts"
        " where user_seq in (select value from EACH_INT($1))",
        list(users),
    )
    return {row[0]: (row[1], Cursor(row[2], row[3])) for row in rows}


async def release(tx: Transaction, holder: str) -> None:
    """End the leases of this process, so that other processes can go on at once."""
    await tx.fetch("update profile_fanouts set until = 0 where holder = $1", holder)


async def count(database: Database) -> int:
    """Return the number of fan-outs under way, of all processes."""
    rows = await database.fetch_long("select count(*) from profile_fanouts")
    return int(rows[0][0])
