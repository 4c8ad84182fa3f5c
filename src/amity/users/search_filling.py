"""Folds users who are not in the index yet: those of a database that is older than the index, and all of them if this
program folds by a later version of Unicode.

SQL cannot fold, so no migration can do it. It is done in parts, a transaction each, in the order of the users' numbers;
how far it has come is stored with each part. A start does it for ``START_SECONDS``; what is left after that, with some
100,000 users or more, goes on beside the serving, and searches are refused until it is done. Of several processes on
one database each does a part in turn.
"""

import asyncio
import contextlib
import logging
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.storage import LARGE, Database, Transaction
from amity.users import search_store as store
from amity.users.folding import UNICODE
from amity.users.search_index import index, settle

PART: Final = 200
"""Users of one part: about five milliseconds of the database."""
START_SECONDS: Final = 1.0
_PAUSE: Final = 1.0
"""Seconds to wait where the database fails."""
_PARTS_TO_SETTLE: Final = 32
_FOLDING: Final = (1, *UNICODE)
"""What folds: the first number goes up with each change of ``fold``."""

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
        """Raise 1355 as long as not all users are found."""
        if not self._is_complete:
            raise ImError(Code.READS_LIMIT, "the search index is being made, try again in some minutes")

    async def start(self) -> None:
        """Look whether all users are in the index, and begin to add those who are not. Raises 90002."""
        name, self._is_complete = await store.folding(self._database)
        if _parsed(name) < _FOLDING:
            self._is_complete = False
            await self._database.write(lambda tx: store.begin_filling(tx, " ".join(map(str, _FOLDING))))
        until = self._clock.monotonic() + self._start_seconds
        while not self._is_complete and self._clock.monotonic() < until:
            await self._fill_part()
        if not self._is_complete:
            _log.info("search: users of before are being added to the index; searches are refused until that is done")
            self._task = asyncio.create_task(self._run(), name="search-filling")

    async def stop(self) -> None:
        """End after the part under way. The rest is done after the next start, or by another process."""
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        failing = False
        while not self._is_complete:
            try:
                await self._fill_part()
                failing = False
            except ImError as error:
                if not failing:
                    _log.warning("search: the index waits for the database: %s", error.detail)
                failing = True
            except Exception:  # noqa: BLE001 - searches are refused until it has come to its end
                if not failing:
                    _log.exception("search: an error of its own holds up the index; it goes on")
                failing = True
            if failing:
                await asyncio.sleep(_PAUSE)
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


def _parsed(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.split()))
