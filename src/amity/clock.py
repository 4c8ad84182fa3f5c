"""Time: the time of day for what is stored and shown, a clock that never goes back for every duration.

The time of day may step by hours: a machine that boots before NTP answers, an operator who corrects it. Nothing that
waits may wait for it.

No other module reads the clocks of the standard library. What stores a time, waits or expires takes a ``Clock``, so
that a test can move it. What only measures itself, for a log line or a metric, calls ``monotonic``.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

HOUR_MS: Final = 3600 * 1000
DAY_MS: Final = 24 * HOUR_MS
FUTURE_SECONDS: Final = 150.0
"""How far in the future the time of a token, or a stored time, may lie and still be believed: the clocks of two
processes may differ by two minutes. One that lies further off was written while the clock was ahead."""


class Clock(Protocol):
    """The two times, and waiting."""

    def now(self) -> float:
        """Return the time of day in seconds since 1970. It may step, either way."""
        ...

    def now_ms(self) -> int:
        """Return the time of day in whole milliseconds since 1970, as it is stored and sent."""
        ...

    def monotonic(self) -> float:
        """Return the seconds since some moment in the past. Never goes back."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when the event is set, or when that many seconds have passed, whatever the time of day does."""
        ...


def _boottime() -> Callable[[], float] | None:
    number: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    try:
        if number is not None:
            time.clock_gettime(number)
            return partial(time.clock_gettime, number)
    except OSError:
        pass
    return None


monotonic: Final[Callable[[], float]] = _boottime() or time.monotonic
"""Return the seconds since some moment in the past, those in which the machine slept included where it counts them.

A lease in a database runs out while the machine that holds it sleeps; ``time.monotonic`` stands still on Linux."""


class SystemClock:
    """The machine's own two times. ``monotonic`` is the function that its durations are measured by."""

    __slots__ = ("monotonic",)

    now = staticmethod(time.time)  # and no method around it, which would cost every request

    def __init__(self, monotonic: Callable[[], float] = monotonic) -> None:
        self.monotonic = monotonic

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await event.wait()
        except TimeoutError:
            pass


SYSTEM_CLOCK: Final[Clock] = SystemClock()
LOOP_CLOCK: Final[Clock] = SystemClock(time.monotonic)
"""Measures how late the event loop's own timers are: their time stands still on Linux while the machine sleeps."""
