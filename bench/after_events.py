"""Measure the delivery of after-events, and imports beside a long queue of them."""

import asyncio
import time
from collections.abc import Callable, Iterable

from amity.callbacks.telling.outbox import Outbox
from amity.settings import Callback, Callbacks
from amity.storage import Transaction, open_database
from amity.wire.events.friends import AfterImportFriends
from bench import people
from bench.load import Load
from bench.people import Circle
from bench.report import Report
from bench.run import Run
from bench.server import IMPORT, Amity, BusinessServer

TURNS = 3
WAITING = 100_000
_AT_ONCE = 4
_WITHIN = 60.0


def after_events(run: Run) -> Report:
    """Measure both with events of imports of 10 friends."""
    report = Report("after-events", "after-events to a fast business server on the other core, SQLite")
    _deliver(run, report)
    _import_beside_waiting(run, report)
    return report


def _deliver(run: Run, report: Report) -> None:
    """Start a server on a filled outbox, and measure at the business server how fast the events arrive."""
    count = run.size(15_000)
    rates = []
    for turn in range(TURNS):
        business = BusinessServer(run, f"fast-{turn}")
        server = Amity(run, f"delivering-{turn}", _callbacks(business), _queue(count))
        rates.append(_rate(business, count))
        server.program.stop()
    report.at_least("events/s", report.figure("delivered", rates, "events/s"), 2000)


def _rate(business: BusinessServer, count: int) -> float:
    deadline = time.monotonic() + _WITHIN
    while time.monotonic() < deadline:
        delivered, seconds = business.count()
        if delivered >= count:
            return delivered / seconds
        time.sleep(0.1)
    raise RuntimeError(f"{count} events were not delivered within {_WITHIN:.0f} s")


def _import_beside_waiting(run: Run, report: Report) -> None:
    """Run the same imports on two servers whose business server answers 503: one begins with an empty outbox."""
    waiting = run.size(WAITING)
    down = BusinessServer(run, "down")
    down.answer_with(503)
    long = Amity(run, "long", _callbacks(down), _queue(waiting))
    short = Amity(run, "short", _callbacks(down))
    for server in (long, short):
        server.register()
    time.sleep(2)  # the first attempts, until the breaker opens
    circle, count = Circle(10), run.size(2_000)
    with_many: list[Load] = []
    with_few: list[Load] = []
    for turn in range(TURNS):
        bodies = list(circle.bodies(turn * count, count))
        with_many.append(long.load(long.encoded(IMPORT, bodies), _AT_ONCE))
        with_few.append(short.load(short.encoded(IMPORT, bodies), _AT_ONCE))
    report.figure(f"import, p99, {waiting:,} waiting", [load.milliseconds(99) for load in with_many], "ms")
    report.figure("import, p99, none at first", [load.milliseconds(99) for load in with_few], "ms")
    ratio = _together(with_many).milliseconds(99) / _together(with_few).milliseconds(99)
    report.note(f"{'p99 of all turns together':<30} {ratio:>9.2f} x")
    report.below("p99 with many waiting / with none", ratio, 1.2)

    # Not a target, because the courier then uses a part of the core. It shows that imports do not wait for deliveries.
    down.answer_with(200)
    _until(lambda: down.count()[0] > 100)
    meanwhile = long.load(long.encoded(IMPORT, circle.bodies(TURNS * count, count)), _AT_ONCE)
    delivered, seconds = down.count()
    report.figure("import, p99, while delivering", [meanwhile.milliseconds(99)], "ms")
    if delivered >= waiting:
        report.note("(the queue was delivered before these imports ended)")
    else:
        report.figure("delivered meanwhile", [delivered / seconds], "events/s")


def _together(loads: Iterable[Load]) -> Load:
    together = Load()
    for load in loads:
        together.latencies.extend(load.latencies)
    return together


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN
    while not done():
        if time.monotonic() > deadline:
            raise RuntimeError(f"nothing was delivered within {_WITHIN:.0f} s of the business server's return")
        time.sleep(0.1)


def _callbacks(business: BusinessServer) -> dict[str, object]:
    return {"url": business.url, "afterImportFriends": {"enable": True}, "retries": [300, 1800]}


def _queue(count: int) -> Callable[[str], None]:
    """Return a function that fills the outbox of a new database with the events of ``count`` imports."""

    def fill(url: str) -> None:
        asyncio.run(_fill(url, count))

    return fill


async def _fill(url: str, count: int) -> None:
    outbox = Outbox(Callbacks(events={AfterImportFriends.setting: Callback(enable=True)}))
    circle, ids = Circle(10), people.ids()

    async def record(tx: Transaction) -> None:
        for index in range(count):
            owner, friends = circle.numbers(index)
            event = AfterImportFriends(owner_user_id=ids[owner], friend_user_ids=[ids[friend] for friend in friends])
            await outbox.record(tx, event, "bench")

    database = await open_database(url)
    try:
        await database.write(record, rows=count)
    finally:
        await database.close()
