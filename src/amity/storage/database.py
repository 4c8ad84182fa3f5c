"""The interface of a database, implemented for SQLite and PostgreSQL.

Both use the same SQL text. Parameters are ``$1`` to ``$n``. Words in capitals are replaced where the dialects differ:
``EACH_TEXT($1)`` and ``EACH_INT($1)`` are tables with one column ``value``, made from a list parameter; ``FOR_UPDATE``
locks the rows that are read, if the engine locks rows, and ``FOR_SHARE`` keeps others from changing them;
``SHARED_NOW`` is the database's time in milliseconds since 1970, common to the processes that share it, and 1 if one
process has it alone; ``GREATEST(a, b)`` is the larger one; ``HAS_BYTES(column, $1)`` says whether a ``blob`` has these
bytes in it. In migrations ``AUTO_ID`` numbers rows, and ``CLUSTERED`` stores them in their primary key.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeVar

SCAN_SECONDS = 5.0
"""Limit for one scan."""
LARGE = 256
"""Rows from which a transaction is large: SQLite runs it in a thread, and commits it alone."""
ROW_BYTES = 8192
"""Bytes of text that cost as much to write or delete as one row."""

T = TypeVar("T")
Touched = Callable[[Collection[int], Collection[int]], None]
Dialect = Literal["sqlite", "postgres"]


class Row(Protocol):
    """One row of a result; columns by position."""

    def __getitem__(self, index: int, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class StorageError(Exception):
    """A database that cannot be opened: its URL, file, lock or version is wrong. The text gives the reason."""


class Transaction(Protocol):
    """The transaction inside ``Database.write``: all of it is stored, or nothing."""

    dialect: Dialect
    is_local: bool
    """Whether a statement is a function call rather than a round trip, so that many statements are cheap."""

    async def lock(self, sql: str, *args: object) -> None:
        """Run a statement that locks rows for this transaction. Does nothing if transactions never overlap."""
        ...

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one statement and return its rows (none for a statement that returns none)."""
        ...

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one statement that may take milliseconds. SQLite never runs it on the event loop."""
        ...

    async def expect(self, rows: int) -> None:
        """Announce that about ``rows`` rows will be read or written.

        If the transaction runs on SQLite's event loop and this is too much for it, the transaction is rolled back and
        runs again in the thread.
        """
        ...

    def after_commit(self, follow: Callable[[], object]) -> None:
        """Call ``follow`` on the event loop after this transaction's commit, before its result is returned.

        It is called even if the caller was cancelled meanwhile. An attempt that is rolled back calls nothing.
        ``follow`` must not block; what it raises is logged.
        """
        ...

    def touches(self, users: Collection[int], groups: Collection[int] = ()) -> None:
        """Announce, before the commit, whose clients are told of what this transaction changes: users, and members of
        groups, by their numbers. If this process dies before it has told them, another one has them fetch. Does nothing
        if no other process shares the database."""
        ...

    async def execute_many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        """Run one statement for each of ``rows`` and return how many table rows changed in all.

        The cost is one statement for each row: on PostgreSQL each is a round trip.
        """
        ...


class Database(Protocol):
    """Reads and transactions. Every method raises ``ImError``, ``DATABASE`` (90002), if the database fails."""

    dialect: Dialect
    exclusive: bool
    """Whether no other process writes here. What was read then stays true until this process changes it."""
    touched: Touched
    """Is called with what transactions announce (``Transaction.touches``), if other processes share the database."""
    commits_in_order: bool
    """Whether a row's number (``AUTO_ID``) becomes visible after all smaller ones: transactions do not overlap."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one short read. It sees everything that was committed before it began."""
        ...

    async def fetch_vital(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one short statement, a write too, on a way that no other work keeps busy. It fails after two seconds, and
        may then have been run, once or twice."""
        ...

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one read that may take milliseconds, without blocking the event loop."""
        ...

    async def fetch_scan(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one read that may visit very many rows: a search, a count, a page of everything.

        Such reads never delay those of ``fetch_long``. Raises ``ImError``, ``READS_LIMIT`` (1355), if it takes longer
        than ``SCAN_SECONDS``.
        """
        ...

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        """Run ``work`` in one transaction and return its result once that is durable.

        ``work`` awaits nothing but its transaction, and may be run again from the start if the database asks for it, so
        it must not have effects outside the transaction. An exception that it raises rolls back the transaction and is
        raised here. ``rows`` is about how many rows it writes; a caller that does not know it yet calls
        ``Transaction.expect`` within.
        """
        ...

    async def close(self) -> None:
        """Finish the transactions under way, then close."""
        ...


def ignore_touched(users: Collection[int], groups: Collection[int]) -> None:
    """Do nothing: nobody asks whose clients are told of a transaction."""


_SQLITE_WORDS = (
    (re.compile(r"EACH_(?:TEXT|INT)\((\$\d+)\)"), r"json_each(\1)"),
    (re.compile(r"\bIN_(?:INTS|TEXTS)\((\$\d+)\)"), r"in (select value from json_each(\1))"),
    (re.compile(r"\bFOR_(?:UPDATE|SHARE)\b"), ""),
    (re.compile(r"\bSHARED_NOW\b"), "1"),
    (re.compile(r"\bGREATEST\("), "max("),
    (re.compile(r"\bHAS_BYTES\((\w+), (\$\d+)\)"), r"(instr(\1, \2) > 0)"),
    (re.compile(r"\bAUTO_ID\b"), "integer primary key autoincrement"),
    (re.compile(r"\bCLUSTERED\b"), "without rowid"),
    # Without statistics SQLite prefers an index with an equality to a partial one, however many rows are equal.
    (re.compile(r"\bBY_INDEX\((\w+)\)"), r"indexed by \1"),
    (re.compile(r"\$(\d+)"), r"?\1"),
)
_POSTGRES_WORDS = (
    (re.compile(r"EACH_TEXT\((\$\d+)\)"), r"unnest(\1::text[]) as each_of(value)"),
    (re.compile(r"EACH_INT\((\$\d+)\)"), r"unnest(\1::bigint[]) as each_of(value)"),
    # A condition on an index. Of rows of a function the planner may make a join, for which it reads the whole table.
    (re.compile(r"\bIN_INTS\((\$\d+)\)"), r"= any(\1::bigint[])"),
    (re.compile(r"\bIN_TEXTS\((\$\d+)\)"), r"= any(\1::text[])"),
    (re.compile(r"\bFOR_UPDATE\b"), "for no key update"),
    (re.compile(r"\bFOR_SHARE\b"), "for share"),
    # Not the time of a process: the clocks of two machines differ.
    (re.compile(r"\bSHARED_NOW\b"), "(extract(epoch from clock_timestamp()) * 1000)::bigint"),
    (re.compile(r"\bHAS_BYTES\((\w+), (\$\d+)\)"), r"(position(\2::bytea in \1) > 0)"),
    (re.compile(r"\bAUTO_ID\b"), "bigint generated by default as identity primary key"),
    (re.compile(r"\bCLUSTERED\b"), ""),
    (re.compile(r"\bBY_INDEX\(\w+\)"), ""),
    (re.compile(r"\binteger\b"), "bigint"),
    (re.compile(r"\bblob\b"), "bytea"),
    (re.compile(r"\bcollate binary\b"), 'collate "C"'),
)


@lru_cache(maxsize=1024)
def translate(sql: str, dialect: Dialect) -> str:
    """Translate the common SQL text into one engine's dialect."""
    for pattern, replacement in _SQLITE_WORDS if dialect == "sqlite" else _POSTGRES_WORDS:
        sql = pattern.sub(replacement, sql)
    return sql
