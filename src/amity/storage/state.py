"""Inspection of a database without opening it for service: nothing is created or migrated, and locks are brief."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amity.storage.database import Dialect, StorageError
from amity.storage.migrations import Applied, is_too_new, newest, pending
from amity.storage.postgres.connecting import connect, is_pooled, located
from amity.storage.postgres.failures import FAILURES, reason
from amity.storage.postgres.fitness import fitness
from amity.storage.sqlite.file_lock import holder, is_at_rest, several_names
from amity.storage.sqlite.fitness import require_fit

_SECONDS = 10
# A limit of a role or a database is -1 if there is none. PostgreSQL 16 reserves connections for a role's members, too.
_SERVER = """
select current_database(), extract(epoch from clock_timestamp())::float8, least(
    current_setting('max_connections')::int
        - case when rolsuper then 0 else current_setting('superuser_reserved_connections')::int
            + coalesce(current_setting('reserved_connections', true), '0')::int end,
    nullif(rolconnlimit, -1), nullif(datconnlimit, -1))
from pg_roles, pg_database where rolname = current_user and datname = current_database()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of a database. ``version`` is 0 if it has no tables; ``newest`` is the program's own version.
    ``pending`` are the migrations that a start applies, ``pending_post`` those that wait until no older program runs,
    and ``too_new`` is whether this program cannot use the database because a newer one has changed it.

    ``unusable`` says why amity cannot use it, ``unwritable`` why this user cannot do what is needed now; both are empty
    if all is well. ``used_by`` names the process that serves a SQLite file. ``clock`` is the database server's time in
    seconds since 1970. ``free_bytes`` is the free space of the file's disk. ``None`` means not applicable. ``pooled``
    says whether each transaction may have another session of PostgreSQL, and ``connections`` how many sessions its user
    may have in this database at a time.
    """

    dialect: Dialect
    name: str
    exists: bool
    version: int
    newest: int
    pending: tuple[int, ...] = ()
    pending_post: tuple[int, ...] = ()
    too_new: bool = False
    unusable: str = ""
    unwritable: str = ""
    used_by: str | None = None
    clock: float | None = None
    free_bytes: int | None = None
    pooled: bool = False
    connections: int | None = None


async def examine(url: str) -> State:
    """Inspect the database of a URL. Raises ``StorageError`` if it cannot be reached or read."""
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        try:
            return await asyncio.to_thread(_examine_sqlite, path)
        except OSError as error:
            raise StorageError(f"{path} cannot be looked at: {error.strerror}") from error
    if url.startswith(("postgresql://", "postgres://")):
        return await _examine_postgres(url)
    raise StorageError("a database URL starts with sqlite:/// and a file name, or with postgresql://")


def _about(dialect: Dialect, applied: Applied) -> dict[str, Any]:
    """Return what a state says of a database's migrations."""
    too_new = is_too_new(dialect, applied)
    left = [] if too_new else pending(dialect, applied)
    # Where all are applied at once, none waits.
    waits = dialect == "postgres" and applied.version > 0
    return {
        "version": applied.version,
        "newest": newest(dialect),
        "pending": tuple(each.version for each in left if not (waits and each.is_post)),
        "pending_post": tuple(each.version for each in left if waits and each.is_post),
        "too_new": too_new,
    }


def _examine_sqlite(path: Path) -> State:
    directory = Path(os.path.realpath(path)).parent
    if not directory.is_dir():
        raise StorageError(f"{path} cannot be used as the database: there is no directory {directory}")
    exists = path.exists()
    unwritable = ""
    if exists and not os.access(path, os.W_OK):
        unwritable = f"{path} may not be written by this user"
    elif not os.access(directory, os.W_OK):
        unwritable = f"the directory {directory} may not be written by this user"
    applied, unusable = Applied(), ""
    try:
        applied = _applied(path) if exists else Applied()
    except (sqlite3.Error, StorageError) as error:
        unusable = f"{path} cannot be used as the database: {error}"
    if exists and not unusable:
        unusable = several_names(path)
    return State(
        dialect="sqlite",
        name=str(path),
        exists=exists,
        **_about("sqlite", applied),
        unusable=unusable,
        unwritable=unwritable,
        used_by=holder(path),
        free_bytes=shutil.disk_usage(directory).free,
    )


def _applied(path: Path) -> Applied:
    """Return the migrations of a usable database. Raises ``sqlite3.Error``, ``StorageError``."""
    # If there is no log, as after an orderly stop, the file can be read without creating anything beside it.
    mode = "immutable=1" if is_at_rest(path) else "mode=ro"
    uri = f"{path.absolute().as_uri()}?{mode}"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=_SECONDS)) as connection:
        return require_fit(connection)


async def _examine_postgres(url: str) -> State:
    place = located(url)
    connection = await connect(place, command_timeout=_SECONDS)
    try:
        pooled = await is_pooled(connection, place)
        row = await connection.fetchrow(_SERVER)
        assert row is not None  # noqa: S101 - this query has one row
        name, clock, connections = row
        found = await fitness(connection)
    except FAILURES as error:
        raise StorageError(f"PostgreSQL at {place.where} refused to be looked at: {reason(error)}") from error
    finally:
        with contextlib.suppress(*FAILURES):
            await connection.close(timeout=_SECONDS)
    return State(
        dialect="postgres",
        name=name,
        exists=True,
        **_about("postgres", found.applied),
        unusable=found.unusable,
        unwritable=found.unwritable,
        clock=clock,
        pooled=pooled,
        connections=connections,
    )
