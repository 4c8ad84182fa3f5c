"""Group commit: waiting transactions run one after the other and are committed together.

The statements of small transactions run on the event loop, for a few milliseconds at most. Only the commit, which waits
for the disk, runs in a thread, and the next group gathers meanwhile. Each statement takes a few microseconds. In a
thread of their own they would pass the GIL between thread and loop for each, which on one core costs more than the
statements themselves. Large transactions run in the thread as a whole. Small ones go first, so that nobody waits behind
many large imports: at most one large transaction follows each group of small ones.

A group has no savepoints, because they would cost each transaction two statements. If one transaction fails, the group
is rolled back and its members run again, each behind a savepoint.

A transaction is large if its caller says so (``write(rows=...)``) or if it counts too many rows itself
(``transaction.py``). One that turns out too large for the loop is rolled back with its group and becomes a large
one; the others of the group run again.

Each transaction runs in the context (``contextvars``) of its caller, and log lines about it alone have that context.
The writer itself runs in an empty context.

States of the writer, and what ends each:

- *at rest*: nothing waits, or only large transactions that wait for a checkpoint. Ends with ``submit``, or with the end
  of the checkpoint: *gathering*.
- *gathering*: transactions arrive. Ends with the first turn of the loop that brings none, or with ``GROUP_JOBS`` of
  them: *running*.
- *running*, on the loop: a group of small transactions, up to ``GROUP_ROWS`` rows and ``GROUP_SECONDS``. Ends with its
  last statement: *committing*; with a statement that fails: *running in the thread*; with a transaction that is too
  large: *gathering*, with that one among the large.
- *committing*, in the thread. Then: *gathering*.
- *running in the thread*: one large transaction, or a group of which one has failed, and the commit. Then: *gathering*.
- *checkpointing*, in the thread: the remainder of a checkpoint. Then: *running*.
"""

import asyncio
import contextvars
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from amity import metrics
from amity.clock import monotonic
from amity.errors import Code, ImError
from amity.storage.database import LARGE, Transaction
from amity.storage.sqlite.checkpoint import Checkpoint
from amity.storage.sqlite.jobs import Job, fail, settle
from amity.storage.sqlite.transaction import SqliteTransaction, TooLargeError
from amity.storage.sqlite.worker import Worker

T = TypeVar("T")
_log = logging.getLogger(__name__)

GROUP_ROWS = 1024
"""Rows after which a group of small transactions is full: about five milliseconds."""
GROUP_SECONDS = 0.005
"""Time after which a group is full, however few transactions it has."""
GROUP_JOBS = 256
"""Number of transactions that a group does not wait beyond."""
_BUSY_MILLISECONDS = 5000
"""How long the thread waits for another program that writes to the file. The event loop does not wait."""


