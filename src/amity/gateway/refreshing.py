"""Reads on which platforms watched users are connected, at all processes.

One read runs at a time, and what it finds is taken before the next one begins, so that what is known of a user never
becomes older. What is asked meanwhile is read together.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage.outages import Outages

PlatformsOf = Callable[[Sequence[str]], Awaitable[Mapping[str, Sequence[int]]]]
"""Returns the platforms of those of these users who are connected anywhere. Raises ``ImError``."""
_MOST: Final = 2000
"""Users whom one statement reads."""
_PAUSE_SECONDS: Final = 0.3  # where the database fails

_log = logging.getLogger(__name__)


class Refreshing:
    """Calls ``found`` with each user who was read, and where the user is connected. It does not raise.

    What waits is bounded by its callers: each user waits once, and only watched ones do.
    """

    def __init__(
        self, platforms_of: PlatformsOf, found: Callable[[str, Sequence[int]], None], clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._platforms_of = platforms_of
        self._found = found
        self._clock = clock
        self._changed: dict[str, None] = {}
        self._asked: dict[str, None] = {}
        self._answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def changed(self, user_ids: Iterable[str]) -> None:
        """Have these users read soon. Where the database fails they wait until it works."""
        self._changed.update(dict.fromkeys(user_ids))
        if self._changed:
            self._start()

    async def read(self, user_ids: Iterable[str]) -> None:
        """Have these users read, and return once ``found`` was called with each. Raises ``ImError``."""
        self._asked.update(dict.fromkeys(user_ids))
        if not self._asked:
            return
        self._start()
        await asyncio.shield(self._answer)

    async def stop(self) -> None:
        """Read no more."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _start(self) -> None:
        if self._task is None and not self._stop.is_set():
            self._task = asyncio.create_task(self._run(), name="refreshing")

    async def _run(self) -> None:
        outages = Outages(_log, "who is online cannot be read", "reading who is online failed")
        try:
            while self._asked or self._changed:
                if self._asked:
                    await self._read_asked()
                if self._changed and await outages.survive(self._read_changed) is None:
                    await self._clock.wait(self._stop, _PAUSE_SECONDS)
        finally:
            self._task = None

    async def _read_asked(self) -> None:
        asked, self._asked = list(self._asked), {}
        answer, self._answer = self._answer, asyncio.get_running_loop().create_future()
        try:
            await self._read(asked)
        except Exception as error:  # noqa: BLE001 - those who asked get it
            answer.set_exception(error)
            answer.exception()  # whoever asked may be gone
        except BaseException:
            answer.cancel()
            raise
        else:
            answer.set_result(None)

    async def _read_changed(self) -> bool:
        changed, self._changed = list(self._changed)[:_MOST], dict.fromkeys(list(self._changed)[_MOST:])
        try:
            await self._read(changed)
        except Exception:
            self._changed = dict.fromkeys(changed) | self._changed
            raise
        return True

    async def _read(self, user_ids: Sequence[str]) -> None:
        for begin in range(0, len(user_ids), _MOST):
            some = user_ids[begin : begin + _MOST]
            platforms = await self._platforms_of(some)
            for user_id in some:
                self._found(user_id, platforms.get(user_id, ()))
