"""Add users to the index who are not in it: those of a database that is older than the index, and all users if this
program folds with a later version of Unicode.

SQL cannot fold, so no migration can do it. It is done in parts, a transaction each, in the order of the users' numbers.
Each part stores the number of its last user. ``start`` does parts for ``START_SECONDS``. With some 100,000 users or
more that is not enough; the rest is done while the server runs, and searches are refused until it is done. If several
processes share the database, they do parts in turn.
"""

import asyncio
import contextlib
import logging
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.storage import LARGE, Database, Transaction
from amity.storage.outages import Outages
from amity.users.folding import UNICODE
from amity.users.search import store
from amity.users.search_index import index, settle

PART: Final = 200
"""Users of one part, about five milliseconds of the database."""
START_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 1.0
"""Seconds to wait after a failure of the database."""
_PARTS_TO_SETTLE: Final = 32
_FOLDING: Final = (1, *UNICODE)
"""The version of the folding. The first number is increased with each change of ``fold``, the others are Unicode's."""

_log = logging.getLogger(__name__)


class Filling:
    """Completes the index from ``start`` to ``stop``."""

    def __init__(
        self,
        database: Database,
        part: int = PART,
        start_seconds: float = START_SECONDS,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._clock = clock
        self._part = part
        self._start_seconds = start_seconds
        self._is_complete = False
        self._parts = 0
        self._task: asyncio.Task[None] | None = None

    def require_complete(self) -> None:
        """Raise ``ImError``, ``READS_LIMIT`` (1355), until all users are in the index."""
        if not self._is_complete:
            raise ImError(Code.READS_LIMIT, "the search index is being made, try again in some minutes")

    async def start(self) -> None:
        """Read whether all users are in the index, and begin to add those who are not. Raises ``ImError``, ``DATABASE``
        (90002)."""
        name, self._is_complete = await store.folding(self._database)
        if _parse_version(name) < _FOLDING:
            self._is_complete = False
            await self._database.write(lambda tx: store.begin_filling(tx, " ".join(map(str, _FOLDING))))
        deadline = self._clock.monotonic() + self._start_seconds
        while not self._is_complete and self._clock.monotonic() < deadline:
            await self._fill_part()
        if not self._is_complete:
            _log.info("search: users of before are being added to the index; searches are refused until that is done")
            self._task = asyncio.create_task(self._run(), name="search-filling")

    async def stop(self) -> None:
        """Stop. The rest is done after the next start, or by another process."""
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        outages = Outages(
            _log,
            "search: the index waits for the database",
            "search: an error of its own holds up the index; it goes on",
        )
        while not self._is_complete:
            await outages.survive(self._fill_part)
            if outages.is_failing:
                await asyncio.sleep(_RETRY_SECONDS)
        _log.info("search: all users are in the index")

    async def _fill_part(self) -> None:
        async def work(tx: Transaction) -> bool:
            users = await store.next_to_fill(tx, self._part)
            if users is None:
                return True
            await index(tx, dict(users))
            await store.filled_up_to(tx, users[-1][0] if users else None)
            return not users

        self._is_complete = await self._database.write(work, rows=LARGE)
        self._parts += 1
        if self._is_complete or self._parts % _PARTS_TO_SETTLE == 0:
            await settle(self._database)


def _parse_version(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.split()))
