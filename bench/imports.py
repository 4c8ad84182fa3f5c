"""Measure imports of friends: the rate beside a baseline, and the rate with the before-callback on."""

import asyncio
from pathlib import Path

from amity.storage import open_database
from bench.load import Load
from bench.people import Circle
from bench.report import Report, rates
from bench.run import Program, Run, free_port, python
from bench.server import IMPORT, Amity, BusinessServer, load

TURNS = 3
AT_ONCE = 32
_WARM = 0.1


class Imports:
    """A server under measurement, which gets turns of new imports. ``friends`` is the size of each import."""

    def __init__(self, run: Run, name: str, friends: int, callbacks: dict[str, object] | None = None) -> None:
        self.server = Amity(run, name, callbacks)
        self.server.register()
        self._circle = Circle(friends)
        self._next = 0

    def turn(self, count: int, at_once: int = AT_ONCE) -> Load:
        """Do ``count`` imports."""
        requests = self.server.encoded(IMPORT, self._circle.bodies(self._next, count))
        self._next += count
        return self.server.load(requests, at_once)


class Floor:
    """The ASGI baseline, which gets turns of the same imports."""

    def __init__(self, run: Run, friends: int, beside: Amity) -> None:
        database = new_database(run, "floor")
        port = free_port()
        self._program = run.measured("floor", python("bench.floor", "imports", database, friends, port), port=port)
        self._circle = Circle(friends)
        self._encoded = beside.encoded
        self._next = 0

    def turn(self, count: int) -> Load:
        """Do ``count`` imports."""
        requests = self._encoded(IMPORT, self._circle.bodies(self._next, count))
        self._next += count
        return load(self._program, requests, AT_ONCE)


def new_database(run: Run, name: str) -> Path:
    """Create a database file with amity's tables, and return its path."""
    path = run.directory / f"{name}.db"

    async def create() -> None:
        await (await open_database(f"sqlite:///{path}")).close()

    asyncio.run(create())
    return path


def import_1000(run: Run) -> Report:
    """Measure imports of 1,000 friends, one at a time."""
    report = Report("import-1000", "imports of 1,000 friends, one at a time, callback off, SQLite")
    friends, count = 1000, run.size(200)
    amity = Imports(run, "amity", friends)
    floor = run.measured("floor", python("bench.floor", "rows", new_database(run, "floor"), friends))
    amity.turn(10, at_once=1)
    floor.ask("0 10")
    ours: list[float] = []
    bare: list[float] = []
    busy: list[float] = []
    for turn in range(TURNS):
        done = amity.turn(count, at_once=1)
        ours.append(done.rate * 2 * friends)
        busy.append(done.microseconds / 2 / friends)
        bare.append(_bare_rate(floor, 10 + turn * count, count, friends))
    report.figure("amity", ours, "rows/s")
    report.figure("  processor time of a row", busy, "us")
    report.figure("bare executemany", bare, "rows/s")
    report.at_least("of the bare rows/s", report.ratio("amity / bare", ours, bare) * 100, 70, " %")
    return report


def _bare_rate(floor: Program, first: int, count: int, friends: int) -> float:
    return count * 2 * friends / float(floor.ask(f"{first} {count}"))


def import_10(run: Run) -> Report:
    """Measure imports of 10 friends, the usual size."""
    return _small(run, "import-10", 10, run.size(8_000), wanted_rate=2500, wanted_percent=60)


def import_1(run: Run) -> Report:
    """Measure imports of 1 friend, the smallest size."""
    return _small(run, "import-1", 1, run.size(16_000), wanted_rate=6000, wanted_percent=None)


def _small(
    run: Run, name: str, friends: int, count: int, *, wanted_rate: float, wanted_percent: float | None
) -> Report:
    report = Report(name, f"imports of {friends} friend(s), {AT_ONCE} at once, callback off, SQLite")
    amity = Imports(run, "amity", friends)
    floor = Floor(run, friends, amity.server)
    for warming in (amity, floor):
        warming.turn(int(count * _WARM))
    ours: list[Load] = []
    bare: list[Load] = []
    for _ in range(TURNS):
        ours.append(amity.turn(count))
        bare.append(floor.turn(count))
    rate = report.loads("amity", ours, "imports/s")
    report.loads("floor (echo + group commit)", bare, "imports/s")
    part = report.ratio("amity / floor", rates(ours), rates(bare)) * 100
    report.at_least("imports/s", rate, wanted_rate)
    if wanted_percent is not None:
        report.at_least("of the floor", part, wanted_percent, " %")
    return report


def import_callback(run: Run) -> Report:
    """Measure the cost of the before-callback of each import."""
    report = Report("import-callback", f"the before-callback on beside off, {AT_ONCE} imports at once, SQLite")
    business = BusinessServer(run)
    for friends, count in ((10, run.size(8_000)), (1, run.size(16_000))):
        asking = Imports(
            run, f"asking-{friends}", friends, {"url": business.url, "beforeImportFriends": {"enable": True}}
        )
        silent = Imports(run, f"silent-{friends}", friends)
        for warming in (asking, silent):
            warming.turn(int(count * _WARM))
        on: list[Load] = []
        off: list[Load] = []
        for _ in range(TURNS):
            on.append(asking.turn(count))
            off.append(silent.turn(count))
        report.loads(f"{friends} friend(s), callback on", on, "imports/s")
        report.loads(f"{friends} friend(s), callback off", off, "imports/s")
        part = report.ratio(f"{friends} friend(s), on / off", rates(on), rates(off)) * 100
        report.at_least(f"{friends} friend(s): of the rate without the callback", part, 80, " %")
        asking.server.program.stop()
        silent.server.program.stop()
    asked, _ = business.count()
    report.note(f"the business server was asked {asked:,} times")
    return report
