"""Gather what many callers write into few transactions.

A transaction costs as much for one row as for thirty. While one runs, what arrives is gathered for the next: so a lone
caller waits for nobody, and many callers share. A second one is made beside it while so many wait that it is full, or
once the first has waited long for the database.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Final, Generic, TypeVar

from amity.storage.database import Database, Transaction

LATE_SECONDS: Final = 0.1
"""How long a transaction may last before others need not fill one to be written beside it."""
_MOST_FAILURES: Final = 3
"""Items in a row that fail alone, after which the database is taken to fail and the rest is not tried."""
_LOOKED_THROUGH: Final = 4
"""Transactions' worth of items that are looked through for those that may be written beside another transaction."""

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T], Transaction], Awaitable[Sequence[R | Exception]]]


class Gatherer(Generic[T, R]):
    """Writes items, up to ``at_once`` transactions at a time.

    Items with the same ``apart`` are in one transaction at a time, and in the order of their arrival. ``work`` writes
    some in one transaction, and returns a result for each, or an exception that its caller is to get. If it raises
    itself, the items are written one by one, so that one of them fails alone. It must therefore find what it wrote
    before: a transaction whose commit was not confirmed may be stored. ``rows`` is about how many rows an item writes.
    """

    def __init__(
        self,
        database: Database,
        work: "Work[T, R]",
        rows: Callable[[T], int],
        *,
        most: int = 128,
        most_rows: int = 250,
        at_once: int = 1,
        apart: Callable[[T], Hashable] = lambda _: None,
    ) -> None:
        self._database = database
        self._work = work
        self._rows = rows
        self._most = most
        self._most_rows = most_rows
        self._at_once = at_once
        self._apart = apart
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = 0
        self._late = 0
        """Transactions that last longer than ``LATE_SECONDS``."""
        self._under_way: set[Hashable] = set()
        self._lacking = 0
        """If what waits was looked through in vain since a transaction ended: how many items have to come before it is
        worth another look, of those that are not kept apart from what is under way."""

    async def write(self, item: T) -> R:
        """Write an item, and return its result once that is durable. If the caller is cancelled it is written all the
        same."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._running:
            self._start()
        elif self._running < self._at_once and (len(self._waiting) >= self._most or self._late):
            if self._lacking and self._apart(item) not in self._under_way:
                self._lacking -= 1
            if not self._lacking:
                self._start()
        return await future

    def _start(self) -> None:
        self._running += 1
        task = asyncio.create_task(self._run(), name="gathered writes")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # what arrives in the same turn of the loop belongs to the first transaction
            while batch := self._take():
                await self._write_some(batch)
        finally:
            self._running -= 1

    async def _write_some(self, batch: list[tuple[T, "asyncio.Future[R]"]]) -> None:
        items = [item for item, _ in batch]
        results: Sequence[R | Exception]
        own = {self._apart(item) for item in items} if self._at_once > 1 else set()
        is_late = False

        def become_late() -> None:
            nonlocal is_late
            is_late = True
            self._late += 1
            self._lacking = 0
            if self._waiting and self._running < self._at_once:
                self._start()

        self._under_way |= own
        timer = asyncio.get_running_loop().call_later(LATE_SECONDS, become_late)
        try:
            results = await self._together(items)
        except Exception as error:  # noqa: BLE001 - the caller of each item gets its own
            results = [error] if len(items) == 1 else await self._one_by_one(items)
        finally:
            timer.cancel()
            self._late -= is_late
            self._under_way -= own
            self._lacking = 0
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
        """Return what the next transaction writes."""
        if self._running > 1:
            return self._take_beside()
        batch: list[tuple[T, asyncio.Future[R]]] = []
        rows = 0
        while self._waiting and len(batch) < self._most:
            rows += self._rows(self._waiting[0][0])
            if batch and rows > self._most_rows:
                break
            batch.append(self._waiting.popleft())
        return batch

    def _take_beside(self) -> list[tuple[T, asyncio.Future[R]]]:
        """Return what is written beside another transaction: nothing, unless it is full or the other one is late."""
        if len(self._waiting) < self._most and not self._late:
            return []
        most = len(self._waiting) if self._late else min(len(self._waiting), _LOOKED_THROUGH * self._most)
        looked = [self._waiting.popleft() for _ in range(most)]
        batch: list[tuple[T, asyncio.Future[R]]] = []
        left: list[tuple[T, asyncio.Future[R]]] = []
        rows = 0
        is_full = False
        for each in looked:
            if is_full or self._apart(each[0]) in self._under_way:
                left.append(each)
                continue
            rows += self._rows(each[0])
            if batch and rows > self._most_rows:
                is_full = True
                left.append(each)
            else:
                batch.append(each)
                is_full = len(batch) == self._most
        if not batch or not (is_full or self._late):
            self._lacking = 1 if self._late else self._most - len(batch)
            batch, left = [], looked
        self._waiting.extendleft(reversed(left))
        return batch
