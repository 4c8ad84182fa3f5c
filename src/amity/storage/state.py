"""Looking at a database without opening it for service: nothing is created, migrated or locked for long."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from amity.storage.database import Dialect, StorageError
from amity.storage.migrations import migrations
from amity.storage.postgres_connecting import FAILURES, connect, is_pooled, located, reason

_SECONDS = 10
_VERSION = "select coalesce(max(version), 0) from schema_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a database looks like. ``version`` is 0 for one without tables, ``newest`` the program's own.

    ``unwritable`` says why nothing could be written, empty if it can be; ``used_by`` names the process that serves a
    SQLite file; ``clock`` is the database server's time in seconds since 1970; ``free_bytes`` is the room left on
    the file's disk. ``None`` where it does not apply. ``pooled`` says whether transactions may each have a session of
    PostgreSQL's of their own.
    """

    dialect: Dialect
    name: str
    exists: bool
    version: int
    newest: int
    unwritable: str = ""
    used_by: str | None = None
    clock: float | None = None
    free_bytes: int | None = None
    pooled: bool = False


async def examine(url: str) -> State:
    """Look at the database of a URL. Raises ``StorageError`` where it cannot be reached or read."""
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return await asyncio.to_thread(_examine_sqlite, Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return await _examine_postgres(url)
    raise StorageError("a database URL starts with sqlite:/// and a file name, or with postgresql://")


def _newest(dialect: Dialect) -> int:
    return migrations(dialect)[-1].version


def _examine_sqlite(path: Path) -> State:
    directory = path.absolute().parent
    if not directory.is_dir():
        raise StorageError(f"{path} cannot be used as the database: there is no directory {directory}")
    exists = path.exists()
    unwritable = ""
    if exists and not os.access(path, os.W_OK):
        unwritable = f"{path} may not be written by this user"
    elif not os.access(directory, os.W_OK):
        unwritable = f"the directory {directory} may not be written by this user"
    return State(
        dialect="sqlite",
        name=str(path),
        exists=exists,
        version=_sqlite_version(path) if exists else 0,
        newest=_newest("sqlite"),
        unwritable=unwritable,
        used_by=_holder(path),
        free_bytes=shutil.disk_usage(directory).free,
    )


def _sqlite_version(path: Path) -> int:
    log = Path(f"{path}-wal")
    # Without a log to read, as after an orderly stop, nothing need be created beside the file for reading it.
    mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=_SECONDS)
        try:
            if not connection.execute("select 1 from sqlite_master where name = 'schema_version'").fetchone():
                return 0
            version: int = connection.execute(_VERSION).fetchone()[0]
            return version
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be used as the database: {error}") from error


def _holder(path: Path) -> str | None:
    try:
        with Path(f"{path}.lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return lock.read(32).decode(errors="replace").strip() or "unknown"
    except OSError:
        return None
    return None


async def _examine_postgres(url: str) -> State:
    place = located(url)
    connection = await connect(place, command_timeout=_SECONDS)
    try:
        pooled = await is_pooled(connection, place)
        row = await connection.fetchrow(
            "select current_database(), extract(epoch from clock_timestamp())::float8, pg_is_in_recovery(),"
            " coalesce(has_schema_privilege(current_schema(), 'create'), false),"
            " to_regclass('schema_version') is not null"
        )
        assert row is not None  # noqa: S101 - this query has one row
        name, clock, standby, may_create, has_tables = row
        version = await connection.fetchval(_VERSION) if has_tables else 0
    except FAILURES as error:
        raise StorageError(f"PostgreSQL at {place.where} refused to be looked at: {reason(error)}") from error
    finally:
        with contextlib.suppress(*FAILURES):
            await connection.close(timeout=_SECONDS)
    unwritable = ""
    if standby:
        unwritable = "this PostgreSQL is a standby, which only reads"
    elif not may_create:
        unwritable = "this user may not create tables here: grant create on the schema"
    return State(
        dialect="postgres",
        name=name,
        exists=True,
        version=version,
        newest=_newest("postgres"),
        unwritable=unwritable,
        clock=clock,
        pooled=pooled,
    )
