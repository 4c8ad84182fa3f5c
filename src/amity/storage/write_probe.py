"""Readiness probe of a database: a read, and a row that is written and deleted."""

import asyncio
from contextvars import Context
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import ImError
from amity.storage.database import Database, Transaction

SECONDS: Final = 1.0
"""Seconds for which the outcome of one write is reused."""


class WriteProbe:
    """Probes a database for all who ask, with at most one write a second: anonymous callers may ask."""

    def __init__(self, database: Database, seconds: float = SECONDS, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._tried_at = -seconds
        self._failure: ImError | None = None
        self._writing: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Return if the database can be read and written. Raises ``ImError``, ``DATABASE`` (90002)."""
        await self._database.fetch("select 1")
        if self._clock.monotonic() - self._tried_at < self._seconds and (self._writing is None or self._writing.done()):
            if self._failure is not None:
                raise ImError(self._failure.code, self._failure.detail)
            return
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="write-probe", context=Context())
            # If all callers were cancelled, nobody else retrieves the exception.
            self._writing.add_done_callback(lambda writing: writing.cancelled() or writing.exception())
        await asyncio.shield(self._writing)

    async def _write(self) -> None:
        self._tried_at = self._clock.monotonic()
        self._failure = None
        try:
            await self._database.write(_write_and_undo)
        except ImError as error:
            # Callers within the second get the same error without a write: a full disk has enough to do.
            self._failure = error
            raise


async def _write_and_undo(tx: Transaction) -> None:
    # SQLite skips a change that changes nothing, and the write with it.
    await tx.fetch("insert into schema_version (version) values (0)")
    await tx.fetch("delete from schema_version where version = 0")
