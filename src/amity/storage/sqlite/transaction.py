"""A transaction of SQLite that counts what its statements touch.

Statements of small transactions run on the event loop and block it. So such a transaction counts the rows that it
announces (``expect``), the rows that it has written and read, and the steps of SQLite's virtual machine. By the steps a
single statement over very many rows is interrupted in the middle.
"""

import sqlite3
from collections.abc import Collection, Sequence
from typing import Final, NoReturn

from amity.storage.after_commit import Follow
from amity.storage.database import LARGE, Dialect, Row, translate
from amity.storage.sqlite.lists import adapt

MOST_READ: Final = 1024
"""Rows that a transaction may read on the event loop."""
STEPS: Final = 20_000
"""Steps of SQLite's virtual machine between two calls of the progress handler: 0.3 ms."""
MOST_PROGRESS_CALLS: Final = 12
"""Calls of the progress handler after which a transaction or read is too large for the event loop."""


class TooLargeError(BaseException):
    """A transaction that is too large for the event loop. Not an ``Exception``, so that no work catches it as its
    own."""

    def __init__(self, reason: str, *, was_announced: bool = False) -> None:
        super().__init__(reason)
        self.was_announced = was_announced
        """Whether the transaction announced the rows (``expect``) before it touched them."""


class SqliteTransaction:
    """A ``Transaction`` whose awaits never suspend: the writer runs it without an event loop. One object serves all
    transactions of a connection, one after the other."""

    dialect: Dialect = "sqlite"
    is_local = True

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._on_loop = False
        self._has_progress_handler = False
        self._changes_before = 0
        self._read = 0
        self._progress_calls = 0
        self._follows: list[Follow] = []

    @property
    def written(self) -> int:
        """Return the rows written since ``begin``."""
        return self._connection.total_changes - self._changes_before

    @property
    def follows(self) -> list[Follow]:
        """Return the callbacks given to ``after_commit`` since ``begin``."""
        return self._follows

    def begin(self, *, on_loop: bool) -> None:
        """Begin another transaction, on the event loop or in the thread: reset the counts and the callbacks."""
        self._follows = []
        self._on_loop = on_loop
        self._changes_before = self._connection.total_changes
        self._read = self._progress_calls = 0
        if on_loop and not self._has_progress_handler:
            self._has_progress_handler = True
            self._connection.set_progress_handler(self._should_interrupt, STEPS)

    def leave_loop(self) -> None:
        """Remove the progress handler: in the thread each call would wait for the GIL."""
        self._on_loop = False
        if self._has_progress_handler:
            self._has_progress_handler = False
            self._connection.set_progress_handler(None, 0)

    async def lock(self, sql: str, *args: object) -> None:
        """Do nothing: one transaction runs at a time."""

    def after_commit(self, follow: Follow) -> None:
        self._follows.append(follow)

    def touches(self, users: Collection[int], groups: Collection[int] = ()) -> None:
        """Do nothing: one process has the file."""

    async def expect(self, rows: int) -> None:
        if self._on_loop and self.written + rows >= LARGE:
            raise TooLargeError(f"{rows} rows are to come", was_announced=True)

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        try:
            rows = self._connection.execute(translate(sql, "sqlite"), adapt(args)).fetchall()
        except sqlite3.OperationalError as error:
            if self._progress_calls > MOST_PROGRESS_CALLS:
                raise TooLargeError(f"a statement takes more than {STEPS * MOST_PROGRESS_CALLS} steps") from error
            raise
        if self._on_loop:
            self._read += len(rows)
            if self._read > MOST_READ or self._connection.total_changes - self._changes_before > LARGE:
                self._refuse(0)
        return rows

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        await self.expect(LARGE)
        return await self.fetch(sql, *args)

    async def execute_many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        if self._on_loop and self._connection.total_changes - self._changes_before + len(rows) > LARGE:
            self._refuse(len(rows))
        try:
            return self._connection.executemany(translate(sql, "sqlite"), rows).rowcount
        except sqlite3.OperationalError as error:
            if self._progress_calls > MOST_PROGRESS_CALLS:
                raise TooLargeError(f"a statement takes more than {STEPS * MOST_PROGRESS_CALLS} steps") from error
            raise

    def _refuse(self, coming: int) -> NoReturn:
        raise TooLargeError(f"{self.written + coming} rows are written, and {self._read} read")

    def _should_interrupt(self) -> bool:
        """Return whether to interrupt the statement that SQLite calls this from."""
        self._progress_calls += 1
        return self._on_loop and self._progress_calls > MOST_PROGRESS_CALLS
