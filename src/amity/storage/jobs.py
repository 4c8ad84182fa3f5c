"""Transactions as SQLite's writer has them: what to run, for whom, and what became of it."""

import asyncio
import contextvars
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from amity.errors import Code, ImError
from amity.storage.database import Transaction
from amity.storage.following import Follow, run_all
from amity.storage.sqlite_transaction import SqliteTransaction

Work = Callable[[Transaction], Awaitable[Any]]
_log = logging.getLogger(__name__)


class Job:
    """One transaction. Make it in the context of its caller: there it runs, whoever else's stand in its group."""

    __slots__ = ("context", "error", "follows", "future", "result", "rows", "work")

    def __init__(self, work: Work, rows: int, future: asyncio.Future[Any]) -> None:
        self.work = work
        self.rows = rows
        """What its caller guesses, and what it has written once it has run."""
        self.future = future
        self.context = contextvars.copy_context()
        self.result: Any = None
        self.follows: Sequence[Follow] = ()
        self.error: BaseException | None = None

    def run(self, transaction: SqliteTransaction) -> None:
        """Run it to its end, and keep its result, its rows and what is to follow its commit. Raises what it raises."""
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
    """Have a group fail as a whole; those that failed before keep their own error."""
    for job in group:
        job.error = job.error or error


def settle(group: list[Job]) -> None:
    """Tell each caller what became of its transaction. Called on the event loop."""
    for job in group:
        if job.error is None and job.follows:
            job.context.run(run_all, job.follows)
        if job.future.done():
            continue  # the caller was cancelled; its transaction stands or fell without it
        if job.error is None:
            job.future.set_result(job.result)
        elif isinstance(job.error, sqlite3.Error):
            job.context.run(_log.error, "the database failed: %s", job.error)
            refusal = ImError(Code.DATABASE, "the database could not store this; nothing was written")
            refusal.__cause__ = job.error
            job.future.set_exception(refusal)
        else:
            job.future.set_exception(job.error)
