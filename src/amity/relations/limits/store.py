"""The SQL of limits, and nothing else."""

from collections.abc import Sequence
from enum import IntEnum

from amity.clock import FUTURE_SECONDS
from amity.storage import Database, Transaction

SWEPT = 200
"""Uses that one transaction deletes."""
_FUTURE_MS = int(FUTURE_SECONDS * 1000)
"""Uses dated further ahead than this do not count. They were recorded while the clock was ahead, and would refuse the
user until that time."""


class Use(IntEnum):
    """Kinds of uses that are limited in number per time, as stored."""

    APPLICATION = 1
    IMPORT = 2


async def with_more_friends(reader: Database | Transaction, owners: Sequence[int], most: int) -> list[str]:
    """Return the ids of the ``owners`` who have more than ``most`` friends."""
    # Each row of a list has a version of its own, from 2 on. So only a list whose version is above ``most + 1`` needs
    # counting.
    rows = await reader.fetch(
        "select value from EACH_INT($1) where (select max(version) from friends where owner_seq = value) > $2 + 1",
        list(owners),
        most,
    )
    if not rows:
        return []
    rows = await reader.fetch_long(
        "select user_id from EACH_INT($1) join users on user_seq = value where (select count(*) from (select 1"
        "   from friends where owner_seq = value and deleted = 0 limit $2 + 1) as counted) > $2 order by user_seq",
        [row[0] for row in rows],
        most,
    )
    return [row[0] for row in rows]


async def count_blacks(reader: Database | Transaction, owner: int, most: int) -> int:
    """Return how many users an owner has blacklisted, at most ``most``."""
    rows = await reader.fetch(
        "select count(*) from (select 1 from blacks where owner_seq = $1 and deleted = 0 limit $2) as listed",
        owner,
        most,
    )
    return int(rows[0][0])


async def count_uses(database: Database, user: int, kind: Use, now: int, window: int, most: int) -> int:
    """Return the number of a user's uses of a kind in the window that ends ``now``, at most ``most``. Times in
    milliseconds since 1970, ``window`` in milliseconds."""
    rows = await database.fetch(
        "select count(*) from (select 1 from limited_uses where user_seq = $1 and kind = $2 and used_at > $3"
        " and used_at <= $4 limit $5) as counted",
        user,
        int(kind),
        now - window,
        now + _FUTURE_MS,
        most,
    )
    return int(rows[0][0])


async def record_use(tx: Transaction, user: int, kind: Use, now: int, window: int, most: int) -> bool:
    """Record a use unless there are ``most`` in the window; return whether it was recorded."""
    recorded = await tx.fetch(
        "insert into limited_uses (user_seq, kind, used_at)"
        " select user_seq, $2, $3 from users where user_seq = $1 and (select count(*) from limited_uses as used"
        "   where used.user_seq = $1 and used.kind = $2 and used.used_at > $4 and used.used_at <= $5) < $6"
        " returning use_seq",
        user,
        int(kind),
        now,
        now - window,
        now + _FUTURE_MS,
        most,
    )
    return bool(recorded)


async def delete_older(tx: Transaction, before: int) -> int:
    """Delete up to ``SWEPT`` uses that are not newer than ``before``; return how many."""
    deleted = await tx.fetch(
        "delete from limited_uses where use_seq in"
        f" (select use_seq from limited_uses where used_at <= $1 order by used_at limit {SWEPT}) returning use_seq",
        before,
    )
    return len(deleted)
