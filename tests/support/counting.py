"""Count the cost of calls in the database: reads, statements of transactions, and written rows."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from amity.caller import caller_id
from amity.storage import Database, Transaction
from amity.storage.sqlite.transaction import SqliteTransaction

T = TypeVar("T")


class Cost(NamedTuple):
    """The cost of calls. ``statements`` are those of transactions, ``rows`` the written ones, as SQLite counts them."""

    reads: int = 0
    transactions: int = 0
    statements: int = 0
    rows: int = 0

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(*(mine - its for mine, its in zip(self, other, strict=True)))


class CountingDatabase:
    """A database that counts the work for callers, and not the server's own work."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.cost = Cost()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def add(self, **counts: int) -> None:
        self.cost = Cost(*(had + counts.get(name, 0) for name, had in self.cost._asdict().items()))

    async def _read(self, read: Callable[..., Awaitable[Sequence[Any]]], sql: str, args: tuple[object, ...]) -> Any:
        if caller_id.get():
            self.add(reads=1)
        return await read(sql, *args)

    async def fetch(self, sql: str, *args: object) -> Any:
        return await self._read(self._database.fetch, sql, args)

    async def fetch_long(self, sql: str, *args: object) -> Any:
        return await self._read(self._database.fetch_long, sql, args)

    async def fetch_scan(self, sql: str, *args: object) -> Any:
        return await self._read(self._database.fetch_scan, sql, args)

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        if not caller_id.get():
            return await self._database.write(work, rows=rows)
        last: list[tuple[int, int]] = []

        async def counted(tx: Transaction) -> T:
            counting = _CountingTransaction(tx)
            result = await work(counting)
            last[:] = [(counting.statements, tx.written if isinstance(tx, SqliteTransaction) else 0)]
            return result

        result = await self._database.write(counted, rows=rows)
        # If a transaction was retried, only its last attempt counts.
        ((statements, written),) = last
        self.add(transactions=1, statements=statements, rows=written)
        return result


class _CountingTransaction:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.statements = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def lock(self, sql: str, *args: object) -> None:
        self.statements += not self._tx.is_local
        await self._tx.lock(sql, *args)

    async def fetch(self, sql: str, *args: object) -> Any:
        self.statements += 1
        return await self._tx.fetch(sql, *args)

    async def fetch_long(self, sql: str, *args: object) -> Any:
        self.statements += 1
        return await self._tx.fetch_long(sql, *args)

    async def execute_many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        # One call of SQLite, whatever the number of rows; on PostgreSQL each is a round trip.
        self.statements += 1 if self._tx.is_local else len(rows)
        return await self._tx.execute_many(sql, rows)
