"""SQLite: one file, one process, one writer with group commit.

``synchronous=FULL`` in WAL mode: what was answered survives a loss of power, and a group pays for one sync to the disk.
Point reads run on the event loop through a read-only connection (microseconds); long ones run in a thread. ``close``
leaves one complete file without a log.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from amity import metrics
from amity.errors import Code, ImError
from amity.storage.database import (
    SCAN_SECONDS,
    Dialect,
    Row,
    StorageError,
    Touched,
    Transaction,
    ignore_touched,
    translate,
)
from amity.storage.migrations import Applied, Migration, pending
from amity.storage.sqlite.checkpoint import Checkpoint, checkpoint_all
from amity.storage.sqlite.file_lock import LockedFile, lock_database
from amity.storage.sqlite.fitness import require_fit
from amity.storage.sqlite.group_commit import GroupCommit
from amity.storage.sqlite.lists import adapt
from amity.storage.sqlite.readers import Readers
from amity.storage.sqlite.transaction import MOST_PROGRESS_CALLS, STEPS
from amity.storage.turns import long_turns, scan_turns, while_awaited

T = TypeVar("T")
_log = logging.getLogger(__name__)
_LONG_READERS = 2
_SCANNERS = 2
_PRAGMAS = (
    # An import changes little in each of many pages: with half the default page size it writes a third less for one
    # friend, and takes a quarter less CPU for a thousand. It has an effect on a new file only.
    "pragma page_size = 2048",
    "pragma journal_mode = wal",
    "pragma synchronous = full",
    # Checkpoints are made beside transactions (checkpoint.py). This is for a log that grows faster than that. Callbacks
    # of a relay change four pages for each row: 64,000 pages until one is due.
    "pragma wal_autocheckpoint = 96000",
    # Without a limit the log file keeps its largest size.
    "pragma journal_size_limit = 67108864",
    "pragma cache_size = -16384",
    "pragma temp_store = memory",
    # What was deleted is overwritten. Some systems compile SQLite so, others do not.
    "pragma secure_delete = on",
)


@dataclass(frozen=True, slots=True)
class _Connections:
    writer: sqlite3.Connection
    checkpoint: sqlite3.Connection
    reader: sqlite3.Connection
    long: list[sqlite3.Connection]
    scans: list[sqlite3.Connection]


class Sqlite:
    """A ``Database`` in one file. Open it with ``open_sqlite``."""

    dialect: Dialect = "sqlite"
    exclusive = True
    commits_in_order = True

    def __init__(self, locked: LockedFile, connections: _Connections) -> None:
        self.touched: Touched = ignore_touched  # and never calls it
        self._locked = locked
        self._reader = connections.reader
        self._reader.set_progress_handler(self._should_interrupt, STEPS)
        self._progress_calls = 0
        self._is_closed = False
        self._writing = connections.writer
        checkpoint = Checkpoint(connections.checkpoint, locked.file)
        self._writer = GroupCommit(connections.writer, checkpoint, metrics.commit_done, locked.require_in_place)
        self._long = Readers("amity-read", connections.long, long_turns(_LONG_READERS))
        self._scans = Readers("amity-scan", connections.scans, scan_turns(_SCANNERS), SCAN_SECONDS)

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        self._progress_calls = 0
        try:
            return self._reader.execute(translate(sql, "sqlite"), adapt(args)).fetchall()
        except sqlite3.Error as error:
            if self._progress_calls <= MOST_PROGRESS_CALLS:
                raise ImError(Code.DATABASE, "the database could not be read") from error
        metrics.moved_off_loop("read", "found")
        _log.warning("a read turned out too large for the event loop: %s", sql)
        return await self.fetch_long(sql, *args)

    def _should_interrupt(self) -> bool:
        """Return whether to interrupt the read on the event loop that SQLite calls this from."""
        self._progress_calls += 1
        return self._progress_calls > MOST_PROGRESS_CALLS

    async def fetch_vital(self, sql: str, *args: object) -> Sequence[Row]:
        return await self.write(lambda tx: tx.fetch(sql, *args))

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        read = self._long.fetch(sql, args)
        return await (read if self._long.turns.is_free() else while_awaited(read))

    async def fetch_scan(self, sql: str, *args: object) -> Sequence[Row]:
        return await while_awaited(self._scans.fetch(sql, args))

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        return await self._writer.submit(work, rows)

    async def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        await self._writer.close()
        await self._long.close()
        await self._scans.close()
        await asyncio.get_running_loop().run_in_executor(None, self._close_file)

    def _close_file(self) -> None:
        try:
            self._reader.close()
            # The readers are closed, so no connection here reads from the log.
            checkpoint_all(self._writing)
            self._writing.close()
        finally:
            self._locked.release()


async def open_sqlite(path: Path) -> Sqlite:
    """Open or create the file, lock it for this process, and migrate it to the newest version.

    Raises ``StorageError`` if another process has it, if it is not a database, or if it is newer than this program.
    """
    opening = asyncio.get_running_loop().run_in_executor(None, _open, path)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        # The thread continues. What it opens must be closed, or nobody could open the file as long as this process
        # lives.
        with contextlib.suppress(StorageError):
            await (await opening).close()
        raise


def _open(path: Path) -> Sqlite:
    with contextlib.ExitStack() as undo:
        locked = lock_database(path)
        undo.callback(locked.release)
        try:
            connections = _connections(locked, undo)
        except (sqlite3.Error, OSError, StorageError) as error:
            raise StorageError(f"{path} cannot be used as the database: {error}") from error
        opened = Sqlite(locked, connections)
        undo.pop_all()
        return opened


def _connections(locked: LockedFile, undo: contextlib.ExitStack) -> _Connections:
    """Open all connections and migrate the database. ``undo`` closes those that were opened."""

    def connect(*, read_only: bool) -> sqlite3.Connection:
        return undo.enter_context(contextlib.closing(_connect(locked.path, read_only=read_only)))

    writer = connect(read_only=False)
    _require_search(writer)
    applied = require_fit(writer)
    for pragma in _PRAGMAS:
        writer.execute(pragma)
    _migrate(writer, applied)
    writer.execute("select 1 from schema_version").fetchone()  # the first read creates the log
    locked.note_log()
    return _Connections(
        writer,
        checkpoint=connect(read_only=False),
        reader=connect(read_only=True),
        long=[connect(read_only=True) for _ in range(_LONG_READERS)],
        scans=[connect(read_only=True) for _ in range(_SCANNERS)],
    )


def _require_search(connection: sqlite3.Connection) -> None:
    if not connection.execute("select 1 from pragma_module_list where name = 'fts5'").fetchone():
        raise StorageError(
            f"the SQLite of this Python ({sqlite3.sqlite_version}) was built without FTS5, which searches need:"
            " use another build of Python, or PostgreSQL"
        )


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    if read_only:
        connection.execute("pragma query_only = 1")
        connection.execute("pragma cache_size = -16384")
    return connection


def _migrate(writer: sqlite3.Connection, applied: Applied) -> None:
    missing = pending("sqlite", applied)
    if missing:
        writer.execute("create table if not exists schema_version (version integer not null)")
    for migration in missing:
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
