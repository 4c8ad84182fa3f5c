"""Collect and print the results of a bench: the median of each figure over several turns, and the targets."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.load import Load

_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Target:
    """A target, the measured figure, and whether it reaches the target."""

    text: str
    measured: str
    reached: bool


@dataclass(slots=True)
class Report:
    """The results of one bench. ``skipped`` says why there are none."""

    name: str
    title: str
    lines: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    skipped: str = ""

    def figure(self, label: str, values: Sequence[float], unit: str) -> float:
        """Add a figure that was measured in several turns, and return its median."""
        middle = statistics.median(values)
        spread = f"({show(min(values))} to {show(max(values))})" if len(values) > 1 else ""
        self.lines.append(f"{label:<{_WIDTH}} {show(middle):>9} {unit:<12} {spread}".rstrip())
        return middle

    def loads(self, label: str, loads: Sequence[Load], unit: str) -> float:
        """Add the rate of several turns, the processor time of one request, and the p99; return the rate."""
        rate = self.figure(label, rates(loads), unit)
        self.figure("  processor time of one", [load.microseconds for load in loads], "us")
        self.figure("  p99", [load.milliseconds(99) for load in loads], "ms")
        return rate

    def ratio(self, label: str, above: Sequence[float], below: Sequence[float]) -> float:
        """Add the ratio of two figures that were measured in turn; return its median over the turns."""
        ratios = [one / other for one, other in zip(above, below, strict=True)]
        middle = statistics.median(ratios)
        self.lines.append(f"{label:<{_WIDTH}} {middle:>9.2f} {'x':<12} ({min(ratios):.2f} to {max(ratios):.2f})")
        return middle

    def note(self, text: str) -> None:
        """Add a remark about the figures."""
        self.lines.append(text)

    def at_least(self, what: str, measured: float, wanted: float, unit: str = "") -> None:
        """Compare a figure with its lower bound."""
        self._target(f"{what} at least {show(wanted)}{unit}", measured, unit, reached=measured >= wanted)

    def below(self, what: str, measured: float, wanted: float, unit: str = "") -> None:
        """Compare a figure with its upper bound."""
        self._target(f"{what} below {show(wanted)}{unit}", measured, unit, reached=measured < wanted)

    def _target(self, text: str, measured: float, unit: str, *, reached: bool) -> None:
        self.targets.append(Target(text, f"{show(measured)}{unit}", reached))

    def show(self) -> None:
        """Print the results."""
        print(f"\n{self.name}: {self.title}")
        if self.skipped:
            print(f"  skipped: {self.skipped}")
        for line in self.lines:
            print(f"  {line}")
        for target in self.targets:
            print(f"  {mark(target)}  {target.text}: {target.measured}", flush=True)


def rates(loads: Sequence[Load]) -> list[float]:
    """Return the rate of each load."""
    return [load.rate for load in loads]


def mark(target: Target) -> str:
    """Return the word for a target, padded to a fixed width."""
    return "reached    " if target.reached else "NOT reached"


def show(value: float) -> str:
    """Return a number with about three significant digits."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
