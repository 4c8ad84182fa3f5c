"""PostgreSQL through a pool of asyncpg connections: plain SQL, ``unnest`` for lists, retries when the server asks for
it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg

from amity import metrics
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.storage.after_commit import Follow, run_all
from amity.storage.bounded_reads import MOST_BYTES, PORTION, is_bounded, size_of, too_large
from amity.storage.database import (
    SCAN_SECONDS,
    Dialect,
    Row,
    StorageError,
    Touched,
    Transaction,
    ignore_touched,
    translate,
)
from amity.storage.postgres.connecting import connect, is_pooled, located, open_pool
from amity.storage.postgres.failures import FAILURES, LOST, reason
from amity.storage.postgres.limits import SETTINGS, local
from amity.storage.postgres.migrating import migrate
from amity.storage.postgres.uses import Uses
from amity.storage.postgres.vital import Vital
from amity.storage.turns import Turns, long_turns, scan_turns, while_awaited

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

T = TypeVar("T")
_log = logging.getLogger(__name__)
_ATTEMPTS = 5
CONNECTIONS = 16
"""Connections of a process, unless it is set otherwise."""
UNKNOWN_OUTCOME = "the database went away while it stored this: whether it did is not known"
_REPLACE_SECONDS = 1.0
"""Minimum seconds between two replacements of all connections."""


class _PostgresTransaction:
    dialect: Dialect = "postgres"
    is_local = False

    def __init__(self, connection: "Connection", touches: Touched) -> None:
        self._connection = connection
        self._touched = touches
        self.follows: list[Follow] = []

    def after_commit(self, follow: Follow) -> None:
        self.follows.append(follow)

    def touches(self, users: Collection[int], groups: Collection[int] = ()) -> None:
        self._touched(users, groups)

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        return await self._connection.fetch(translate(sql, "postgres"), *args)

    fetch_long = fetch

    async def lock(self, sql: str, *args: object) -> None:
        await self.fetch(sql, *args)

    async def expect(self, rows: int) -> None:
        """Do nothing: no event loop waits for a transaction on the server."""

    async def execute_many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        text = translate(sql, "postgres")
        # The status of a statement ends in its count: "INSERT 0 1".
        statuses = [await self._connection.execute(text, *row) for row in rows]
        return sum(int(status.rpartition(" ")[2]) for status in statuses)


class Postgres:
    """A ``Database`` on a server. Open it with ``open_postgres``."""

    dialect: Dialect = "postgres"
    exclusive = False
    commits_in_order = False

    def __init__(
        self,
        pool: "Pool",
        opened: Callable[[], Awaitable["asyncpg.Connection[asyncpg.Record]"]],
        *,
        pooled: bool,
        connections: int,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        """``opened`` opens a connection beside those of the pool."""
        self._pool = pool
        self._uses = Uses(pool)
        self._vital = Vital(opened, silent=self._uses.became_silent, answers=self._uses.answers, pooled=pooled)
        self.touched: Touched = ignore_touched
        self._monotonic = clock.monotonic
        self._pooled = pooled
        # Behind a pooler the settings must be made in each transaction.
        self._settings = local(SETTINGS) if pooled else ""
        self._replaced_at = float("-inf")
        long, scans = shares(connections)
        self._long = long_turns(long)
        self._scans = scan_turns(scans)
        self._scanning: set[asyncio.Timeout] = set()

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        try:
            async with self._uses.connection() as connection:
                return await connection.fetch(translate(sql, "postgres"), *args)
        except FAILURES as error:
            raise ImError(Code.DATABASE, "the database could not be read") from error

    async def fetch_vital(self, sql: str, *args: object) -> Sequence[Row]:
        try:
            return await self._vital.fetch(translate(sql, "postgres"), *args)
        except FAILURES as error:
            raise ImError(Code.DATABASE, "the database did not answer in time") from error

    async def fetch_long(self, sql: str, *args: object) -> Sequence[Row]:
        in_portions = is_bounded() or self._pooled
        read = self._in_turn(self._long, self._in_portions(sql, args) if in_portions else self.fetch(sql, *args))
        return await (read if self._long.is_free() else while_awaited(read))

    async def fetch_scan(self, sql: str, *args: object) -> Sequence[Row]:
        return await while_awaited(self._in_turn(self._scans, self._scan(sql, args)))

    async def _in_turn(self, turns: Turns, read: Coroutine[Any, Any, Sequence[Row]]) -> Sequence[Row]:
        try:
            caller = await turns.take()
        except BaseException:
            read.close()
            raise
        try:
            return await read
        finally:
            turns.give_back(caller)

    async def _in_portions(self, sql: str, args: tuple[object, ...]) -> Sequence[Row]:
        try:
            async with self._reading() as connection:
                return await self._portions(connection, sql, args)
        except FAILURES as error:
            raise ImError(Code.DATABASE, "the database could not be read") from error

    async def _scan(self, sql: str, args: tuple[object, ...]) -> Sequence[Row]:
        begin = f"; set local statement_timeout = {int(SCAN_SECONDS * 1000)}"
        until = asyncio.timeout(None)
        self._scanning.add(until)
        try:
            async with until, self._reading(begin) as connection:
                return await self._portions(connection, sql, args)
        except asyncpg.QueryCanceledError as error:
            metrics.read_refused("scan", "time")
            raise ImError(
                Code.READS_LIMIT, f"the search took too long, ask for less (limit {SCAN_SECONDS:g} s)"
            ) from error
        except FAILURES as error:
            raise ImError(Code.DATABASE, "the database could not be read") from error
        finally:
            self._scanning.discard(until)

    @contextlib.asynccontextmanager
    async def _reading(self, settings: str = "") -> "AsyncIterator[Connection]":
        begin = f"begin read only{self._settings}{settings}"
        async with self._uses.connection() as connection, _transaction(connection, begin):
            yield connection

    async def _portions(self, connection: "Connection", sql: str, args: tuple[object, ...]) -> Sequence[Row]:
        """Return all rows of a read in a transaction. Raises ``ImError``, ``ARGS`` (1001), once they exceed any
        answer's size."""
        text = translate(sql, "postgres")
        if self._pooled:  # the driver's cursor would prepare its statement by name
            cursor = await (await connection.prepare(text, name="")).cursor(*args)
        else:
            cursor = await connection.cursor(text, *args)
        rows: list[Row] = []
        size = 0
        while portion := await cursor.fetch(PORTION):
            size += size_of([tuple(row) for row in portion])
            if size > MOST_BYTES and is_bounded():
                raise too_large()
            rows += portion
            if len(portion) < PORTION:
                break
        return rows

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            began = self._monotonic()
            try:
                return await self._transact(work)
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError) as error:
                if attempt == _ATTEMPTS:
                    raise _not_stored() from error
            except asyncpg.ReadOnlySQLTransactionError as error:
                if attempt == _ATTEMPTS or not await self._replace_connections(began):
                    raise _not_stored() from error
            except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError) as error:
                raise _too_slow() from error
            except FAILURES as error:
                raise _not_stored() from error
        raise AssertionError("unreachable")

    async def _replace_connections(self, began: float) -> bool:
        """Replace every connection before its next use, at most once in ``_REPLACE_SECONDS``.

        Return whether another attempt makes sense: connections were replaced after ``began``, when the failed attempt
        started. A connection is read-only if the server was a standby when it connected, or if the database was set so.
        After a failover, new connections reach the new primary.
        """
        now = self._monotonic()
        if self._replaced_at >= began:
            return True
        if now - self._replaced_at < _REPLACE_SECONDS:
            return False
        self._replaced_at = now
        await self._pool.expire_connections()
        return True

    async def _transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        committing = False
        try:
            async with self._uses.connection() as connection:
                async with _transaction(connection, f"begin{self._settings}"):
                    transaction = _PostgresTransaction(connection, self.touched)
                    result = await work(transaction)
                    if connection.is_closed():  # before its commit was sent, so that nothing was written
                        raise asyncpg.ConnectionDoesNotExistError("the session has ended")
                    committing = True
                run_all(transaction.follows)
                return result
        except FAILURES as error:
            if committing and _is_undecided(error):
                raise ImError(Code.DATABASE, UNKNOWN_OUTCOME) from error
            raise

    async def close(self) -> None:
        self._vital.close()
        for until in self._scanning:
            if not until.expired():
                until.reschedule(0)  # nobody waits for a scan of a server that stops
        try:
            async with asyncio.timeout(10):
                await self._long.close()
                await self._scans.close()
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()


