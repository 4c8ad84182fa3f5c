"""A task that does one step of its work after the other as long as the server runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage.outages import Outages

_RETRY_SECONDS: Final = 1.0  # after a step that failed


class Steps:
    """Does steps from ``start`` to ``stop``. A step returns how many seconds to pause after it, unless ``wake`` is
    called meanwhile. One that fails is done again. ``name`` is the task's."""

    def __init__(
        self, name: str, step: Callable[[], Awaitable[float]], outages: Outages, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._name = name
        self._step = step
        self._outages = outages
        self._clock = clock
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the task."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """Do the next step at once."""
        self._wake.set()

    async def stop(self) -> None:
        """Stop the task after the step under way."""
        self._is_stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _run(self) -> None:
        while not self._is_stopping:
            self._wake.clear()
            pause = await self._outages.survive(self._step)
            if pause is None:
                pause = _RETRY_SECONDS
            if pause:
                await self._clock.wait(self._wake, pause)
