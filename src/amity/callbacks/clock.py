"""Time, as the callbacks see it: replaceable, so that a schedule of hours is tested in milliseconds."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """The time of day, and waiting for it."""

    def now(self) -> float:
        """Return the seconds since 1970."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when the event is set, or when that many seconds have passed."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        return time.time()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await event.wait()
        except TimeoutError:
            pass
