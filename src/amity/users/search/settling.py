"""Settle the search index of users while users are registered and changed, so that it stays fast to read."""

import asyncio
import contextlib
import logging
from functools import partial
from typing import Final

from amity.storage import Database
from amity.storage.outages import Outages
from amity.users.search_index import settle

SECONDS: Final = 1.0
"""Seconds between two rounds."""

_log = logging.getLogger(__name__)


class Settling:
    """Settles the index (``search_index.settle``) from ``start`` to ``stop``."""

    def __init__(self, database: Database, seconds: float = SECONDS) -> None:
        self._database = database
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the task."""
        self._task = asyncio.create_task(self._run(), name="search-settling")

    async def stop(self) -> None:
        """Stop the task."""
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        outages = Outages(
            _log,
            "search: users who were added or changed wait for the index, and searches take longer",
            "search: an error of its own keeps users waiting for the index; it goes on",
        )
        while True:
            await asyncio.sleep(self._seconds)
            await outages.survive(partial(settle, self._database))
