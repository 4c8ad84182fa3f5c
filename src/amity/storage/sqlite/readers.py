"""Reads of SQLite in threads, each with a connection of its own."""

import asyncio
import sqlite3
from collections.abc import Sequence

from amity import metrics
from amity.errors import Code, ImError
from amity.storage.bounded_reads import FEW, MOST_BYTES, PORTION, is_bounded, size_of, too_large
from amity.storage.database import Row, translate
from amity.storage.sqlite.lists import adapt
from amity.storage.sqlite.worker import Worker
from amity.storage.turns import Turns

_INTERRUPT_EVERY = 0.05
"""Seconds after which a read is interrupted again: an interrupt before the read's first step has no effect."""


class Readers:
    """One thread for each connection. ``turns`` has as many slots; a read takes at most ``seconds``."""

    def __init__(
        self, name: str, connections: Sequence[sqlite3.Connection], turns: Turns, seconds: float | None = None
    ) -> None:
        self.turns = turns
        self._idle = [_Reader(Worker(name), connection) for connection in connections]
        self._under_way: set[_Read] = set()
        self._seconds = seconds

    async def fetch(self, sql: str, args: tuple[object, ...]) -> Sequence[Row]:
        """Run one read when it is its turn.

        Raises what ``Turns.take`` raises, ``ImError`` with ``READS_LIMIT`` (1355) after ``seconds``, and with
        ``DATABASE`` (90002). If the task is cancelled, the read is interrupted, and its thread is free once the read
        has ended.
        """
        caller = await self.turns.take()
        loop = asyncio.get_running_loop()
        reader = self._idle.pop()
        read = _Read(loop, reader.connection, sql, args)

        def done() -> None:
            read.ended()
            self._under_way.discard(read)
            self._idle.append(reader)
            self.turns.give_back(caller)

        self._under_way.add(read)
        if self._seconds is not None:
            read.limit(self._seconds)
        reader.worker.do(loop, read.run, done)
        try:
            return await read.result
        except asyncio.CancelledError:
            read.stop()
            raise

    async def close(self) -> None:
        """Interrupt reads that have a limit, wait for the others, and close the connections."""
        if self._seconds is not None:
            for read in self._under_way:
                read.stop()
        await self.turns.close()
        for reader in self._idle:
            reader.worker.stop()
            reader.connection.close()


def in_portions(cursor: sqlite3.Cursor) -> Sequence[Row]:
    """Return all rows. Raises ``ImError``, ``ARGS`` (1001), once they exceed any answer's size."""
    rows: list[Row] = cursor.fetchmany(FEW)
    if len(rows) < FEW:
        return rows
    size = size_of(rows)
    while portion := cursor.fetchmany(PORTION):
        size += size_of(portion)
        if size > MOST_BYTES:
            raise too_large()
        rows += portion
    return rows


class _Reader:
    __slots__ = ("connection", "worker")

    def __init__(self, worker: Worker, connection: sqlite3.Connection) -> None:
        self.worker = worker
        self.connection = connection


class _Read:
    """One read. ``run`` is called in the thread, all else on the event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, connection: sqlite3.Connection, sql: str, args: tuple[object, ...]
    ) -> None:
        self.result: asyncio.Future[Sequence[Row]] = loop.create_future()
        self._loop = loop
        self._connection = connection
        self._sql = sql
        self._args = args
        self._is_bounded = is_bounded()
        self._rows: Sequence[Row] = ()
        self._error: Exception | None = None
        self._is_stopped = False
        self._took_too_long = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def run(self) -> None:
        if self._is_stopped:
            self._error = sqlite3.OperationalError("interrupted")
            return
        try:
            cursor = self._connection.execute(translate(self._sql, "sqlite"), adapt(self._args))
            self._rows = in_portions(cursor) if self._is_bounded else cursor.fetchall()
        except Exception as error:  # noqa: BLE001 - the caller gets the error, and the thread continues
            self._error = error

    def limit(self, seconds: float) -> None:
        """Stop the read after ``seconds``."""
        self._timer = self._loop.call_later(seconds, self._expire, seconds)

    def _expire(self, seconds: float) -> None:
        self._took_too_long = seconds
        self.stop()

    def stop(self) -> None:
        """Interrupt the read, repeatedly until it has ended."""
        if self._timer is not None:
            self._timer.cancel()
        self._is_stopped = True
        self._connection.interrupt()
        self._timer = self._loop.call_later(_INTERRUPT_EVERY, self.stop)

    def ended(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self.result.done():
            return  # the caller was cancelled
        if self._error is None:
            self.result.set_result(self._rows)
        elif self._took_too_long:
            metrics.read_refused("scan", "time")
            refusal = ImError(
                Code.READS_LIMIT, f"the search took too long, ask for less (limit {self._took_too_long:g} s)"
            )
            self.result.set_exception(refusal)
        elif isinstance(self._error, sqlite3.Error):
            refusal = ImError(Code.DATABASE, "the database could not be read")
            refusal.__cause__ = self._error
            self.result.set_exception(refusal)
        else:
            self.result.set_exception(self._error)