class GroupCommit:
    """The only user of the writing connection until ``close``.

    ``observe`` receives the size and the seconds of each commit. ``require_in_place`` raises ``sqlite3.Error`` if
    nothing may be written any more.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        checkpoint: Checkpoint,
        observe: Callable[[int, float], None],
        require_in_place: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._checkpoint = checkpoint
        self._require_in_place = require_in_place
        self._context = contextvars.Context()
        self._transaction = SqliteTransaction(connection)
        self._observe = observe
        self._small: deque[Job] = deque()
        self._large: deque[Job] = deque()
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
        job = Job(work, rows, loop.create_future())
        (self._large if rows >= LARGE else self._small).append(job)
        self._arrived += 1
        self._wake(loop)
        result: T = await job.future
        return result

    async def close(self) -> None:
        """Finish what was submitted. The connection stays open, and its owner may use it then."""
        self._closing = True
        await self._idle.wait()
        await asyncio.get_running_loop().run_in_executor(None, self._checkpoint.stop)
        self._worker.stop()

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._busy:
            self._busy = True
            self._idle.clear()
            loop.call_soon(self._gather, loop, self._arrived, context=self._context)

    def _gather(self, loop: asyncio.AbstractEventLoop, arrived: int) -> None:
        """Wait while each turn of the loop brings another transaction.

        A commit costs the same for one transaction as for thirty, and no time is lost while the loop has callers to
        serve.
        """
        if self._arrived > arrived and len(self._small) + len(self._large) < GROUP_JOBS:
            loop.call_soon(self._gather, loop, self._arrived)
        else:
            self._next(loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the next group, or come to rest."""
        began = monotonic()
        if self._checkpoint.has_remainder:
            self._worker.do(loop, partial(self._checkpoint.finish, self._connection), partial(self._finished, loop))
            return
        is_large = self._large and (self._large_next or not self._small) and not self._checkpoint.under_way
        group = [self._large.popleft()] if is_large else self._take_small()
        if not group:
            self._busy = False
            if not self._large:  # else the end of the checkpoint wakes the writer
                self._idle.set()
            return
        try:
            self._require_in_place()
            commit = self._run_and_commit if is_large or not self._run(group) else self._commit
        except TooLargeError as too_large:
            self._make_large(group, too_large)
            loop.call_soon(self._gather, loop, self._arrived)
            return
        except sqlite3.Error as error:
            fail(group, error)
            settle(group)
            loop.call_soon(self._gather, loop, self._arrived)
            return
        self._large_next = not is_large

        def ended() -> None:
            self._observe(len(group), monotonic() - began)
            settle(group)
            self._checkpoint.wrote(loop, sum([job.rows for job in group]), partial(self._wake, loop))
            loop.call_soon(self._gather, loop, self._arrived)

        self._worker.do(loop, partial(commit, group), ended)

    def _finished(self, loop: asyncio.AbstractEventLoop) -> None:
        self._checkpoint.finished()
        self._next(loop)

    def _take_small(self) -> list[Job]:
        group: list[Job] = []
        rows = 0
        while self._small and rows < GROUP_ROWS:
            group.append(self._small.popleft())
            rows += group[-1].rows
        return group

    def _run(self, group: list[Job]) -> bool:
        """Run a group's statements and leave the transaction open.

        Transactions that the time does not suffice for are removed from the end of ``group`` and wait again. If one
        fails, roll back all and return ``False``. Raises ``TooLargeError`` about the last transaction of ``group``.
        """
        until = monotonic() + GROUP_SECONDS
        done = 0
        try:
            self._connection.execute("begin immediate")
            for job in group:
                self._transaction.begin(on_loop=True)
                job.run(self._transaction)
                done += 1
                if monotonic() > until:
                    break
        except TooLargeError:
            self._undo()
            self._put_back(group, done + 1)
            raise
        except BaseException:  # noqa: BLE001 - the error recurs in the thread, which passes it to its caller
            self._undo()
            return False
        finally:
            self._transaction.leave_loop()
        self._put_back(group, done)
        return True

    def _put_back(self, group: list[Job], kept: int) -> None:
        """Queue all but the first ``kept`` of a group again, before those that arrived later."""
        self._small.extendleft(reversed(group[kept:]))
        del group[kept:]

    def _make_large(self, group: list[Job], too_large: TooLargeError) -> None:
        """Turn the last transaction of a group into a large one, and queue the others again."""
        job = group[-1]
        self._put_back(group, 0)
        self._small.remove(job)
        self._large.append(job)
        metrics.moved_off_loop("transaction", "said" if too_large.was_announced else "found")
        if not too_large.was_announced:
            job.context.run(
                _log.warning,
                "%s: a transaction of %d rows by its own count turned out too large for the event loop: %s",
                getattr(job.work, "__qualname__", type(job.work).__name__),
                job.rows,
                too_large,
            )

    def _commit(self, group: list[Job]) -> None:
        try:
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - the callers get the error, and the writer continues
            self._undo()
            fail(group, error)

    def _run_and_commit(self, group: list[Job]) -> None:
        """Run and commit a group. If it has several members, each runs behind a savepoint, so that only those that fail
        are rolled back. A single one needs none, and a savepoint makes SQLite keep the old state of every page."""
        try:
            self._connection.execute(f"pragma busy_timeout = {_BUSY_MILLISECONDS}")
            self._connection.execute("begin immediate")
            if len(group) == 1:
                self._run_one(group[0])
            else:
                for job in group:
                    self._run_behind_savepoint(job)
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - the callers get the error, and the writer continues
            self._undo()
            fail(group, error)
        finally:
            self._connection.execute("pragma busy_timeout = 0")

    def _run_one(self, job: Job) -> None:
        self._transaction.begin(on_loop=False)
        job.run(self._transaction)

    def _run_behind_savepoint(self, job: Job) -> None:
        self._connection.execute("savepoint job")
        try:
            self._run_one(job)
        except BaseException as error:
            if not self._connection.in_transaction:
                raise  # a full or failing disk ends the whole transaction, not one statement
            job.error = error
            self._connection.execute("rollback to job")
        self._connection.execute("release job")

    def _undo(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
        except sqlite3.Error:
            _log.exception("a transaction could not be rolled back")
