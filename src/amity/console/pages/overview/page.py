"""How the server does: an hour of charts, and what is wrong, in words."""

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from amity.console.charts import HEIGHT, WIDTH, Chart, as_bytes, as_count, as_seconds, chart
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.history.history import EVERY_SECONDS, KEPT
from amity.console.history.sampling import value
from amity.console.page import Page
from amity.console.pages.overview.problems import MINUTE, PAGES, SECTIONS, Problem, problems
from amity.console.texts.catalogue import Texts


class _Form(NamedTuple):
    """Which series a chart shows, and how its numbers are written."""

    series: tuple[str, ...]
    shown: Callable[[float], str]


CHARTS: Final = {
    "calls": _Form(("api_rate", "api_refused"), as_count),
    "gateway": _Form(("gateway_rate", "gateway_refused"), as_count),
    "messages": _Form(("messages",), as_count),
    "pushes": _Form(("pushes", "pushes_dropped"), as_count),
    "call_times": _Form(("api_p50", "api_p99"), as_seconds),
    "gateway_times": _Form(("gateway_p50", "gateway_p99"), as_seconds),
    "asked_times": _Form(("asked_p50", "asked_p99"), as_seconds),
    "commit_times": _Form(("commit_p50", "commit_p99"), as_seconds),
    "commit_size": _Form(("commit_size",), as_count),
    "connections": _Form(("connections",), as_count),
    "outbox": _Form(("outbox_pending", "outbox_dead"), as_count),
    "outbox_age": _Form(("outbox_age",), as_seconds),
    "breakers": _Form(("breakers",), as_count),
    "lag": _Form(("lag",), as_seconds),
    "database": _Form(("database",), as_bytes),
    "processes": _Form(("processes",), as_count),
    "bus": _Form(("bus_published", "bus_received", "bus_dropped"), as_count),
}

SPANS: Final = {60: "overview.five_minutes", 180: "overview.fifteen_minutes", KEPT: "overview.hour"}
"""How many samples the charts have room for, and how that time is called: the shortest that has room for all."""


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""
    overview = _Overview(ground)
    return Page(
        name="overview",
        title="overview.title",
        place=1,
        gets={"": overview.show, "samples.json": overview.samples},
        is_polled=True,
    )


class _Overview:
    """Its charts are drawn once for each sample, whoever looks at them, one in a turn of the event loop: all of them
    take 10 ms."""

    def __init__(self, ground: ConsoleGround) -> None:
        self._history = ground.history
        self._drawn = (-1, 0, dict[str, Chart]())
        self._drawing = asyncio.Lock()

    async def show(self, console: Console) -> Response:
        span, charts = await self._charts()
        return console.page(
            "pages/overview/overview.html",
            charts=charts,
            span=console.texts(SPANS[span]),
            problems=self._problems(console.texts),
            every=int(EVERY_SECONDS * 1000),
            width=WIDTH,
            height=HEIGHT,
        )

    async def samples(self, console: Console) -> Response:
        span, charts = await self._charts()
        found: dict[str, Any] = {
            name: {"top": drawn.top, "lines": [{"path": line.path, "now": line.now} for line in drawn.lines]}
            for name, drawn in charts.items()
        }
        wrong = self._problems(console.texts)
        return console.json({"span": console.texts(SPANS[span]), "charts": found, "problems": wrong})

    async def _charts(self) -> tuple[int, dict[str, Chart]]:
        """Return the samples that the charts have room for, and the charts."""
        history = self._history
        async with self._drawing:
            if self._drawn[0] != history.taken:
                taken, samples = history.taken, list(history.samples)
                span = next(each for each in SPANS if each >= len(samples))
                drawn: dict[str, Chart] = {}
                for name, form in CHARTS.items():
                    series = [(each, [value(sample, each) for sample in samples]) for each in form.series]
                    drawn[name] = chart(series, span, form.shown)
                    await asyncio.sleep(0)
                self._drawn = (taken, span, drawn)
        return self._drawn[1:]

    def _problems(self, texts: Texts) -> list[dict[str, str]]:
        history = self._history
        samples = history.samples
        newest = list(islice(samples, max(0, len(samples) - MINUTE), None))
        found = problems(newest, history.sources.left_alone(), history.sources.bus_down())
        return [_shown(texts, each) for each in found]


def _shown(texts: Texts, problem: Problem) -> dict[str, str]:
    """Return a problem in words, and where it is said what to do."""
    key, (page, section) = f"problems.{problem.name}", SECTIONS[problem.name]
    path, title = PAGES.get(problem.name, ("", ""))
    return {
        "text": texts.counted(key, problem.number, **problem.values)
        if problem.number
        else texts(key, **problem.values),
        "path": path,
        "page": texts(title) if title else "",
        "see": texts("overview.see", page=page, section=section),
    }
