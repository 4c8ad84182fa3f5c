"""Measure messages of single chats with two processes on one PostgreSQL: within one of them, and across."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Final, NamedTuple

from bench.gateway import People
from bench.load import Load
from bench.messages import frames
from bench.report import Report
from bench.run import Program, Run
from bench.server import Amity
from bench.sockets import Clients
from tests.support.postgres import PostgresServer, PostgresUnavailableError
from tests.support.redis import RedisServer

PAIRS: Final = 200
FEW: Final = 20
MESSAGES: Final = 12_000
TURNS: Final = 5
_ANSWERS: Final = 2
"""What a sender gets of each message: the answer, and the push to its own devices."""


class _Way(NamedTuple):
    """A way for messages: at which ports senders and receivers are, and which programs work for it."""

    name: str
    addresses: Sequence[str]
    programs: Sequence[Program]


def cluster(run: Run) -> Report:
    """Measure 200 senders, and 20, with receivers at the same process and at the other one, over PostgreSQL's NOTIFY
    and over Redis; and two processes with a half of the pairs each, beside one process that has its database alone, and
    beside two that have a database each."""
    report = Report("cluster", "messages (gob, gzip) to receivers that are connected, two processes on one PostgreSQL")
    with ExitStack() as stack:
        try:
            postgres = stack.enter_context(PostgresServer())
        except PostgresUnavailableError as failure:
            report.skipped = str(failure)
            return report
        _measure(run, report, postgres, "NOTIFY", "")
        if shutil.which("redis-server") is None:
            report.note("redis-server is not installed: not measured with Redis")
        else:
            redis = stack.enter_context(RedisServer())
            _measure(run, report, postgres, "Redis", redis.url)
    return report


def _measure(run: Run, report: Report, postgres: PostgresServer, bus: str, url: str) -> None:
    people, others, strangers = (People(2 * PAIRS) for _ in range(3))  # each database has tokens of its own
    shared, lone, third_url = (
        postgres.create_database(f"{name}_{bus}".lower()) for name in ("shared", "lone", "apart")
    )
    one = Amity(run, f"one-{bus}", prepare=people.prepare, url=shared, bus=url)
    two = Amity(run, f"two-{bus}", url=shared, bus=url)
    alone = Amity(run, f"alone-{bus}", prepare=others.prepare, url=lone, bus=url)
    other = Amity(run, f"other-{bus}", prepare=strangers.prepare, url=third_url, bus=url)
    both = (one.program, two.program)
    try:
        for pairs, count in ((PAIRS, run.size(MESSAGES)), (FEW, run.size(MESSAGES // 4))):
            senders, receivers = range(pairs), range(PAIRS, PAIRS + pairs)
            first, second = (people.addresses(each.gateway_port) for each in (one, two))
            third, fourth = others.addresses(alone.gateway_port), strangers.addresses(other.gateway_port)
            everybody = [*senders, *receivers]
            halves = [(first, second)[place % 2][place] for place in everybody]
            apart = [(third, fourth)[place % 2][place] for place in everybody]
            ways = [
                _Way("within", [first[place] for place in everybody], both),
                _Way("across", [*(first[place] for place in senders), *(second[place] for place in receivers)], both),
                _Way("halves", halves, both),
                _Way("alone", [third[place] for place in everybody], (alone.program,)),
                _Way("apart", apart, (alone.program, other.program)),
            ]
            found: dict[str, list[Load]] = {way.name: [] for way in ways}
            for turn in range(TURNS):
                for way in ways:
                    found[way.name].append(_exchange(way, people, pairs, count, turn))
            _report(report, bus, pairs, found)
    finally:
        for amity in (one, two, alone, other):
            amity.program.stop()


def _exchange(way: _Way, people: People, pairs: int, count: int, turn: int) -> Load:
    clients = Clients()
    try:
        clients.connect(way.addresses)
        # The first message of each pair: clients that have moved are sent once more what came just before.
        clients.exchange(_frames(people, pairs, pairs, turn + 500, way.name), pairs, answers=_ANSWERS, pushed=pairs)
        clients.ping()
        busy = sum(program.processor_seconds() for program in way.programs)
        own = _frames(people, pairs, count, turn, way.name)
        if pairs == FEW:
            load = clients.deliver(own, count, answers=_ANSWERS)
        else:
            load = clients.exchange(own, count, answers=_ANSWERS, pushed=count)
        load.busy = sum(program.processor_seconds() for program in way.programs) - busy
        return load
    finally:
        clients.close()


def _frames(people: People, pairs: int, count: int, turn: int, way: str) -> list[Iterator[bytes]]:
    # Each exchange has messages of its own: one that was sent before is a repeat.
    own = turn * 5 + ("within", "across", "halves", "alone", "apart").index(way) + (10_000 if pairs == FEW else 0)
    return frames(people, PAIRS, count * PAIRS // pairs, own)[:pairs]


def _report(report: Report, bus: str, pairs: int, found: dict[str, list[Load]]) -> None:
    costs = {way: [load.microseconds for load in loads] for way, loads in found.items()}
    middles = {way: [load.milliseconds(50) for load in loads] for way, loads in found.items()}
    for way, loads in found.items():
        report.loads(f"{bus}, {pairs} senders, {way}", loads, "messages/s")
    if pairs == PAIRS:
        across = report.ratio("  across / within, by processor time", costs["across"], costs["within"])
        halves = report.ratio("  halves / alone, by processor time", costs["halves"], costs["alone"])
        report.ratio("  halves / two that are apart", costs["halves"], costs["apart"])
        report.below(f"{bus}: times the processor time of a message that does not cross", across, 1.4)
        report.below(f"{bus}: times that of one process, where nothing crosses", halves, 1.1)
    else:
        within = report.figure("  p50 within", middles["within"], "ms")
        across = report.figure("  p50 across", middles["across"], "ms")
        report.below(f"{bus}: ms from sending to push, more than within a process, p50", across - within, 5)
