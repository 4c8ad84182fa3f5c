"""Transactions that wait are run one after the other and committed together.

The statements of small transactions run on the event loop, a few milliseconds of them at most; only what waits for the
disk, the commit, runs in a thread, and meanwhile the next group gathers. In a thread of their own the statements, each
a few microseconds, would hand Python's lock to and fro with the loop: on one core that cost more than they do. Large
transactions run in the thread as a whole. Small ones go first, so that nobody waits behind many large imports: after
each group of small transactions comes at most one large one.

Within a group there is no savepoint: that would cost each transaction two statements. If one fails, the group is undone
and its members run again, each behind a savepoint of its own.
"""

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from amity.errors import Code, ImError
from amity.storage.checkpoint import Checkpoint
from amity.storage.database import Dialect, Row, Transaction, translate
from amity.storage.lists import adapt
from amity.storage.worker import Worker

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[Any]]
_log = logging.getLogger(__name__)

LARGE = 256
"""Rows from which a transaction is large and commits alone."""
GROUP_ROWS = 1024
"""Rows after which a group of small ones is full: about five milliseconds."""
GROUP_JOBS = 256
"""Transactions at which a group waits for no more."""
_BUSY_MILLISECONDS = 5000
"""How long the thread waits for another program that writes to the file; the event loop does not."""


class _Job:
    __slots__ = ("error", "future", "result", "rows", "work")

    def __init__(self, work: Work, rows: int, future: asyncio.Future[Any]) -> None:
        self.work = work
        self.rows = rows
        self.future = future
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
    """Owns the writing connection. ``observe`` is told the size and the seconds of each commit."""

    def __init__(
        self, connection: sqlite3.Connection, checkpoint: Checkpoint, observe: Callable[[int, float], None]
    ) -> None:
        self._connection = connection
        self._checkpoint = checkpoint
        self._transaction = _SqliteTransaction(connection)
        self._observe = observe
        self._small: deque[_Job] = deque()
        self._large: deque[_Job] = deque()
        self._large_next = False
        self._arrived = 0
        self._busy = False
        self._closing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._worker = Worker("amity-write")
        connection.execute("pragma busy_timeout = 0")

    async def submit(self, work: Callable[[Transaction], Awaitable[T]], rows: int) -> T:
        """Run ``work`` in the next group and return its result once the group is on disk."""
        if self._closing:
            raise ImError(Code.DATABASE, "the database is closed")
        loop = asyncio.get_running_loop()
        job = _Job(work, rows, loop.create_future())
        (self._large if rows >= LARGE else self._small).append(job)
        self._arrived += 1
        self._wake(loop)
        result: T = await job.future
        return result

    async def close(self) -> None:
        """Finish what was submitted, then close the connection."""
        self._closing = True
        await self._idle.wait()
        await asyncio.get_running_loop().run_in_executor(None, self._checkpoint.stop)
        self._worker.stop()
        self._connection.close()

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._busy:
            self._busy = True
            self._idle.clear()
            loop.call_soon(self._gather, loop, self._arrived)

    def _gather(self, loop: asyncio.AbstractEventLoop, arrived: int) -> None:
        """Wait while each turn of the loop brings another transaction: a commit costs the same for one as for thirty,
        and as long as the loop has callers to serve, time is not lost."""
        if self._arrived > arrived and len(self._small) + len(self._large) < GROUP_JOBS:
            loop.call_soon(self._gather, loop, self._arrived)
        else:
            self._next(loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin the next group, or come to rest."""
        began = time.perf_counter()
        if self._checkpoint.rest_waits:
            self._worker.do(loop, partial(self._checkpoint.finish, self._connection), partial(self._finished, loop))
            return
        if self._large and (self._large_next or not self._small) and not self._checkpoint.under_way:
            group = [self._large.popleft()]
            self._large_next = False
            commit = self._run_and_commit
        elif self._small:
            group = self._take_small()
            self._large_next = True
            commit = self._commit if self._run(group) else self._run_and_commit
        else:
            self._busy = False
            if not self._large:  # else they wait for the checkpoint, which wakes the writer
                self._idle.set()
            return

        def ended() -> None:
            self._observe(len(group), time.perf_counter() - began)
            _settle(group)
            self._checkpoint.wrote(loop, sum([job.rows for job in group]), partial(self._wake, loop))
            loop.call_soon(self._gather, loop, self._arrived)

        self._worker.do(loop, partial(commit, group), ended)

    def _finished(self, loop: asyncio.AbstractEventLoop) -> None:
        self._checkpoint.finished()
        self._next(loop)

    def _take_small(self) -> list[_Job]:
        group: list[_Job] = []
        rows = 0
        while self._small and rows < GROUP_ROWS:
            group.append(self._small.popleft())
            rows += group[-1].rows
        return group

    def _run(self, group: list[_Job]) -> bool:
        """Run a group's statements and leave its transaction open; where one fails, undo all and return ``False``."""
        try:
            self._connection.execute("begin immediate")
            for job in group:
                job.result = _drive(job.work, self._transaction)
        except BaseException:  # noqa: BLE001 - whatever it is, it comes again where it can be told to its caller
            self._undo()
            return False
        return True

    def _commit(self, group: list[_Job]) -> None:
        try:
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - its callers hear it, and the writer lives
            self._undo()
            for job in group:
                job.error = error

    def _run_and_commit(self, group: list[_Job]) -> None:
        """Run a group, each of several members behind a savepoint, so that only those that fail are undone. One alone
        needs none: behind one SQLite keeps every page as it was before."""
        try:
            self._connection.execute(f"pragma busy_timeout = {_BUSY_MILLISECONDS}")
            self._connection.execute("begin immediate")
            if len(group) == 1:
                group[0].result = _drive(group[0].work, self._transaction)
            else:
                for job in group:
                    self._run_undoably(job)
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - its callers hear it, and the writer lives
            self._undo()
            for job in group:
                job.error = job.error or error
        finally:
            self._connection.execute("pragma busy_timeout = 0")

    def _run_undoably(self, job: _Job) -> None:
        self._connection.execute("savepoint job")
        try:
            job.result = _drive(job.work, self._transaction)
        except BaseException as error:
            if not self._connection.in_transaction:
                raise  # a full disk or a failing one ends the whole transaction, not one statement
            job.error = error
            self._connection.execute("rollback to job")
        self._connection.execute("release job")

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
        except sqlite3.Error:
            _log.exception("a transaction could not be rolled back")


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
