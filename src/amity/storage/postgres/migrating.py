"""Migrations of PostgreSQL, by one process at a time."""

from typing import TYPE_CHECKING

import asyncpg

from amity.storage.migrations import pending
from amity.storage.postgres.fitness import fitness
from amity.storage.postgres.limits import MIGRATING

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

_LOCK = 0x616D697479  # "amity": the advisory lock for reading the version and migrating
_SECONDS = 24 * 3600.0
_ATTEMPTS = 5


async def migrate(connection: "Connection") -> None:
    """Apply the missing migrations. Raises ``StorageError``, and what the connection raises."""
    kept_waiting = 0
    while True:
        try:
            if not await _apply_next(connection):
                return
        except asyncpg.LockNotAvailableError:
            kept_waiting += 1
            if kept_waiting == _ATTEMPTS:
                raise


async def _apply_next(connection: "Connection") -> bool:
    """Apply one migration, and return whether there was one to apply.

    The version is read under an advisory lock of the same transaction: a lock of the session would belong to another
    client behind a pooler. Other processes wait for this lock as long as a migration takes.
    """
    async with connection.transaction():
        await connection.execute(f"select pg_advisory_xact_lock({_LOCK})", timeout=_SECONDS)
        await connection.execute(MIGRATING)
        found = await fitness(connection)
        found.require()
        if not found.has_version:
            await connection.execute("create table schema_version (version bigint not null)")
        missing = pending("postgres", found.version)
        if not missing:
            return False
        for statement in missing[0].statements:
            await connection.execute(statement, timeout=_SECONDS)
        await connection.execute("insert into schema_version values ($1)", missing[0].version)
        return True
