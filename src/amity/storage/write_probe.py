"""Whether a database can do its work now: it is read, and a row is written and deleted."""

import asyncio
import time
from contextvars import Context
from typing import Final

from amity.storage.database import Database, Transaction

SECONDS: Final = 1.0
"""How long one write says that the next would succeed, too."""


class WriteProbe:
    """Tries a database for all who ask, one write a second at most: whoever asks need not be let in to anything."""

    def __init__(self, database: Database, seconds: float = SECONDS) -> None:
        self._database = database
        self._seconds = seconds
        self._written_at = -seconds
        self._writing: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Return if the database is read and written. Raises ``ImError(90002)``."""
        await self._database.fetch("select 1")
        if time.monotonic() - self._written_at < self._seconds:
            return
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="write-probe", context=Context())
            # If everybody has given up, nobody else looks at how it failed.
            self._writing.add_done_callback(lambda writing: writing.cancelled() or writing.exception())
        await asyncio.shield(self._writing)

    async def _write(self) -> None:
        began = time.monotonic()
        await self._database.write(_write_and_undo)
        self._written_at = began


async def _write_and_undo(tx: Transaction) -> None:
    # SQLite leaves out a change that changes nothing, and with it the writing.
    await tx.fetch("insert into schema_version (version) values (0)")
    await tx.fetch("delete from schema_version where version = 0")
