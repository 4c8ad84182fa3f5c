"""The processes that share a database. Each renews a lease, and the others end a process whose lease has expired.

A lease expires by the database's clock. It also expires if it was not renewed for its duration by the observing
process' clock, because the database's clock may be set back.
"""

import os
import secrets
import socket
from collections.abc import Sequence

from amity.storage import Database, Transaction

ENDED = 0
"""``until`` of a process that has ended."""


def new_name() -> str:
    """Return a unique name for a process."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


async def join(database: Database, process: str, lease_ms: int) -> None:
    """Register a process with a lease of ``lease_ms`` milliseconds."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(
            "insert into presence_processes (process, until, batch) values ($1, SHARED_NOW + $2, 0)",
            process,
            lease_ms,
        )

    await database.write(work)


async def renew(database: Database, process: str, lease_ms: int) -> bool:
    """Renew a process' lease; return ``False`` if another process has ended it."""

    async def work(tx: Transaction) -> bool:
        rows = await tx.fetch(
            f"update presence_processes set until = SHARED_NOW + $2 where process = $1 and until <> {ENDED}"
            " returning process",
            process,
            lease_ms,
        )
        return bool(rows)

    return await database.write(work)


async def end(database: Database, process: str) -> None:
    """Mark a process as ended: it writes no more."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"update presence_processes set until = {ENDED} where process = $1", process)

    await database.write(work)


async def end_all(database: Database) -> None:
    """Mark all registered processes as ended."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"update presence_processes set until = {ENDED}")

    await database.write(work)


async def leases(database: Database) -> list[tuple[str, int]]:
    """Return each process that has not ended, and the end of its lease by the database's clock."""
    rows = await database.fetch(f"select process, until from presence_processes where until <> {ENDED}")
    return [(row[0], row[1]) for row in rows]


async def end_expired(database: Database, stale: Sequence[tuple[str, int]]) -> None:
    """Mark processes as ended if their lease has expired, or if it is still one of ``stale``."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"update presence_processes set until = {ENDED} where until < SHARED_NOW")
        for process, until in stale:
            sql = f"update presence_processes set until = {ENDED} where process = $1 and until = $2"
            await tx.fetch(sql, process, until)

    await database.write(work)


async def ended(database: Database) -> list[str]:
    """Return the processes that have ended and may have left rows."""
    rows = await database.fetch(f"select process from presence_processes where until = {ENDED}")
    return [row[0] for row in rows]


async def forget(database: Database, process: str) -> None:
    """Delete an ended process that has left no rows."""

    async def work(tx: Transaction) -> None:
        await tx.fetch(f"delete from presence_processes where process = $1 and until = {ENDED}", process)

    await database.write(work)
