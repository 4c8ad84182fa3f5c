"""The SQL of presence, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.presence.changes import Change, Place
from amity.storage import Database, Transaction

ENDED = 0
"""``until`` of a process that has ended."""

# The database's own clock: those of two machines differ. SQLite has one process and needs no time.
_NOW = {"postgres": "(extract(epoch from clock_timestamp()) * 1000)::bigint", "sqlite": "1"}
_PUT = (
    "insert into online (user_id, platform, process, conn_id, operation_id, seq) values ($1, $2, $3, $4, $5, $6)"
    " on conflict (user_id, platform, process) do update set"
    " conn_id = excluded.conn_id, operation_id = excluded.operation_id, seq = excluded.seq"
)
_DELETE = "delete from online where user_id = $1 and platform = $2 and process = $3"


class Left(NamedTuple):
    """A user who is online on a platform without a process that has a connection of theirs."""

    user_id: str
    platform_id: int
    conn_id: str
    operation_id: str
    seq: int


# Processes


async def join(database: Database, process: str, lease_ms: int) -> None:
    """Begin to write as a process, with a lease of so many milliseconds."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(
            f"insert into presence_processes (process, until, batch) values ($1, {_NOW[tx.dialect]} + $2, 0)",
            process,
            lease_ms,
        )

    await database.write(work)


async def renew(database: Database, process: str, lease_ms: int) -> bool:
    """Renew a process' lease; ``False`` where somebody has ended it."""

    async def work(tx: Transaction) -> bool:
        rows = await tx.fetch(
            f"update presence_processes set until = {_NOW[tx.dialect]} + $2 where process = $1 and until <> {ENDED}"
            " returning process",
            process,
            lease_ms,
        )
        return bool(rows)

    return await database.write(work)


async def begin(tx: Transaction, process: str, batch: int) -> bool | None:
    """Begin to store a batch in this transaction.

    ``False`` where it is stored already: an earlier attempt succeeded without saying so. ``None`` where the process
    has been ended.
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


async def end(database: Database, process: str) -> None:
    """Have a process end: it writes no more."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"update presence_processes set until = {ENDED} where process = $1", process)

    await database.write(work)


async def end_all(database: Database) -> None:
    """Have all processes end that the database knows."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"update presence_processes set until = {ENDED}")

    await database.write(work)


async def leases(database: Database) -> list[tuple[str, int]]:
    """Return each process that has not ended, and the end of its lease by the database's clock."""
    rows = await database.fetch(f"select process, until from presence_processes where until <> {ENDED}")
    return [(row[0], row[1]) for row in rows]


async def end_expired(database: Database, stale: Sequence[tuple[str, int]]) -> None:
    """Have those processes end whose lease has run out, and those whose lease is still a ``stale`` one."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"update presence_processes set until = {ENDED} where until < {_NOW[tx.dialect]}")
        for process, until in stale:
            sql = f"update presence_processes set until = {ENDED} where process = $1 and until = $2"
            await tx.fetch(sql, process, until)

    await database.write(work)


async def ended(database: Database) -> list[str]:
    """Return the processes that have ended and may have left something."""
    rows = await database.fetch(f"select process from presence_processes where until = {ENDED}")
    return [row[0] for row in rows]


async def forget(database: Database, process: str) -> None:
    """Delete a process that has ended and left nothing."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"delete from presence_processes where process = $1 and until = {ENDED}", process)

    await database.write(work)


# Who is online


async def places(tx: Transaction, process: str, user_ids: Sequence[str]) -> tuple[set[Place], set[Place]]:
    """Return where these users are online by a process' connections, and where by those of others."""
    rows = await tx.fetch(
        "select user_id, platform, process from online where user_id in (select value from EACH_TEXT($1))",
        list(user_ids),
    )
    here = {(row[0], row[1]) for row in rows if row[2] == process}
    elsewhere = {(row[0], row[1]) for row in rows if row[2] != process}
    return here, elsewhere


async def put(tx: Transaction, process: str, changes: Sequence[Change]) -> None:
    """Write the places that users have come online at."""
    await tx.execute_many(
        _PUT,
        [(each.user_id, each.platform_id, process, each.conn_id, each.operation_id, each.seq) for each in changes],
    )


async def delete(tx: Transaction, process: str, gone: Sequence[Place]) -> None:
    """Delete the places that users have gone offline at."""
    await tx.execute_many(_DELETE, [(user_id, platform_id, process) for user_id, platform_id in gone])


async def left_users(database: Database, process: str, most: int) -> list[str]:
    """Return up to ``most`` of the users whom a process has left online."""
    rows = await database.fetch("select distinct user_id from online where process = $1 limit $2", process, most)
    return [row[0] for row in rows]


async def take_left(tx: Transaction, process: str, user_ids: Sequence[str]) -> list[Left]:
    """Delete what a process has left of these users, and return it in the order in which it came."""
    rows = await tx.fetch(
        "delete from online where process = $1 and user_id in (select value from EACH_TEXT($2))"
        " returning user_id, platform, conn_id, operation_id, seq",
        process,
        list(user_ids),
    )
    return sorted((Left(*(row[index] for index in range(5))) for row in rows), key=lambda left: left.seq)
