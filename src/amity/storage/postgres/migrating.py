"""Migrations of PostgreSQL, by one process at a time."""

import logging
from typing import TYPE_CHECKING

import asyncpg

from amity.storage.migrations import LAST_POST, Applied, Migration, newest, pending
from amity.storage.postgres.fitness import fitness
from amity.storage.postgres.limits import MIGRATING

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

_LOCK = 0x616D697479  # "amity": the advisory lock for reading the version and migrating
_SECONDS = 24 * 3600.0
_ATTEMPTS = 5
_NOTE_POST = """
insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value
"""
_log = logging.getLogger(__name__)


async def migrate(connection: "Connection", *, post: bool) -> None:
    """Apply the missing additions and, with ``post``, the missing post migrations. A new database gets both.

    Raises ``StorageError``, and what the connection raises.
    """
    kept_waiting = 0
    while True:
        try:
            applied = await _apply_next(connection, post=post)
        except asyncpg.LockNotAvailableError:
            kept_waiting += 1
            if kept_waiting == _ATTEMPTS:
                raise
        else:
            if applied is not None:
                _report(applied)
                return


async def _apply_next(connection: "Connection", *, post: bool) -> Applied | None:
    """Apply one migration, or all if the database is new. If there was none to apply, return those that were applied
    before.

    They are read under an advisory lock of the same transaction: a lock of the session would belong to another client
    behind a pooler. Other processes wait for this lock as long as a migration takes.
    """
    async with connection.transaction():
        await connection.execute(f"select pg_advisory_xact_lock({_LOCK})", timeout=_SECONDS)
        await connection.execute(MIGRATING)
        found = await fitness(connection)
        found.require()
        if not found.has_version:
            await connection.execute("create table schema_version (version bigint not null)")
        is_new = not found.applied.version
        missing = [each for each in pending("postgres", found.applied) if is_new or post or not each.is_post]
        for migration in missing if is_new else missing[:1]:
            await _apply(connection, migration)
        return None if missing else found.applied


async def _apply(connection: "Connection", migration: Migration) -> None:
    for statement in migration.statements:
        await connection.execute(statement, timeout=_SECONDS)
    await connection.execute("insert into schema_version values ($1)", migration.version)
    if migration.is_post:
        await connection.execute(_NOTE_POST, LAST_POST, str(migration.version))


def _report(applied: Applied) -> None:
    if left := pending("postgres", applied):
        _log.info(
            "migrations wait until no older amity runs (%s): then run amity migrate --post",
            ", ".join(str(each.version) for each in left),
        )
    if applied.version > newest("postgres"):
        _log.info(
            "the database is at version %d, ahead of this amity's %d by additions only",
            applied.version,
            newest("postgres"),
        )
