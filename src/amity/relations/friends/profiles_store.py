"""The SQL of the fan-out of profiles, and nothing else."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from amity.relations.pair.lists import FRIENDS
from amity.storage import Database, Transaction
from amity.sync.lists import MOST_VERSION
from amity.users.shown import Goal

_FREE = "(holder = $2 or until < SHARED_NOW or until > SHARED_NOW + $3)"
"""The condition under which anybody may take a fan-out; $3 is how long a lease lasts. One that lasts longer than any
was written before the clock was set back. Taking it from a process that lives is harmless: it notices."""


class Place(NamedTuple):
    """How far a fan-out has come: the lists of this lap up to a number have the change."""

    lap: int
    seq: int


class Fanout(NamedTuple):
    """A fan-out under way."""

    user_id: str
    place: Place
    goal: Place
    operator: str
    operation_id: str


async def lists_that_show(
    tx: Transaction, user: int, most: int, behind: int = 0, up_to: int = MOST_VERSION
) -> list[int]:
    """Return the owners on whose lists a user may be, the first ``most`` of a range of numbers.

    Pairs are made two-way, and a deletion leaves a tombstone, so the user's own rows, living or dead, name them all.
    """
    rows = await tx.fetch(
        "select friend_seq from friends where owner_seq = $1 and friend_seq > $2 and friend_seq <= $3"
        " order by friend_seq limit $4",
        user,
        behind,
        up_to,
        most,
    )
    return [row[0] for row in rows]


async def mark_updated(tx: Transaction, owners: Sequence[int], user: int) -> list[str]:
    """Give a user's row the next version on each of these lists, so that their clients fetch it again; return the ids
    of those on whose lists there is such a row."""
    rows = await tx.fetch(
        f"update friends set version = {FRIENDS.next_version('friends.owner_seq')}"
        " where owner_seq in (select value from EACH_INT($1)) and friend_seq = $2 and deleted = 0"
        " returning (select user_id from users where user_seq = friends.owner_seq)",
        list(owners),
        user,
    )
    return [row[0] for row in rows]


async def begin(tx: Transaction, user: int, holder: str, lease_ms: int, operator: str, operation_id: str) -> Goal:
    """Begin a fan-out, or send the one under way round once more from where it is; return where it then ends."""
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


async def following(database: Database, behind: int, holder: str, lease_ms: int) -> tuple[int, bool] | None:
    """Return the first user behind a number whose fan-out this process holds or may take, and whether it holds it."""
    rows = await database.fetch(
        f"select user_seq, holder from profile_fanouts where user_seq > $1 and {_FREE} order by user_seq limit 1",
        behind,
        holder,
        lease_ms,
    )
    return (rows[0][0], rows[0][1] == holder) if rows else None


async def claim(tx: Transaction, user: int, holder: str, lease_ms: int) -> bool:
    """Take over the fan-out of a process that has not gone on with it; return whether it is this process's now."""
    rows = await tx.fetch(
        "update profile_fanouts set holder = $2, until = SHARED_NOW + $3"
        f" where user_seq = $1 and {_FREE} returning user_seq",
        user,
        holder,
        lease_ms,
    )
    return bool(rows)


async def under_way(tx: Transaction, user: int, holder: str) -> Fanout | None:
    """Return a user's fan-out where this process holds it."""
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
    return Fanout(row[0], Place(row[1], row[2]), Place(row[3], row[4]), row[5], row[6])


async def advance(tx: Transaction, user: int, holder: str, lease_ms: int, before: Place, after: Place) -> Place | None:
    """Move a fan-out on, and renew the lease; return its goal, or ``None`` where another process has done so.

    A transaction that changes the profile waits from here on until this one has ended.
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
    return Place(rows[0][0], rows[0][1]) if rows else None


async def end(tx: Transaction, user: int) -> None:
    """Forget a fan-out that has reached its goal."""
    await tx.fetch("delete from profile_fanouts where user_seq = $1", user)


async def places(database: Database, users: Sequence[int]) -> dict[int, tuple[str, Place]]:
    """Return the fan-outs of these users that are under way, by their users: which one it is, and how far it has
    come."""
    rows = await database.fetch(
        "select user_seq, fanout_id, lap, cursor_seq from profile_fanouts"
        " where user_seq in (select value from EACH_INT($1))",
        list(users),
    )
    return {row[0]: (row[1], Place(row[2], row[3])) for row in rows}


async def release(tx: Transaction, holder: str) -> None:
    """Let other processes go on at once with what this one holds."""
    await tx.fetch("update profile_fanouts set until = 0 where holder = $1", holder)


async def count(database: Database) -> int:
    """Return how many fan-outs are under way, of all processes."""
    rows = await database.fetch_long("select count(*) from profile_fanouts")
    return int(rows[0][0])
