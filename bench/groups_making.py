"""Measure making groups, and bringing users into them one by one."""

import random
from collections.abc import Iterator

import uvloop

from bench import people
from bench.groups import CREATE, INVITE, creation, invitation
from bench.imports import new_database
from bench.load import Load, offer_each
from bench.report import Report, rates
from bench.run import Run, python
from bench.server import Amity

TURNS = 3
GROUPS = 40
MEMBERS = 1000
AT_ONCE = 32
INVITED = 100
_ROWS = 2 * MEMBERS + 1
"""Rows of a group: of each member in the group, and in what is written there; of who makes it in the latter."""


def groups_making(run: Run) -> Report:
    """Measure groups of 1,000 members beside a bare insert of the same rows, and invitations of one user each."""
    report = Report("groups-making", "groups of 1,000 members, one at a time, and users invited one by one, SQLite")
    amity = Amity(run)
    ids = amity.register()
    _make(run, report, amity, ids)
    _invite(run, report, amity, ids)
    return report


def _make(run: Run, report: Report, amity: Amity, ids: list[str]) -> None:
    count = run.size(GROUPS)
    floor = run.measured("floor", python("bench.groups_floor", "rows", amity.database, new_database(run, "floor")))
    chance = random.Random(4)
    made: list[Load] = []
    bare: list[float] = []
    for turn in range(TURNS):
        bodies = [creation(f"made-{turn}-{number}", chance.sample(ids, MEMBERS)) for number in range(count)]
        made.append(amity.load(amity.encoded(CREATE, bodies), 1))
        rows, seconds = map(float, floor.ask(f"{turn * count} {count}").split())
        if rows != count * _ROWS:
            raise RuntimeError(f"{count} groups have {rows:.0f} rows, not {count * _ROWS}")
        bare.append(rows / seconds)
    floor.stop()
    ours = [rate * _ROWS for rate in rates(made)]
    report.figure("create_group", ours, "rows/s")
    report.figure("  a group of 1,000", [load.milliseconds(50) for load in made], "ms")
    report.figure("  processor time of a row", [load.microseconds / _ROWS for load in made], "us")
    report.figure("bare executemany", bare, "rows/s")
    report.at_least("of the bare insert", report.ratio("  create_group to it", ours, bare) * 100, 60, " %")


def _invite(run: Run, report: Report, amity: Amity, ids: list[str]) -> None:
    invited = run.size(INVITED)
    many: list[Load] = []
    one: list[Load] = []
    for turn in range(TURNS):
        for groups, loads in ((AT_ONCE, many), (1, one)):
            names = [f"invited-{turn}-{groups}-{number}" for number in range(groups)]
            owners = ids[:groups]
            made = [creation(name, [owner]) for name, owner in zip(names, owners, strict=True)]
            amity.load(amity.encoded(CREATE, made), 1)
            requests = [amity.encoded(INVITE, _bodies(name, ids, invited)) for name in names]
            busy = amity.program.processor_seconds()
            load = uvloop.run(offer_each(amity.port, [iter(own) for own in requests]))
            load.busy = amity.program.processor_seconds() - busy
            loads.append(load)
    rate = report.loads(f"invitations, {AT_ONCE} groups at once", many, "/s")
    report.loads("invitations into one group", one, "/s")
    report.at_least("invitations/s of one user each", rate, 1000)


def _bodies(group: str, ids: list[str], count: int) -> Iterator[bytes]:
    chance = random.Random(group)
    for user in chance.sample(ids[AT_ONCE : people.MOST], count):
        yield invitation(group, [user])
