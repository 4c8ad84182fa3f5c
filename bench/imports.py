"""Imports of friends: how many a second, beside the floor, and beside the same with the before-callback on."""

import asyncio
from pathlib import Path

from amity.storage import open_database
from bench.load import Load
from bench.people import Circle
from bench.report import Report, rates
from bench.server import IMPORT, Amity, BusinessServer, load
from bench.stage import Program, Stage, free_port, python

TURNS = 3
AT_ONCE = 32
_WARM = 0.1


class Imports:
    """A server that is given turns of new imports. ``friends`` is how many each has."""

    def __init__(self, stage: Stage, name: str, friends: int, callbacks: dict[str, object] | None = None) -> None:
        self.server = Amity(stage, name, callbacks)
        self.server.register()
        self._circle = Circle(friends)
        self._next = 0

    def turn(self, count: int, at_once: int = AT_ONCE) -> Load:
        """Do so many imports."""
        requests = self.server.encoded(IMPORT, self._circle.bodies(self._next, count))
        self._next += count
        return self.server.load(requests, at_once)


class Floor:
    """The ASGI floor, given turns of the same imports."""

    def __init__(self, stage: Stage, friends: int, beside: Amity) -> None:
        database = new_database(stage, "floor")
        port = free_port()
        self._program = stage.measured("floor", python("bench.floor", "imports", database, friends, port), port=port)
        self._circle = Circle(friends)
        self._encoded = beside.encoded
        self._next = 0

    def turn(self, count: int) -> Load:
        """Do so many imports."""
        requests = self._encoded(IMPORT, self._circle.bodies(self._next, count))
        self._next += count
        return load(self._program, requests, AT_ONCE)


def new_database(stage: Stage, name: str) -> Path:
    """Have amity create a database file, and return it."""
    path = stage.directory / f"{name}.db"

    async def create() -> None:
        await (await open_database(f"sqlite:///{path}")).close()

    asyncio.run(create())
    return path


def import_1000(stage: Stage) -> Report:
    """Whole lists: one import of 1,000 friends after the other."""
    report = Report("import-1000", "imports of 1,000 friends, one at a time, callback off, SQLite")
    friends, count = 1000, stage.size(200)
    amity = Imports(stage, "amity", friends)
    floor = stage.measured("floor", python("bench.floor", "rows", new_database(stage, "floor"), friends))
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


def import_10(stage: Stage) -> Report:
    """The usual size."""
    return _small(stage, "import-10", 10, stage.size(8_000), wanted_rate=2500, wanted_percent=60)


def import_1(stage: Stage) -> Report:
    """The smallest."""
    return _small(stage, "import-1", 1, stage.size(16_000), wanted_rate=6000, wanted_percent=None)


def _small(
    stage: Stage, name: str, friends: int, count: int, *, wanted_rate: float, wanted_percent: float | None
) -> Report:
    report = Report(name, f"imports of {friends} friend(s), {AT_ONCE} at once, callback off, SQLite")
    amity = Imports(stage, "amity", friends)
    floor = Floor(stage, friends, amity.server)
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


def import_callback(stage: Stage) -> Report:
    """What it costs to ask the business server before each import."""
    report = Report("import-callback", f"the before-callback on beside off, {AT_ONCE} imports at once, SQLite")
    business = BusinessServer(stage)
    for friends, count in ((10, stage.size(8_000)), (1, stage.size(16_000))):
        asking = Imports(
            stage, f"asking-{friends}", friends, {"url": business.url, "beforeImportFriends": {"enable": True}}
        )
        silent = Imports(stage, f"silent-{friends}", friends)
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
