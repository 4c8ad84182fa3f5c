"""Whether a database can do its work now: it is read, and a row is written and deleted."""

import asyncio
from contextvars import Context
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import ImError
from amity.storage.database import Database, Transaction

SECONDS: Final = 1.0
"""How long one write says how the next would end."""


class WriteProbe:
    """Tries a database for all who ask, one write a second at most: whoever asks need not be let in to anything."""

    def __init__(self, database: Database, seconds: float = SECONDS, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._tried_at = -seconds
        self._failure: ImError | None = None
        self._writing: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Return if the database is read and written. Raises ``ImError(90002)``."""
        await self._database.fetch("select 1")
        if self._clock.monotonic() - self._tried_at < self._seconds and (self._writing is None or self._writing.done()):
            if self._failure is not None:
                raise ImError(self._failure.code, self._failure.detail)
            return
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="write-probe", context=Context())
            # If everybody has given up, nobody else looks at how it failed.
            self._writing.add_done_callback(lambda writing: writing.cancelled() or writing.exception())
        await asyncio.shield(self._writing)

    async def _write(self) -> None:
        self._tried_at = self._clock.monotonic()
        self._failure = None
        try:
            await self._database.write(_write_and_undo)
        except ImError as error:
            # Whoever asks within the second hears of it, and writes nothing: a disk that is full has enough to do.
            self._failure = error
            raise


async def _write_and_undo(tx: Transaction) -> None:
    # SQLite leaves out a change that changes nothing, and with it the writing.
    await tx.fetch("insert into schema_version (version) values (0)")
    await tx.fetch("delete from schema_version where version = 0")
