"""The writer thread: transactions that wait are run one after the other and committed together.

Small ones first, so that nobody waits behind many large imports: after each group of small transactions comes at
most one large one. Within a group there is no savepoint: that would cost each transaction two statements. If one
fails, the group is undone and its members run again, each behind a savepoint of its own.
"""

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from amity.errors import Code, ImError
from amity.storage.database import Dialect, Row, Transaction, translate
from amity.storage.lists import adapt

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[Any]]
_log = logging.getLogger(__name__)

LARGE = 256
"""Rows from which a transaction is large and commits alone."""
GROUP_ROWS = 2048
"""Rows after which a group of small ones is full."""


class _Job:
    __slots__ = ("error", "future", "loop", "result", "rows", "work")

    def __init__(self, work: Work, rows: int, loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.rows = rows
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None


class _SqliteTransaction:
    """A ``Transaction`` whose awaits never suspend: the writer thread runs it without an event loop."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        return self._connection.execute(translate(sql, "sqlite"), adapt(args)).fetchall()

    async def execute_many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        return self._connection.executemany(translate(sql, "sqlite"), rows).rowcount


class GroupCommit:
    """Owns the writing connection and its thread. ``observe`` is told the size and the seconds of each commit."""

    def __init__(self, connection: sqlite3.Connection, observe: Callable[[int, float], None]) -> None:
        self._connection = connection
        self._transaction = _SqliteTransaction(connection)
        self._observe = observe
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._small: deque[_Job] = deque()
        self._large: deque[_Job] = deque()
        self._closing = False
        self._thread = Thread(target=self._run, name="amity-write", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[Transaction], Awaitable[T]], rows: int) -> T:
        """Run ``work`` in the next group and return its result once the group is on disk."""
        if self._closing:
            raise ImError(Code.DATABASE, "the database is closed")
        job = _Job(work, rows, asyncio.get_running_loop())
        self._queue.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Finish what was submitted, then end the thread. Blocks."""
        self._closing = True
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        large_next = False
        ended = False
        while True:
            ended = self._drain(block=not (self._small or self._large or ended)) or ended
            if not self._small and not self._large:
                if ended:
                    return
                continue
            if self._large and (large_next or not self._small):
                group, large_next = [self._large.popleft()], False
            else:
                group, large_next = self._take_small(), True
            self._commit(group)
            self._answer(group)

    def _drain(self, *, block: bool) -> bool:
        """Sort what has arrived into small and large; return whether the end was asked for."""
        ended = False
        while True:
            try:
                job = self._queue.get(block=block)
            except Empty:
                return ended
            block = False
            if job is None:
                ended = True
            else:
                (self._large if job.rows >= LARGE else self._small).append(job)

    def _take_small(self) -> list[_Job]:
        group: list[_Job] = []
        rows = 0
        while self._small and rows < GROUP_ROWS:
            group.append(self._small.popleft())
            rows += group[-1].rows
        return group

    def _commit(self, group: list[_Job]) -> None:
        began = time.perf_counter()
        try:
            self._connection.execute("begin immediate")
            for job in group:
                job.result = _drive(job.work, self._transaction)
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - whatever it is, the caller hears it and the thread lives
            self._undo()
            if len(group) == 1:
                group[0].error = error
            else:
                self._commit_apart(group)
        self._observe(len(group), time.perf_counter() - began)

    def _commit_apart(self, group: list[_Job]) -> None:
        """Run a group again, each member behind a savepoint, so that only those that fail are undone."""
        try:
            self._connection.execute("begin immediate")
            for job in group:
                self._connection.execute("savepoint job")
                try:
                    job.result = _drive(job.work, self._transaction)
                except BaseException as error:
                    if not self._connection.in_transaction:
                        raise  # a full disk or a failing one ends the whole transaction, not one statement
                    job.error = error
                    self._connection.execute("rollback to job")
                self._connection.execute("release job")
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - as above
            self._undo()
            for job in group:
                job.error = job.error or error

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
        except sqlite3.Error:
            _log.exception("a transaction could not be rolled back")

    def _answer(self, group: list[_Job]) -> None:
        try:
            group[0].loop.call_soon_threadsafe(_settle, group)
        except RuntimeError:  # the loop was closed under us: nobody is left to hear
            _log.warning("%d transactions ended after the event loop did", len(group))


def _settle(group: list[_Job]) -> None:
    for job in group:
        if job.future.done():
            continue  # the caller was cancelled; its transaction stands or fell without it
        if job.error is None:
            job.future.set_result(job.result)
        elif isinstance(job.error, sqlite3.Error):
            _log.error("the database failed: %s", job.error)
            refusal = ImError(Code.DATABASE, "the database could not store this; nothing was written")
            refusal.__cause__ = job.error
            job.future.set_exception(refusal)
        else:
            job.future.set_exception(job.error)


def _drive(work: Work, transaction: Transaction) -> Any:
    """Run a transaction's coroutine to its end. It awaits nothing but the transaction, so it never suspends."""
    coroutine = work(transaction)
    try:
        coroutine.send(None)  # type: ignore[attr-defined]
    except StopIteration as end:
        return end.value
    coroutine.close()  # type: ignore[attr-defined]
    raise RuntimeError("a transaction awaited something other than its database")
