"""A database whose process ends between any two steps: nothing of what it was doing is answered, or done."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from amity.storage import Database, Transaction
from amity.storage.database import Row

T = TypeVar("T")


class Crashed(Exception):
    """The process has ended."""


class CrashingDatabase:
    """Hands everything on to ``database``, until ``crash_in`` says otherwise. Then every call raises ``Crashed``: so
    does one of which the transaction was committed, and the answer was lost."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._left: int | None = None

    def crash_in(self, steps: int) -> None:
        """End the process after so many steps: statements, commits and answers."""
        self._left = steps

    @property
    def is_crashed(self) -> bool:
        return self._left is not None and self._left <= 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def step(self) -> None:
        """Count a step. Raises ``Crashed``."""
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                raise Crashed

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        self.step()
        return await self._database.fetch(sql, *args)

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        self.step()
        return await self._database.fetch_long(sql, *args)

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        async def counted(tx: Transaction) -> T:
            self.step()
            result = await work(_CrashingTransaction(tx, self))
            self.step()
            return result

        result = await self._database.write(counted, rows=rows)
        self.step()
        return result


class _CrashingTransaction:
    def __init__(self, tx: Transaction, database: CrashingDatabase) -> None:
        self._tx = tx
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def lock(self, sql: str, *args: object) -> None:
        self._database.step()
        await self._tx.lock(sql, *args)

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        self._database.step()
        return await self._tx.fetch(sql, *args)

    async def execute_many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        self._database.step()
        return await self._tx.execute_many(sql, rows)
