"""Gather what many callers write into few transactions.

A transaction costs as much for one row as for thirty. While one runs, what arrives is gathered for the next: so a lone
caller waits for nobody, and many callers share.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from amity.storage.database import Database, Transaction

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T], Transaction], Awaitable[Sequence[R | Exception]]]


class Gatherer(Generic[T, R]):
    """Writes items in the order of their arrival.

    ``work`` writes some in one transaction, and returns a result for each, or an exception that its caller is to get;
    what it raises itself, all of them get. ``rows`` is about how many rows an item writes.
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
        rows = sum([self._rows(item) for item, _ in batch])
        results: Sequence[R | Exception]
        try:
            results = await self._database.write(partial(self._work, [item for item, _ in batch]), rows=rows)
        except Exception as error:  # noqa: BLE001 - each caller gets it
            results = [error] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue  # its caller was cancelled
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _take(self) -> list[tuple[T, asyncio.Future[R]]]:
        batch: list[tuple[T, asyncio.Future[R]]] = []
        rows = 0
        while self._waiting and len(batch) < self._most:
            rows += self._rows(self._waiting[0][0])
            if batch and rows > self._most_rows:
                break
            batch.append(self._waiting.popleft())
        return batch
