"""A transaction of SQLite: its statements, and the count of what they touch.

Statements of small transactions run on the event loop, where whatever they take everybody waits for. So a transaction
that runs there counts: what it says that it is about to touch (``expect``), the rows that it has written and read, and
the steps of SQLite's machine, by which one statement over very many rows is broken off in the middle.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final, NoReturn

from amity.storage.database import LARGE, Dialect, Row, translate
from amity.storage.following import Follow
from amity.storage.lists import adapt

MOST_READ: Final = 1024
"""Rows that a transaction may read on the event loop."""
STEPS: Final = 20_000
"""Steps of SQLite's machine from one look at a transaction, or at a read on the event loop, to the next: 0.3 ms."""
MOST_LOOKS: Final = 12
"""Looks after which it is too large for the event loop."""


class TooLargeError(BaseException):
    """A transaction is too large for the event loop. No ``Exception``: no work must take it for one of its own."""

    def __init__(self, reason: str, *, was_said: bool = False) -> None:
        super().__init__(reason)
        self.was_said = was_said
        """Whether the transaction said so itself, before it had touched so many rows."""


class SqliteTransaction:
    """A ``Transaction`` whose awaits never suspend: the writer runs it without an event loop. One for all transactions
    of a connection, one after the other."""

    dialect: Dialect = "sqlite"
    is_local = True

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._on_loop = False
        self._is_watched = False
        self._changes_before = 0
        self._read = 0
        self._looks = 0
        self._follows: list[Follow] = []

    @property
    def written(self) -> int:
        """Rows that were written since ``begin``."""
        return self._connection.total_changes - self._changes_before

    @property
    def follows(self) -> list[Follow]:
        """What ``after_commit`` was given since ``begin``."""
        return self._follows

    def begin(self, *, on_loop: bool) -> None:
        """Begin another transaction, which runs on the event loop or in the thread: count anew, and forget what was to
        follow the last one."""
        self._follows = []
        self._on_loop = on_loop
        self._changes_before = self._connection.total_changes
        self._read = self._looks = 0
        if on_loop and not self._is_watched:
            self._is_watched = True
            self._connection.set_progress_handler(self._look, STEPS)

    def leave_loop(self) -> None:
        """Stop looking at statements: in the thread each look would wait for Python's lock."""
        self._on_loop = False
        if self._is_watched:
            self._is_watched = False
            self._connection.set_progress_handler(None, 0)

    async def lock(self, sql: str, *args: object) -> None:
        """One transaction runs at a time."""

    def after_commit(self, follow: Follow) -> None:
        self._follows.append(follow)

    async def expect(self, rows: int) -> None:
        if self._on_loop and self.written + rows >= LARGE:
            raise TooLargeError(f"{rows} rows are to come", was_said=True)

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        try:
            rows = self._connection.execute(translate(sql, "sqlite"), adapt(args)).fetchall()
        except sqlite3.OperationalError as error:
            if self._looks > MOST_LOOKS:
                raise TooLargeError(f"a statement takes more than {STEPS * MOST_LOOKS} steps") from error
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
            if self._looks > MOST_LOOKS:
                raise TooLargeError(f"a statement takes more than {STEPS * MOST_LOOKS} steps") from error
            raise

    def _refuse(self, coming: int) -> NoReturn:
        raise TooLargeError(f"{self.written + coming} rows are written, and {self._read} read")

    def _look(self) -> bool:
        """Say, from within a statement, whether to break it off."""
        self._looks += 1
        return self._on_loop and self._looks > MOST_LOOKS
