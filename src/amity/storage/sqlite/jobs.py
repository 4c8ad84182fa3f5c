"""Transactions as SQLite's writer queues them: the work, its caller's context, and the outcome."""

import asyncio
import contextvars
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from amity.errors import Code, ImError
from amity.storage.after_commit import Follow, run_all
from amity.storage.database import Transaction
from amity.storage.sqlite.transaction import SqliteTransaction

Work = Callable[[Transaction], Awaitable[Any]]
_log = logging.getLogger(__name__)


class Job:
    """One transaction. Create it in the context of its caller; it runs in that context, whatever else is in its
    group."""

    __slots__ = ("context", "error", "follows", "future", "result", "rows", "work")

    def __init__(self, work: Work, rows: int, future: asyncio.Future[Any]) -> None:
        self.work = work
        self.rows = rows
        """The caller's estimate; after the run, the number of rows written."""
        self.future = future
        self.context = contextvars.copy_context()
        self.result: Any = None
        self.follows: Sequence[Follow] = ()
        self.error: BaseException | None = None

    def run(self, transaction: SqliteTransaction) -> None:
        """Run the work to its end, and keep its result, its rows and its callbacks after the commit. Raises what it
        raises."""
        self.result = self.context.run(drive, self.work, transaction)
        self.rows, self.follows = transaction.written, transaction.follows


def drive(work: Work, transaction: Transaction) -> Any:
    """Run a transaction's coroutine to its end. It awaits nothing but the transaction, so it never suspends."""
    coroutine = work(transaction)
    try:
        coroutine.send(None)  # type: ignore[attr-defined]
    except StopIteration as end:
        return end.value
    coroutine.close()  # type: ignore[attr-defined]
    raise RuntimeError("a transaction awaited something other than its database")


def fail(group: list[Job], error: BaseException) -> None:
    """Mark a group as failed. Jobs that failed before keep their own error."""
    for job in group:
        job.error = job.error or error


def settle(group: list[Job]) -> None:
    """Deliver each transaction's outcome to its caller. Called on the event loop."""
    for job in group:
        if job.error is None and job.follows:
            job.context.run(run_all, job.follows)
        if job.future.done():
            continue  # the caller was cancelled; the transaction's outcome does not depend on that
        if job.error is None:
            job.future.set_result(job.result)
        elif isinstance(job.error, sqlite3.Error):
            job.context.run(_log.error, "the database failed: %s", job.error)
            refusal = ImError(Code.DATABASE, "the database could not store this; nothing was written")
            refusal.__cause__ = job.error
            job.future.set_exception(refusal)
        else:
            job.future.set_exception(job.error)
