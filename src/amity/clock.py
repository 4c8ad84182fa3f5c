"""Time: the time of day for what is stored and shown, a clock that never goes back for every duration.

The time of day may step by hours: a machine that boots before NTP answers, an operator who corrects it. Nothing that
waits may wait for it.
"""

import asyncio
import time
from typing import Final, Protocol

HOUR_MS: Final = 3600 * 1000
DAY_MS: Final = 24 * HOUR_MS
FUTURE_SECONDS: Final = 60.0
"""How far in the future a stored time may lie and still be believed: the clocks of two processes differ a little. One
that lies further off was written while the clock was ahead."""


class Clock(Protocol):
    """The two times, and waiting."""

    def now(self) -> float:
        """Return the time of day in seconds since 1970. It may step, either way."""
        ...

    def monotonic(self) -> float:
        """Return the seconds since some moment in the past. Never goes back."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when the event is set, or when that many seconds have passed, whatever the time of day does."""
        ...


class SystemClock:
    """The machine's own two times."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return monotonic()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await event.wait()
        except TimeoutError:
            pass


def monotonic() -> float:
    """Return the seconds since some moment in the past, those in which the machine slept included where it counts them.

    A lease in a database runs out while the machine that holds it sleeps; ``time.monotonic`` stands still on Linux.
    """
    return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


def _boottime() -> int | None:
    number: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    try:
        if number is not None:
            time.clock_gettime(number)
    except OSError:
        return None
    return number


_BOOTTIME: Final = _boottime()
