"""Rate limits of expensive operations, for each caller."""

import math

from amity import metrics
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError

MOST_CALLERS = 100_000
"""Callers whose uses a quota remembers, some 150 bytes each. If there are more in a minute, the oldest are dropped."""
_MINUTE = 60.0


class Quota:
    """A token bucket for each caller: ``per_minute`` uses at once, refilled evenly over a minute; 0 is no limit.

    ``name`` is its key in the settings. The uses are kept in memory, for each process.
    """

    def __init__(
        self,
        name: str,
        per_minute: int,
        code: Code = Code.READS_LIMIT,
        clock: Clock = SYSTEM_CLOCK,
        most_callers: int = MOST_CALLERS,
    ) -> None:
        self._name = name
        self._per_minute = per_minute
        self._code = code
        self._monotonic = clock.monotonic
        self._most_callers = most_callers
        # When each caller's bucket is full again, ordered by the last use. A full bucket is not kept.
        self._full_at: dict[str, float] = {}

    def take(self, caller: str) -> None:
        """Count a use. Raises ``ImError`` with the quota's code if the caller has none left, and counts that in the
        metrics."""
        if not self._per_minute:
            return
        now = self._monotonic()
        full_at = max(now, self._full_at.pop(caller, now))
        after = full_at + _MINUTE / self._per_minute
        missing = after - now - _MINUTE
        # A microsecond of tolerance, because sums of fractions are not exact.
        if missing > 1e-6:
            self._keep(caller, full_at, now)
            metrics.limit_reached(self._name)
            raise ImError(
                self._code,
                f"limits.{self._name}: too many in a minute, try again in {math.ceil(missing)} s"
                f" (limit {self._per_minute})",
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
