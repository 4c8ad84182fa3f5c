"""Rate limits of expensive operations, for each caller."""

import math

from amity import metrics
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError

MOST_CALLERS = 100_000
"""Callers whose uses a quota remembers, some 150 bytes each. If there are more in a minute, the oldest are dropped."""
_MINUTE = 60.0


class Quota:
    """A token bucket for each caller: ``most`` uses at once, refilled evenly over ``seconds``; 0 is no limit.

    ``name`` is its key in the section of the settings. The uses are kept in memory, for each process.
    """

    def __init__(
        self,
        name: str,
        most: int,
        code: Code = Code.READS_LIMIT,
        clock: Clock = SYSTEM_CLOCK,
        most_callers: int = MOST_CALLERS,
        *,
        section: str = "limits",
        seconds: float = _MINUTE,
    ) -> None:
        self._key = f"{section}.{name}"
        self._label = name if section == "limits" else self._key
        self._most = most
        self._seconds = seconds
        self._code = code
        self._monotonic = clock.monotonic
        self._most_callers = most_callers
        # When each caller's bucket is full again, ordered by the last use. A full bucket is not kept.
        self._full_at: dict[str, float] = {}

    def take(self, caller: str) -> None:
        """Count a use. Raises ``ImError`` with the quota's code if the caller has none left, and counts that in the
        metrics."""
        if not self._most:
            return
        now = self._monotonic()
        full_at = max(now, self._full_at.pop(caller, now))
        after = full_at + self._seconds / self._most
        missing = after - now - self._seconds
        # A microsecond of tolerance, because sums of fractions are not exact.
        if missing > 1e-6:
            self._keep(caller, full_at, now)
            metrics.limit_reached(self._label)
            raise ImError(
                self._code,
                f"{self._key}: too many in {'a minute' if self._seconds == _MINUTE else f'{self._seconds:g} s'},"
                f" try again in {math.ceil(missing)} s (limit {self._most})",
            )
        self._keep(caller, after, now)

    def _keep(self, caller: str, full_at: float, now: float) -> None:
        kept = self._full_at
        kept[caller] = full_at
        while kept:
            oldest = next(iter(kept))
            if kept[oldest] > now and len(kept) <= self._most_callers:
                break
            del kept[oldest]
