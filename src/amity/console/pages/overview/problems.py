"""What is wrong, in words, from the samples of the last minute. Pure.

Each problem names the page and the section of the documentation that says what to do, and some a page of the console.
"""

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from amity.console.history.sampling import value

MINUTE: Final = 12
"""Samples of a minute."""
OLDEST_SECONDS: Final = 900.0
_RATES: Final = {"faults": "api_faults", "dropped": "pushes_dropped", "reads": "reads_refused", "log": "log_dropped"}
_LIMITS: Final = {"lag": ("lag", 0.25), "commits": ("commit_p99", 0.5), "answers": ("asked_p99", 1.0)}
_OPERATIONS: Final = "docs/operations.md"
SECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "bus": (_OPERATIONS, "Several processes"),
    "faults": (_OPERATIONS, "Logs"),
    "breakers": (_OPERATIONS, "Callbacks: what became of them"),
    "dead": (_OPERATIONS, "Dead letters"),
    "age": (_OPERATIONS, "Callbacks: what became of them"),
    "answers": (_OPERATIONS, "Callbacks: what became of them"),
    "lag": (_OPERATIONS, "Metrics and alerts"),
    "commits": (_OPERATIONS, "The database"),
    "dropped": (_OPERATIONS, "Limits and sizes"),
    "reads": (_OPERATIONS, "Limits and sizes"),
    "log": (_OPERATIONS, "Logs"),
}
"""Where the documentation says what to do, by problem."""
_CALLBACKS: Final = "/console/callbacks"
PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "breakers": (f"{_CALLBACKS}/settings", "callbacks.title_settings"),
    "dead": (f"{_CALLBACKS}/waiting?state=dead", "callbacks.title_waiting"),
    "age": (f"{_CALLBACKS}/waiting", "callbacks.title_waiting"),
    "answers": (_CALLBACKS, "callbacks.title_log"),
}
"""Which page of the console helps, by problem, and the key of what it is called."""


class Problem(NamedTuple):
    """One problem: its name, which is a key of the catalogue, what stands in its text, and how many it is about."""

    name: str
    values: dict[str, str]
    number: int = 0


def problems(samples: Sequence["array[float]"], left_alone: Sequence[str], bus_down: str) -> list[Problem]:
    """Return the problems, the worst first. ``samples`` are those of the last minute."""
    found: list[Problem] = []
    if bus_down:
        found.append(Problem("bus", {"reason": bus_down}))
    if left_alone:
        names = ", ".join(sorted(set(left_alone))[:5])
        found.append(Problem("breakers", {"names": names}, len(set(left_alone))))
    return found + (_of_outbox(samples[-1]) + _counted(samples) + _slow(samples) if samples else [])


def _of_outbox(newest: "array[float]") -> list[Problem]:
    dead, age = value(newest, "outbox_dead"), value(newest, "outbox_age")
    found = [Problem("dead", {}, round(dead))] if dead else []
    return found + ([Problem("age", {"minutes": f"{age / 60:.0f}"})] if age >= OLDEST_SECONDS else [])


def _counted(samples: Sequence["array[float]"]) -> list[Problem]:
    found = []
    for name, series in _RATES.items():
        # Of rates, what they come to in the time of these samples.
        count = round(sum(value(each, series) for each in samples) * 60 / MINUTE)
        if count:
            found.append(Problem(name, {}, count))
    return found


def _slow(samples: Sequence["array[float]"]) -> list[Problem]:
    found = []
    for name, (series, limit) in _LIMITS.items():
        seconds = max((each for sample in samples if not math.isnan(each := value(sample, series))), default=0.0)
        if seconds >= limit:
            found.append(Problem(name, {"ms": f"{seconds * 1000:.0f}"}))
    return found
