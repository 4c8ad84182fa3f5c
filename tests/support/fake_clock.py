"""A clock that a test advances, so that hours of a schedule take no time. It is the only fake of time in the tests."""

import asyncio
from typing import Any

_MICRO = 1_000_000


class FakeClock:
    """A clock that changes only by ``advance`` and ``step``. ``now`` is the time of day in seconds since 1970."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        # In microseconds, so that sums of fractions are exact, and a test can hit a limit exactly.
        self._now = round(now * _MICRO)
        self._monotonic = 5000 * _MICRO  # very unlike the time of day, so that a confusion of the two fails a test
        self._waiting: dict[asyncio.Future[None], int] = {}

    def now(self) -> float:
        return self._now / _MICRO

    def now_ms(self) -> int:
        return self._now // 1000

    def monotonic(self) -> float:
        return self._monotonic / _MICRO

    def advance(self, seconds: float) -> None:
        """Advance both times, and wake the tasks whose wait is over."""
        passed = round(seconds * _MICRO)
        self._now += passed
        self._monotonic += passed
        for reached, until in self._waiting.items():
            if until <= self._monotonic and not reached.done():
                reached.set_result(None)

    def step(self, seconds: float) -> None:
        """Set the time of day forward by ``seconds``, or back if they are negative. The monotonic time is unchanged."""
        self._now += round(seconds * _MICRO)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        happened = asyncio.ensure_future(event.wait())
        self._waiting[reached] = self._monotonic + round(seconds * _MICRO)
        both: set[asyncio.Future[Any]] = {reached, happened}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._waiting[reached]
            reached.cancel()
            happened.cancel()
