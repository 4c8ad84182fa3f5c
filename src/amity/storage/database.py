"""The one small interface behind which SQLite and PostgreSQL stand.

One SQL text serves both. Parameters are ``$1`` to ``$n``. Where the dialects differ, words in capitals are replaced:
``EACH_TEXT($1)`` and ``EACH_INT($1)`` are tables with one column ``value``, made of a list parameter; ``FOR_UPDATE``
locks the rows read where rows can be locked; ``SHARED_NOW`` is the time of processes that share the database, in
milliseconds since 1970 by its own clock, and 1 where one process has it to itself; in migrations ``AUTO_ID`` numbers
rows, and ``CLUSTERED`` keeps them in their primary key.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeVar

SCAN_SECONDS = 5.0
"""How long one scan may take."""
LARGE = 256
"""Rows from which a transaction is large: SQLite runs it in a thread, and commits it alone."""
ROW_BYTES = 8192
"""Bytes of texts that cost as much to write, or to delete, as a row does."""

T = TypeVar("T")
Dialect = Literal["sqlite", "postgres"]


class Row(Protocol):
    """One row of a result; columns by position."""

    def __getitem__(self, index: int, /) -> Any: ...


class StorageError(Exception):
    """The database cannot be opened: its URL, its file, its lock or its version is not right. The text says which."""


class Transaction(Protocol):
    """What runs inside ``Database.write``: all of it is stored, or nothing."""

    dialect: Dialect
    is_local: bool
    """Whether a statement is a function call, so that many cost little, and not a round trip."""

    async def lock(self, sql: str, *args: object) -> None:
        """Run a statement that takes locks for this transaction; nothing where one transaction runs at a time."""
        ...

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one statement and return its rows (none for a statement that returns none)."""
        ...

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one statement that may take milliseconds: SQLite never does on the event loop."""
        ...

    async def expect(self, rows: int) -> None:
        """Say that about so many rows are going to be read or written. Where the transaction runs on SQLite's event
        loop and that is too much for it, everything is undone and the transaction runs again in the thread."""
        ...

    def after_commit(self, follow: Callable[[], object]) -> None:
        """Have ``follow`` called on the event loop once this transaction is committed, before its result is returned,
        and also where nobody waits for that any more. An attempt that is undone calls nothing. It must not block; what
        it raises is logged."""
        ...

    async def execute_many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        """Run one statement for each of ``rows`` and return how many table rows that changed in all. Cheap where a
        statement is cheap: on PostgreSQL each is a round trip."""
        ...


class Database(Protocol):
    """Reads and transactions. Every method raises ``ImError(90002)`` when the database fails."""

    dialect: Dialect
    exclusive: bool
    """Whether no other process writes here: what was read stays true until this one changes it."""
    commits_in_order: bool
    """Whether a row's number (``AUTO_ID``) is seen after every smaller one: transactions do not overlap."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one short read, which sees everything that was committed before it began."""
        ...

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one read that may take milliseconds, without holding up the event loop."""
        ...

    async def fetch_scan(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one read that may look at very many rows: a search, a count, a page of everything.

        Such reads never delay those of ``fetch_long``. Raises ``ImError(1355)`` if it takes longer than
        ``SCAN_SECONDS``.
        """
        ...

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        """Run ``work`` in one transaction and return its result once that is durable.

        ``work`` awaits nothing but its transaction, and may be run again from the start when the database asks
        for it: it must not have effects outside the transaction. An exception that it raises undoes it and is
        raised here. ``rows`` is about how many rows it writes; who does not know it before says it
        within (``Transaction.expect``).
        """
        ...

    async def close(self) -> None:
        """Finish the transactions under way, then close."""
        ...


_SQLITE_WORDS = (
    (re.compile(r"EACH_(?:TEXT|INT)\((\$\d+)\)"), r"json_each(\1)"),
    (re.compile(r"\bFOR_UPDATE\b"), ""),
    (re.compile(r"\bSHARED_NOW\b"), "1"),
    (re.compile(r"\bAUTO_ID\b"), "integer primary key autoincrement"),
    (re.compile(r"\bCLUSTERED\b"), "without rowid"),
    (re.compile(r"\$(\d+)"), r"?\1"),
)
_POSTGRES_WORDS = (
    (re.compile(r"EACH_TEXT\((\$\d+)\)"), r"unnest(\1::text[]) as each_of(value)"),
    (re.compile(r"EACH_INT\((\$\d+)\)"), r"unnest(\1::bigint[]) as each_of(value)"),
    (re.compile(r"\bFOR_UPDATE\b"), "for no key update"),
    # Not the time of a process: the clocks of two machines differ.
    (re.compile(r"\bSHARED_NOW\b"), "(extract(epoch from clock_timestamp()) * 1000)::bigint"),
    (re.compile(r"\bAUTO_ID\b"), "bigint generated by default as identity primary key"),
    (re.compile(r"\bCLUSTERED\b"), ""),
    (re.compile(r"\binteger\b"), "bigint"),
    (re.compile(r"\bcollate binary\b"), 'collate "C"'),
)


@lru_cache(maxsize=1024)
def translate(sql: str, dialect: Dialect) -> str:
    """Turn the common SQL text into that of one engine."""
    for pattern, replacement in _SQLITE_WORDS if dialect == "sqlite" else _POSTGRES_WORDS:
        sql = pattern.sub(replacement, sql)
    return sql
