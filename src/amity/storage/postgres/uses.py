"""The connections of a pool that are in use, so that all can be broken off at once where the server is silent.

A server that is cut off, or hangs, answers nothing: who waits for it would wait for as long as the longest statement
may take, and for as long as a connection may take to open.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from amity.storage.postgres.failures import FAILURES

if TYPE_CHECKING:
    import asyncpg

    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_log = logging.getLogger(__name__)


class Uses:
    """Hands out the connections of a pool."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._used: set[Connection] = set()
        self._waiting: set[asyncio.Timeout] = set()
        self._is_silent = False

    @contextlib.asynccontextmanager
    async def connection(self) -> "AsyncIterator[Connection]":
        """Use a connection within. Raises what the driver raises, and ``TimeoutError`` at once while the server is
        silent; so does what runs on a connection when it becomes so."""
        if self._is_silent:
            raise TimeoutError
        waiting = asyncio.timeout(None)
        self._waiting.add(waiting)
        try:
            async with waiting:
                connection = await self._pool.acquire()
        finally:
            self._waiting.discard(waiting)
        self._used.add(connection)
        try:
            yield connection
        finally:
            self._used.discard(connection)
            await self._release(connection)

    async def became_silent(self) -> None:
        """Break off everything, and refuse what comes, until ``answers``. Idle connections are replaced before their
        next use."""
        self._is_silent = True
        await self._pool.expire_connections()
        for waiting in self._waiting:
            if not waiting.expired():
                waiting.reschedule(0)
        for connection in list(self._used):
            with contextlib.suppress(*FAILURES):
                connection.terminate()

    def answers(self) -> None:
        """Note that the server answers again."""
        self._is_silent = False

    async def _release(self, connection: "Connection") -> None:
        """Return a connection to the pool. An error here says nothing about what was done on it, which has ended."""
        try:
            await self._pool.release(connection)
        except FAILURES as error:
            _log.warning("a connection to the database was lost: %s", error)
