"""Gather what many callers write into few transactions.

A transaction costs as much for one row as for thirty. While one runs, what arrives is gathered for the next: so a lone
caller waits for nobody, and many callers share.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Generic, TypeVar

from amity.storage.database import Database, Transaction

_MOST_FAILURES: Final = 3
"""Items in a row that fail alone, after which the database is taken to fail and the rest is not tried."""

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T], Transaction], Awaitable[Sequence[R | Exception]]]


class Gatherer(Generic[T, R]):
    """Writes items in the order of their arrival.

    ``work`` writes some in one transaction, and returns a result for each, or an exception that its caller is to get.
    If it raises itself, the items are written one by one, so that one of them fails alone. It must therefore find what
    it wrote before: a transaction whose commit was not confirmed may be stored. ``rows`` is about how many rows an item
    writes.
    """

    def __init__(
        self,
        database: Database,
        work: "Work[T, R]",
        rows: Callable[[T], int],
        *,
        most: int = 128,
        most_rows: int = 250,
    ) -> None:
        self._database = database
        self._work = work
        self._rows = rows
        self._most = most
        self._most_rows = most_rows
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def write(self, item: T) -> R:
        """Write an item, and return its result once that is durable. If the caller is cancelled it is written all the
        same."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="gathered writes")
        return await future

    async def _run(self) -> None:
        await asyncio.sleep(0)  # what arrives in the same turn of the loop belongs to the first transaction
        try:
            while self._waiting:
                await self._write_some()
        finally:
            self._task = None

    async def _write_some(self) -> None:
        batch = self._take()
        items = [item for item, _ in batch]
        results: Sequence[R | Exception]
        try:
            results = await self._together(items)
        except Exception as error:  # noqa: BLE001 - the caller of each item gets its own
            results = [error] if len(items) == 1 else await self._one_by_one(items)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue  # its caller was cancelled
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    async def _together(self, items: Sequence[T]) -> Sequence[R | Exception]:
        rows = sum([self._rows(item) for item in items])
        return await self._database.write(partial(self._work, items), rows=rows)

    async def _one_by_one(self, items: Sequence[T]) -> list[R | Exception]:
        results: list[R | Exception] = []
        failures: list[Exception] = []
        for item in items:
            if len(failures) < _MOST_FAILURES:
                try:
                    results += await self._together([item])
                except Exception as error:  # noqa: BLE001 - the caller of this item gets it
                    failures.append(error)
                else:
                    failures.clear()
                    continue
            results.append(failures[-1])
        return results

    def _take(self) -> list[tuple[T, asyncio.Future[R]]]:
        batch: list[tuple[T, asyncio.Future[R]]] = []
        rows = 0
        while self._waiting and len(batch) < self._most:
            rows += self._rows(self._waiting[0][0])
            if batch and rows > self._most_rows:
                break
            batch.append(self._waiting.popleft())
        return batch
