"""Measure the latency of small imports while large ones run."""

import asyncio
from collections.abc import Iterator

import uvloop

from bench.load import Load, offer
from bench.people import Circle
from bench.report import Report
from bench.run import Run
from bench.server import IMPORT, Amity

TURNS = 3
_LARGE_FOR_EACH = 3
"""Large imports prepared for each small one. About one of them is used."""


def latency_small(run: Run) -> Report:
    """Measure a client that imports 1 friend at a time while another one imports 1,000 at a time."""
    report = Report(
        "latency-small", "an import of 1 friend while imports of 1,000 run without pause, callback off, SQLite"
    )
    amity = Amity(run)
    amity.register()
    large, small = Circle(1000), Circle(1, beyond=4000)
    count = run.size(800)
    ready = _LARGE_FOR_EACH * count
    beside: list[Load] = []
    alone: list[Load] = []
    done = 0
    for turn in range(TURNS):
        large_requests = amity.encoded(IMPORT, large.bodies(turn * ready, ready))
        small_requests = amity.encoded(IMPORT, small.bodies(turn * 2 * count, 2 * count))
        load, large_done = uvloop.run(_beside(amity.port, large_requests, small_requests[:count]))
        beside.append(load)
        done += large_done
        alone.append(amity.load(small_requests[count:], 1))
    p99 = report.figure("beside large imports, p99", [load.milliseconds(99) for load in beside], "ms")
    report.figure("beside large imports, median", [load.milliseconds(50) for load in beside], "ms")
    report.figure("alone, p99", [load.milliseconds(99) for load in alone], "ms")
    report.figure("alone, median", [load.milliseconds(50) for load in alone], "ms")
    report.note(f"{done / sum(load.seconds for load in beside):.0f} imports of 1,000 friends a second meanwhile")
    report.below("p99 in ms", p99, 60)
    return report


async def _beside(port: int, large: list[bytes], small: list[bytes]) -> tuple[Load, int]:
    """Return the load of the small imports, and the number of large ones done meanwhile."""
    ended = asyncio.Event()

    def until_ended() -> Iterator[bytes]:
        for request in large:
            if ended.is_set():
                return
            yield request

    beside = asyncio.create_task(offer(port, until_ended(), 1))
    load = await offer(port, iter(small), 1)
    if beside.done():
        raise RuntimeError("the large imports ended before the small ones: there were too few of them")
    ended.set()
    return load, len((await beside).latencies)
