"""Transactions that wait are run one after the other and committed together.

The statements of small transactions run on the event loop, a few milliseconds of them at most; only what waits for the
disk, the commit, runs in a thread, and meanwhile the next group gathers. In a thread of their own the statements, each
a few microseconds, would hand Python's lock to and fro with the loop: on one core that cost more than they do. Large
transactions run in the thread as a whole. Small ones go first, so that nobody waits behind many large imports: after
each group of small transactions comes at most one large one.

Within a group there is no savepoint: that would cost each transaction two statements. If one fails, the group is undone
and its members run again, each behind a savepoint of its own.

Whether a transaction is large, its caller guesses (``write(rows=...)``) and the transaction counts
(``sqlite_transaction.py``). One that is too large for the loop is undone with its group and becomes a large one; the
others of the group run again.

Each transaction runs in the context (``contextvars``) of its own caller, and what concerns it alone is logged there;
the writer itself runs in a context of nobody.

States of the writer, and what ends each:

- *at rest*: nothing waits, or only large ones that a checkpoint holds up. ``submit``, or the end of the checkpoint.
- *gathering*: transactions arrive. The first turn of the loop that brings none, or ``GROUP_JOBS`` of them.
- *running*, on the loop: a group of small ones, up to ``GROUP_ROWS`` rows and ``GROUP_SECONDS``. Its last statement:
  *committing*; a statement that fails: *running in the thread*; one too large: *gathering*, with that one among the
  large.
- *committing*, in the thread: *gathering*.
- *running in the thread*: one large transaction, or a group of which one has failed, and the commit. *gathering*.
- *carrying over*, in the thread: what a checkpoint has left. *gathering*.
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
from amity.storage.checkpoint import Checkpoint
from amity.storage.database import LARGE, Transaction
from amity.storage.jobs import Job, fail, settle
from amity.storage.sqlite_transaction import SqliteTransaction, TooLargeError
from amity.storage.worker import Worker

T = TypeVar("T")
_log = logging.getLogger(__name__)

GROUP_ROWS = 1024
"""Rows after which a group of small ones is full: about five milliseconds."""
GROUP_SECONDS = 0.005
"""Time after which it is full however few they are."""
GROUP_JOBS = 256
"""Transactions at which a group waits for no more."""
_BUSY_MILLISECONDS = 5000
"""How long the thread waits for another program that writes to the file; the event loop does not."""


class GroupCommit:
    """Has the writing connection for itself until ``close``. ``observe`` is told the size and the seconds of each
    commit; ``require_in_place`` raises ``sqlite3.Error`` when nothing may be written any more."""

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
        """Finish what was submitted. The connection is open and its owner's then."""
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
        """Wait while each turn of the loop brings another transaction: a commit costs the same for one as for thirty,
        and as long as the loop has callers to serve, time is not lost."""
        if self._arrived > arrived and len(self._small) + len(self._large) < GROUP_JOBS:
            loop.call_soon(self._gather, loop, self._arrived)
        else:
            self._next(loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin the next group, or come to rest."""
        began = monotonic()
        if self._checkpoint.rest_waits:
            self._worker.do(loop, partial(self._checkpoint.finish, self._connection), partial(self._finished, loop))
            return
        is_large = self._large and (self._large_next or not self._small) and not self._checkpoint.under_way
        group = [self._large.popleft()] if is_large else self._take_small()
        if not group:
            self._busy = False
            if not self._large:  # else they wait for the checkpoint, which wakes the writer
                self._idle.set()
            return
        try:
            self._require_in_place()
            commit = self._run_and_commit if is_large or not self._run(group) else self._commit
        except TooLargeError as too_large:
            self._move(group, too_large)
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
        """Run a group's statements and leave its transaction open; what there is no time for goes back, at the end of
        ``group``. Where one fails, undo all and return ``False``. Raises ``TooLargeError`` about the last of ``group``.
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
        except BaseException:  # noqa: BLE001 - whatever it is, it comes again where it can be told to its caller
            self._undo()
            return False
        finally:
            self._transaction.leave_loop()
        self._put_back(group, done)
        return True

    def _put_back(self, group: list[Job], kept: int) -> None:
        """Have all but the first ``kept`` of a group wait again, before whatever came after them."""
        self._small.extendleft(reversed(group[kept:]))
        del group[kept:]

    def _move(self, group: list[Job], too_large: TooLargeError) -> None:
        """Make a large transaction of the last of a group, and have the others run again."""
        job = group[-1]
        self._put_back(group, 0)
        self._small.remove(job)
        self._large.append(job)
        metrics.moved_off_loop("transaction", "said" if too_large.was_said else "found")
        if not too_large.was_said:
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
        except BaseException as error:  # noqa: BLE001 - its callers hear it, and the writer lives
            self._undo()
            fail(group, error)

    def _run_and_commit(self, group: list[Job]) -> None:
        """Run a group, each of several members behind a savepoint, so that only those that fail are undone. One alone
        needs none: behind one SQLite keeps every page as it was before."""
        try:
            self._connection.execute(f"pragma busy_timeout = {_BUSY_MILLISECONDS}")
            self._connection.execute("begin immediate")
            if len(group) == 1:
                self._run_one(group[0])
            else:
                for job in group:
                    self._run_undoably(job)
            self._connection.execute("commit")
        except BaseException as error:  # noqa: BLE001 - its callers hear it, and the writer lives
            self._undo()
            fail(group, error)
        finally:
            self._connection.execute("pragma busy_timeout = 0")

    def _run_one(self, job: Job) -> None:
        self._transaction.begin(on_loop=False)
        job.run(self._transaction)

    def _run_undoably(self, job: Job) -> None:
        self._connection.execute("savepoint job")
        try:
            self._run_one(job)
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
