"""Carrying SQLite's write-ahead log over into the database file while transactions go on.

SQLite does it within a commit, and whoever waits for that one, or for the next, waits for all of it: tens of
milliseconds. Here a thread does nearly all of it, with a connection of its own. What small transactions write meanwhile
is left, and the log begins anew only when a transaction begins with nothing left: so that rest, a millisecond or two,
is the writer's to do between two commits.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable

from amity.storage.worker import Worker

DUE_ROWS = 16_000
"""Rows written after which it is time: a rare checkpoint writes a page once that many commits have touched."""
_BUSY_TIMEOUT_MS = 2000
"""How long a stop waits for another program that reads the database."""

_sync = getattr(os, "fdatasync", os.fsync)
_log = logging.getLogger(__name__)


class Checkpoint:
    """Says when, and does it. ``connection`` is for the thread, ``file`` a descriptor of the database file. The methods
    are called on the event loop, but for ``finish``."""

    def __init__(self, connection: sqlite3.Connection, file: int) -> None:
        self._connection = connection
        self._file = file
        self._worker = Worker("amity-checkpoint")
        self._rows = 0
        self.under_way = False
        """Whether one has begun and is not finished: no large transaction should begin, it would leave much to do."""
        self.rest_waits = False
        """Whether the writer is to call ``finish`` before its next transaction."""

    def wrote(self, loop: asyncio.AbstractEventLoop, rows: int, wake: Callable[[], None]) -> None:
        """Count rows that were committed, and begin where it is time. ``wake`` is called when the rest waits."""
        self._rows += rows
        if self._rows >= DUE_ROWS and not self.under_way:
            self._rows = 0
            self.under_way = True

            def done() -> None:
                self.rest_waits = True
                wake()

            self._worker.do(loop, self._carry_over, done)

    def finish(self, connection: sqlite3.Connection) -> None:
        """Carry over the rest through the writer's connection, between two transactions."""
        _checkpoint(connection)

    def finished(self) -> None:
        """Say that ``finish`` has returned."""
        self.rest_waits = self.under_way = False

    def stop(self) -> None:
        """Wait for what is under way, and close the connection."""
        self._worker.stop()
        self._connection.close()

    def _carry_over(self) -> None:
        _checkpoint(self._connection)
        # SQLite brings the file to the disk only where nothing is left; then the rest would wait for all of it.
        try:
            _sync(self._file)
        except OSError as error:
            _log.warning("the database file could not be brought to the disk, will try again: %s", error)


def carry_over_all(connection: sqlite3.Connection) -> None:
    """Leave nothing in the log, waiting a moment for other programs that read. Blocks; the caller is the only one here
    who uses the database."""
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
    """Carry over all that nobody reads any more as it was before."""
    try:
        connection.execute("pragma wal_checkpoint(passive)")
    except sqlite3.Error as error:
        _log.warning("the write-ahead log could not be carried over into the database, will try again: %s", error)