@contextlib.asynccontextmanager
async def _transaction(connection: "Connection", begin: str) -> AsyncIterator[None]:
    """Run a transaction whose settings are sent with its ``begin``: the driver's own would need another round trip."""
    try:
        await connection.execute(begin)
        yield
    except BaseException:
        with contextlib.suppress(*FAILURES):  # the first error is the one to raise; a lost connection rolls back
            if not connection.is_closed():
                await connection.execute("rollback")
        raise
    await connection.execute("commit")


def _is_undecided(error: BaseException) -> bool:
    """Return whether a transaction may have been stored although its commit failed with ``error``."""
    if isinstance(error, LOST):
        return True
    if isinstance(error, asyncpg.IdleInTransactionSessionTimeoutError):
        return False  # the session ended before the commit arrived
    # What is more than an error ends the session, which it may do after the commit.
    return isinstance(error, asyncpg.PostgresError) and getattr(error, "severity_en", None) != "ERROR"


def _too_slow() -> ImError:
    return ImError(Code.DATABASE, "the database could not store this in time; nothing was written")


def _not_stored() -> ImError:
    return ImError(Code.DATABASE, "the database could not store this; nothing was written")


def shares(connections: int) -> tuple[int, int]:
    """Return how many of a pool's connections long reads may have, and how many scans. The others, a quarter of them or
    more, are always free for short reads and transactions."""
    return connections // 2, max(2, connections * 3 // 16)


async def open_postgres(url: str, *, connections: int = CONNECTIONS, post: bool = False) -> Postgres:
    """Connect and apply the missing migrations, one process at a time; those that only add, unless ``post``.
    ``connections`` are the most that are open afterwards.

    Raises ``StorageError`` if it cannot be reached, allows no transactions or is newer than this program.
    """
    place = located(url)
    connection = await connect(place, command_timeout=60)
    try:
        pooled = await is_pooled(connection, place)
        await migrate(connection, post=post)
    except FAILURES as error:
        raise StorageError(f"PostgreSQL at {place.where} refused the migration: {reason(error)}") from error
    finally:
        with contextlib.suppress(*FAILURES):
            await connection.close(timeout=10)
    if pooled:
        _log.info("PostgreSQL at %s is behind a pooler", place.where)
    pool, opened = await open_pool(place, pooled=pooled, size=connections)
    return Postgres(pool, opened, pooled=pooled, connections=connections)
