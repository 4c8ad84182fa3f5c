"""The SQL of presence, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.cluster.members import ENDED
from amity.presence.changes import Change, Place
from amity.storage import Database, Transaction

_PUT = (
    "insert into online (user_id, platform, process, conn_id, operation_id, seq) values ($1, $2, $3, $4, $5, $6)"
    " on conflict (user_id, platform, process) do update set"
    " conn_id = excluded.conn_id, operation_id = excluded.operation_id, seq = excluded.seq"
)
_DELETE = "delete from online where user_id = $1 and platform = $2 and process = $3"


class Left(NamedTuple):
    """An entry of a user who is online by an ended process."""

    user_id: str
    platform_id: int
    conn_id: str
    operation_id: str
    seq: int


async def begin(tx: Transaction, process: str, batch: int) -> bool | None:
    """Begin to store a batch in this transaction.

    Return ``False`` if the batch is stored already: an earlier attempt succeeded without reporting it. Return ``None``
    if the process has been ended.
    """
    rows = await tx.fetch(
        f"update presence_processes set batch = $2 where process = $1 and batch < $2 and until <> {ENDED}"
        " returning process",
        process,
        batch,
    )
    if rows:
        return True
    running = await tx.fetch(f"select 1 from presence_processes where process = $1 and until <> {ENDED}", process)
    return False if running else None


# Who is online


async def places(tx: Transaction, process: str, user_ids: Sequence[str]) -> tuple[set[Place], set[Place]]:
    """Return the places where these users are online through this process, and those through others."""
    rows = await tx.fetch(
        "select user_id, platform, process from online where user_id in (select value from EACH_TEXT($1))",
        list(user_ids),
    )
    here = {(row[0], row[1]) for row in rows if row[2] == process}
    elsewhere = {(row[0], row[1]) for row in rows if row[2] != process}
    return here, elsewhere


async def put(tx: Transaction, process: str, changes: Sequence[Change]) -> None:
    """Store the places at which users came online."""
    await tx.execute_many(
        _PUT,
        [(each.user_id, each.platform_id, process, each.conn_id, each.operation_id, each.seq) for each in changes],
    )


async def delete(tx: Transaction, process: str, gone: Sequence[Place]) -> None:
    """Delete the places at which users went offline."""
    await tx.execute_many(_DELETE, [(user_id, platform_id, process) for user_id, platform_id in gone])


async def left_users(database: Database, process: str, most: int) -> list[str]:
    """Return up to ``most`` of the users whom an ended process left online."""
    rows = await database.fetch("select distinct user_id from online where process = $1 limit $2", process, most)
    return [row[0] for row in rows]


async def take_left(tx: Transaction, process: str, user_ids: Sequence[str]) -> list[Left]:
    """Delete the entries that an ended process left for these users, and return them, oldest first."""
    rows = await tx.fetch(
        "delete from online where process = $1 and user_id in (select value from EACH_TEXT($2))"
        " returning user_id, platform, conn_id, operation_id, seq",
        process,
        list(user_ids),
    )
    return sorted((Left(*(row[index] for index in range(5))) for row in rows), key=lambda left: left.seq)
