"""Meters of frequent operations, which cost a tenth of the client library's counters and histograms."""

from bisect import bisect_left
from typing import NamedTuple

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The buckets of what takes seconds."""
_BOUNDS = [f'le="{bound}"' for bound in (*SECONDS, "+Inf")]


class Meter:
    """Counts a frequent operation: call it with the outcome and the seconds.

    A counter and a histogram of the client library cost 4 microseconds for each call. These sums, which are exported
    when scraped, cost a tenth of that. They belong to the event loop's thread.
    """

    __slots__ = ("buckets", "outcomes", "seconds")

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}
        self.buckets = [0] * (len(SECONDS) + 1)
        self.seconds = 0.0

    def __call__(self, outcome: str, seconds: float) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.buckets[bisect_left(SECONDS, seconds)] += 1
        self.seconds += seconds


class Summed(NamedTuple):
    """What several meters counted together: how often in ``all``, how often with another outcome than the good one, and
    the counts of the buckets, whose bounds are ``SECONDS`` and infinity."""

    all: int
    others: int
    buckets: list[int]


class Meters:
    """A family of meters that formats its output itself: the library takes 8 µs for each line, and there are thousands
    of lines in one turn of the event loop."""

    def __init__(self, counted: tuple[str, str], took: tuple[str, str], kind: str, outcome: str) -> None:
        self._counted = counted
        self._took = took
        self._kind = kind
        self._outcome = outcome
        self._meters: dict[str, Meter] = {}

    def meter(self, name: str) -> Meter:
        """Return the meter of a name."""
        return self._meters.setdefault(name, Meter())

    def summed(self, good: str) -> Summed:
        """Sum up all meters."""
        buckets = [sum(counts) for counts in zip(*(each.buckets for each in self._meters.values()), strict=True)]
        count = sum(buckets)
        well = sum(each.outcomes.get(good, 0) for each in self._meters.values())
        return Summed(count, count - well, buckets or [0] * (len(SECONDS) + 1))

    def total(self, *outcomes: str) -> int:
        """Return how often all meters counted one of these outcomes."""
        return sum(each.outcomes.get(outcome, 0) for each in self._meters.values() for outcome in outcomes)

    def count(self, name: str, outcome: str) -> int:
        """Return how often one meter counted an outcome."""
        meter = self._meters.get(name)
        return 0 if meter is None else meter.outcomes.get(outcome, 0)

    def text(self) -> str:
        """Return two families in Prometheus' text format. Labels come from closed sets and need no escaping."""
        (counted, counted_help), (took, took_help), kind = self._counted, self._took, self._kind
        counts = [f"# HELP {counted}_total {counted_help}\n# TYPE {counted}_total counter\n"]
        times = [f"# HELP {took} {took_help}\n# TYPE {took} histogram\n"]
        for name, meter in self._meters.items():
            label = f'{kind}="{name}"'
            for outcome, count in sorted(meter.outcomes.items()):
                pair = sorted([label, f'{self._outcome}="{outcome}"'])
                counts.append(f"{counted}_total{{{pair[0]},{pair[1]}}} {float(count)}\n")
            total = 0
            for bound, count in zip(_BOUNDS, meter.buckets, strict=True):
                total += count
                pair = sorted([label, bound])
                times.append(f"{took}_bucket{{{pair[0]},{pair[1]}}} {float(total)}\n")
            times.append(f"{took}_count{{{label}}} {float(total)}\n{took}_sum{{{label}}} {meter.seconds}\n")
        return "".join(counts + times)
