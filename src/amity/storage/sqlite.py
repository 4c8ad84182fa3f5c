"""SQLite: one file, one process, one writer that commits whatever is waiting as one group.

``synchronous=FULL`` in WAL mode: what was answered survives a loss of power. The price of a sync to disk is paid
once for a group. Point reads run on the event loop through a read-only connection (microseconds); long ones in a
thread.
"""

import asyncio
import fcntl
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import IO, TypeVar

from amity import metrics
from amity.errors import Code, ImError
from amity.storage.checkpoint import Checkpoint
from amity.storage.database import SCAN_SECONDS, Dialect, Row, StorageError, Transaction, translate
from amity.storage.group_commit import GroupCommit
from amity.storage.lists import adapt
from amity.storage.migrations import Migration, pending
from amity.storage.readers import Readers
from amity.storage.sqlite_transaction import MOST_LOOKS, STEPS
from amity.storage.turns import long_turns, scan_turns, while_awaited

T = TypeVar("T")
_log = logging.getLogger(__name__)
_LONG_READERS = 2
_SCANNERS = 2
_PRAGMAS = (
    # An import touches many pages and little of each: half the usual page is a third less to write per import of one
    # friend, and a quarter less CPU for one of a thousand. Only a new file takes it.
    "pragma page_size = 2048",
    "pragma journal_mode = wal",
    "pragma synchronous = full",
    # Checkpoints are made beside the writing (checkpoint.py); this is for a log that grows faster than that.
    "pragma wal_autocheckpoint = 32000",
    # Without a limit the log keeps the size of its largest burst.
    "pragma journal_size_limit = 67108864",
    "pragma cache_size = -16384",
    "pragma temp_store = memory",
)


class Sqlite:
    """A ``Database`` in one file. Open it with ``open_sqlite``."""

    dialect: Dialect = "sqlite"
    exclusive = True
    commits_in_order = True

    def __init__(self, path: Path, lock: IO[bytes], writer: sqlite3.Connection) -> None:
        self._path = path
        self._lock = lock
        self._reader = _connect(path, read_only=True)
        self._reader.set_progress_handler(self._look, STEPS)
        self._looks = 0
        # Kept open as long as any connection: closing it would give up the locks that they hold on the same file.
        self._file: int | None = os.open(path, os.O_RDONLY)
        checkpoint = Checkpoint(_connect(path, read_only=False), self._file)
        self._writer = GroupCommit(writer, checkpoint, metrics.commit_done)
        self._long = Readers("amity-read", _readers(path, _LONG_READERS), long_turns(_LONG_READERS))
        self._scans = Readers("amity-scan", _readers(path, _SCANNERS), scan_turns(_SCANNERS), SCAN_SECONDS)

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        self._looks = 0
        try:
            return self._reader.execute(translate(sql, "sqlite"), adapt(args)).fetchall()
        except sqlite3.Error as error:
            if self._looks <= MOST_LOOKS:
                raise ImError(Code.DATABASE, "the database could not be read") from error
        metrics.moved_off_loop("read", "found")
        _log.warning("a read turned out too large for the event loop: %s", sql)
        return await self.fetch_long(sql, *args)

    def _look(self) -> bool:
        """Say, from within a read on the event loop, whether to break it off."""
        self._looks += 1
        return self._looks > MOST_LOOKS

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        read = self._long.fetch(sql, args)
        return await (read if self._long.turns.is_free() else while_awaited(read))

    async def fetch_scan(self, sql: str, *args: object) -> Sequence[Row]:
        return await while_awaited(self._scans.fetch(sql, args))

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        return await self._writer.submit(work, rows)

    async def close(self) -> None:
        await self._writer.close()
        await self._long.close()
        await self._scans.close()
        self._reader.close()
        if self._file is not None:
            # Once: its number may be another file's by the time that this is closed again.
            os.close(self._file)
            self._file = None
        self._lock.close()


async def open_sqlite(path: Path) -> Sqlite:
    """Open (or create) the file, take it for this process alone, and bring it to the newest version.

    Raises ``StorageError`` where another process has it, it is no database, or it is newer than this program.
    """
    return await asyncio.get_running_loop().run_in_executor(None, _open, path)


def _open(path: Path) -> Sqlite:
    lock = _take(path)
    try:
        # Whoever reads the file knows everybody's friends: a new one is its owner's alone.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        writer = _connect(path, read_only=False)
        for pragma in _PRAGMAS:
            writer.execute(pragma)
        _require_search(writer)
        _migrate(writer)
        return Sqlite(path, lock, writer)
    except (sqlite3.Error, OSError) as error:
        lock.close()
        raise StorageError(f"{path} cannot be used as the database: {error}") from error
    except BaseException:
        lock.close()
        raise


def _require_search(connection: sqlite3.Connection) -> None:
    if not connection.execute("select 1 from pragma_module_list where name = 'fts5'").fetchone():
        raise StorageError(
            f"the SQLite of this Python ({sqlite3.sqlite_version}) was built without FTS5, which searches need:"
            " use another build of Python, or PostgreSQL"
        )


def _take(path: Path) -> IO[bytes]:
    """Lock a file beside the database: SQLite's own locks cannot say "one server only"."""
    try:
        lock = Path(f"{path}.lock").open("ab+")  # noqa: SIM115 - held until the database is closed
    except OSError as error:
        raise StorageError(f"{path} cannot be used as the database: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read(32).decode(errors="replace").strip()
        lock.close()
        raise StorageError(
            f"{path} is in use by another amity (process {holder or 'unknown'}): one SQLite file serves one process; "
            "stop that one first, or use PostgreSQL"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()).encode())
    lock.flush()
    return lock


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    if read_only:
        connection.execute("pragma query_only = 1")
        connection.execute("pragma cache_size = -16384")
    return connection


def _readers(path: Path, count: int) -> list[sqlite3.Connection]:
    return [_connect(path, read_only=True) for _ in range(count)]


def _migrate(writer: sqlite3.Connection) -> None:
    writer.execute("create table if not exists schema_version (version integer not null)")
    (current,) = writer.execute("select coalesce(max(version), 0) from schema_version").fetchone()
    for migration in pending("sqlite", current):
        _apply(writer, migration)


def _apply(writer: sqlite3.Connection, migration: Migration) -> None:
    writer.execute("begin immediate")
    try:
        for statement in migration.statements:
            writer.execute(statement)
        writer.execute("insert into schema_version values (?)", (migration.version,))
        writer.execute("commit")
    except BaseException:
        if writer.in_transaction:
            writer.execute("rollback")
        raise
