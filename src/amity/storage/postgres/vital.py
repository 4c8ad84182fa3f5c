"""One connection beside the pool, for what must not wait: leases. By it a process notices that the server is silent.

All connections of the pool may be waiting for one lock, for longer than a lease lasts. And where the server is cut off,
or hangs, statements would wait for many seconds before anything failed. So each statement here has a second. If it is
not answered, a new connection has a second to open; if that does not, either, the server is silent.

States, and what ends each:

- *answering*: a statement is not answered, and no new connection opens in time: *silent*. What fails at once, as where
  nobody listens, is an answer.
- *silent*: a connection opens, or is refused: *answering*.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

import asyncpg

from amity.storage.database import Row
from amity.storage.postgres.failures import FAILURES, LOST

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

CONNECTIONS: Final = 1
"""How many connections there are beside the pool."""
ANSWER_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


class Vital:
    """Runs statements on a connection of its own, which ``opened`` opens, one at a time.

    ``silent`` is called, and awaited, once the server is silent, and ``answers`` once it answers again. Behind a pooler
    (``pooled``) a connection that opens slowly says nothing about the server: nobody is told.
    """

    def __init__(
        self,
        opened: Callable[[], Awaitable["Connection"]],
        *,
        silent: Callable[[], Awaitable[None]],
        answers: Callable[[], None],
        pooled: bool,
    ) -> None:
        self._opened = opened
        self._silent = silent
        self._answers = answers
        self._pooled = pooled
        self._is_silent = False
        self._connection: Connection | None = None
        self._using = asyncio.Lock()

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """Run one statement, in PostgreSQL's dialect. It is run again, if it was not answered in time. Raises what the
        driver raises, or ``TimeoutError``."""
        async with self._using:
            if self._connection is not None:
                try:
                    return await self._run(self._connection, sql, args)
                except LOST:
                    self._drop()
                except asyncpg.PostgresError as error:
                    # What is more than an error has ended the session.
                    if getattr(error, "severity_en", None) == "ERROR":
                        raise
                    self._drop()
            self._connection = await self._open()
            try:
                return await self._run(self._connection, sql, args)
            except FAILURES:
                self._drop()
                raise

    def close(self) -> None:
        """Close the connection at once."""
        self._drop()

    async def _run(self, connection: "Connection", sql: str, args: Sequence[object]) -> Sequence[Row]:
        return await connection.fetch(sql, *args, timeout=ANSWER_SECONDS)

    async def _open(self) -> "Connection":
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                connection = await self._opened()
        except TimeoutError:
            if not self._is_silent and not self._pooled:
                self._is_silent = True
                _log.warning("PostgreSQL does not answer: what it was asked for is given up")
                await self._silent()
            raise
        except FAILURES:
            self._heard()
            raise
        self._heard()
        return connection

    def _heard(self) -> None:
        if self._is_silent:
            self._is_silent = False
            _log.warning("PostgreSQL answers again")
            self._answers()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
