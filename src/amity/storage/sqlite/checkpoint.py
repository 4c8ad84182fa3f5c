"""Checkpoints of SQLite's write-ahead log, beside transactions.

SQLite itself checkpoints within a commit, so that commit and the next one wait for all of it: tens of milliseconds.
Here a thread copies nearly all pages through a connection of its own. Pages that small transactions write meanwhile
remain. The log restarts only if no page remains when a transaction begins, so the writer copies the remainder between
two commits, which takes a millisecond or two.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable

from amity.storage.sqlite.worker import Worker

DUE_ROWS = 16_000
"""Written rows after which a checkpoint starts. A rare checkpoint writes a page once that many commits have changed."""
_BUSY_TIMEOUT_MS = 2000
"""How long ``checkpoint_all`` waits for another program that reads the database."""

_sync = getattr(os, "fdatasync", os.fsync)
_log = logging.getLogger(__name__)


class Checkpoint:
    """Decides when to checkpoint, and does it in a thread.

    ``connection`` is for the thread, and ``file`` is a descriptor of the database file. All methods except ``finish``
    are called on the event loop.
    """

    def __init__(self, connection: sqlite3.Connection, file: int) -> None:
        self._connection = connection
        self._file = file
        self._worker = Worker("amity-checkpoint")
        self._rows = 0
        self.under_way = False
        """Whether a checkpoint has begun and is not finished. Large transactions wait meanwhile: they would leave many
        pages."""
        self.has_remainder = False
        """Whether the writer must call ``finish`` before its next transaction."""

    def wrote(self, loop: asyncio.AbstractEventLoop, rows: int, wake: Callable[[], None]) -> None:
        """Count committed rows, and start a checkpoint if it is due. ``wake`` is called when only the remainder is
        left."""
        self._rows += rows
        if self._rows >= DUE_ROWS and not self.under_way:
            self._rows = 0
            self.under_way = True

            def done() -> None:
                self.has_remainder = True
                wake()

            self._worker.do(loop, self._checkpoint_in_thread, done)

    def finish(self, connection: sqlite3.Connection) -> None:
        """Copy the remainder through the writer's connection, between two transactions."""
        _checkpoint(connection)

    def finished(self) -> None:
        """Note that ``finish`` has returned."""
        self.has_remainder = self.under_way = False

    def stop(self) -> None:
        """Wait for the thread, and close its connection."""
        self._worker.stop()
        self._connection.close()

    def _checkpoint_in_thread(self) -> None:
        _checkpoint(self._connection)
        # SQLite syncs the file only if no page remains. Without this sync, ``finish`` would have to wait for all of it.
        try:
            _sync(self._file)
        except OSError as error:
            _log.warning("checkpoint: sync of the database file failed, will try again: %s", error)


def checkpoint_all(connection: sqlite3.Connection) -> None:
    """Copy the whole log into the file and truncate it. Waits a moment for other programs that read.

    Blocks. No other connection of this process may use the database.
    """
    try:
        connection.execute(f"pragma busy_timeout = {_BUSY_TIMEOUT_MS}")
        (busy, pages, carried) = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        if busy:
            _log.warning(
                "another program reads the database: %d pages stay in its write-ahead log, which belongs to it; a copy"
                " of the file alone does not have them",
                pages - carried,
            )
    except sqlite3.Error as error:
        _log.warning("the write-ahead log stays beside the database and belongs to it: %s", error)


def _checkpoint(connection: sqlite3.Connection) -> None:
    """Copy all pages that no reader needs in their old state."""
    try:
        connection.execute("pragma wal_checkpoint(passive)")
    except sqlite3.Error as error:
        _log.warning("checkpoint: failed, will try again: %s", error)
