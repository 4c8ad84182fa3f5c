"""A clock that a test moves: hours of a schedule pass in no time."""

import asyncio
from typing import Any


class FakeClock:
    """Stands still until ``advance``. ``now`` is the time of day in seconds since 1970."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._monotonic = 5000.0  # nothing like the time of day: one taken for the other shows
        self._waiting: dict[asyncio.Future[None], float] = {}

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake who waited for it."""
        self._now += seconds
        self._monotonic += seconds
        for reached, until in self._waiting.items():
            if until <= self._monotonic and not reached.done():
                reached.set_result(None)

    def set(self, seconds: float) -> None:
        """Set the time of day forward by so many seconds, or back where they are negative. No time passes."""
        self._now += seconds

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        happened = asyncio.ensure_future(event.wait())
        self._waiting[reached] = self._monotonic + seconds
        both: set[asyncio.Future[Any]] = {reached, happened}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._waiting[reached]
            reached.cancel()
            happened.cancel()
