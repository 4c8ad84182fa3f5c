"""Line charts as SVG paths, from an hour of samples. Pure."""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

WIDTH: Final = 360
HEIGHT: Final = 80
NOTHING: Final = "\N{EM DASH}"
"""What stands for no number."""
POINTS: Final = 180
"""Points of a line: of several samples the largest, so that no peak is lost."""


class Line(NamedTuple):
    """One line of a chart: its name in the catalogue, its path (empty for no number), and its newest number as text."""

    name: str
    path: str
    now: str


class Chart(NamedTuple):
    """The lines of a chart, and the number at its top as text."""

    lines: list[Line]
    top: str


def chart(series: Sequence[tuple[str, Sequence[float]]], kept: int, shown: Callable[[float], str]) -> Chart:
    """Return the chart of series of up to ``kept`` numbers each, the newest at the right edge. NaN is a gap."""
    peak = max((number for _, numbers in series for number in numbers if not math.isnan(number)), default=0.0)
    top = ceiling(peak)
    lines = [
        Line(name, path(numbers, kept, top), shown(numbers[-1]) if numbers else NOTHING) for name, numbers in series
    ]
    return Chart(lines, shown(top))


def ceiling(peak: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 ... times a power of ten, 1 for nothing."""
    if peak <= 0 or not math.isfinite(peak):
        return 1.0
    power = 10.0 ** math.floor(math.log10(peak))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= peak * (1 - 1e-9))


def path(numbers: Sequence[float], kept: int, top: float) -> str:
    """Return the path of a line in a box of ``WIDTH`` and ``HEIGHT``."""
    step = max(1, kept // POINTS)
    slots = kept // step
    parts: list[str] = []
    is_drawn = False
    # Groups end with the newest, so that the line moves with each sample.
    first = len(numbers) % step
    groups = ([numbers[:first]] if first else []) + [numbers[at : at + step] for at in range(first, len(numbers), step)]
    offset = slots - len(groups)
    for at, group in enumerate(groups, offset):
        height = max((number for number in group if not math.isnan(number)), default=math.nan)
        if math.isnan(height):
            is_drawn = False
            continue
        x = WIDTH * (at + 1) / slots
        y = HEIGHT - (HEIGHT - 2) * min(1.0, height / top) - 1
        parts.append(f"{'L' if is_drawn else 'M'}{x:.1f} {y:.1f}")
        if not is_drawn:
            parts.append("h0.1")  # so that a number between two gaps is a dot
        is_drawn = True
    return "".join(parts)


def as_count(number: float) -> str:
    """Return a number of things."""
    if math.isnan(number):
        return NOTHING
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:.1f}"


def as_seconds(number: float) -> str:
    """Return a time, in the unit that reads best."""
    if math.isnan(number):
        return NOTHING
    if number < 1:
        return f"{number * 1000:.3g} ms"
    return f"{number:.3g} s" if number < 120 else f"{number / 60:.0f} min"


def as_bytes(number: float) -> str:
    """Return a size, in the unit that reads best."""
    if math.isnan(number):
        return NOTHING
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.3g} {unit}"
        number /= 1024
    return f"{number:,.1f} TiB"
