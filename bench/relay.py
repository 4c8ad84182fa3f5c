"""Measure the relay: how fast and how soon it answers after-callbacks, which are then durable, and what it adds to
before-callbacks."""

import asyncio
import time
from collections.abc import Callable, Sequence

import uvloop
import yaml

from amity.callbacks.telling.outbox import Outbox, Told
from amity.relay.commands import Commands
from amity.relay.request import read
from amity.settings import Callbacks
from amity.storage import open_database
from bench import openim
from bench.imports import new_database
from bench.load import Load
from bench.pace import offer_at
from bench.report import Report
from bench.run import Program, Run, free_port, python
from bench.server import SECRET, BusinessServer, load
from tests.support.postgres import PostgresServer, PostgresUnavailableError

TURNS = 3
RATE = 2000
"""Events a second that must never wait."""
WAITING = 100_000
_CONNECTIONS = 16  # of seven services of OpenIM's server, two workers each
_SECONDS = 8.0  # of a turn at the steady rate
_ACCEPTED = b'{"actionCode":0,"errCode":0'
_APPROVED = b'{"errCode":0'
_STORED = b'{"actionCode":0'


class Relay:
    """A running ``amity relay``, whose callbacks go to ``business``. ``prepare`` is called with the database's URL
    before it starts."""

    def __init__(
        self,
        run: Run,
        name: str,
        business: BusinessServer,
        *,
        database: str = "",
        prepare: Callable[[str], None] | None = None,
    ) -> None:
        self.port = free_port()
        url = database or f"sqlite:///{run.directory / name}.db"
        settings = {
            "secret": SECRET,
            "relay": {"host": "127.0.0.1", "port": self.port},
            "database": url,
            "log": {"level": "error"},
            "callbacks": {"url": business.url, "retries": [300, 1800]},
        }
        config = run.directory / f"{name}.yml"
        config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        if prepare is not None:
            prepare(url)
        self.program = run.measured(name, python("amity", "relay", "--config", config), port=self.port)

    def accept(self, count: int, seed: int) -> Load:
        """Post after-callbacks, each as soon as its connection is free."""
        return load(self.program, openim.after_events(count, seed=seed), _CONNECTIONS, _ACCEPTED)

    def accept_at_rate(self, seconds: float, seed: int) -> Load:
        """Post ``RATE`` after-callbacks a second."""
        requests = openim.after_events(int(RATE * seconds), seed=seed)
        return _at_rate(self.program, requests, _ACCEPTED)


def relay(run: Run) -> Report:
    """Measure after- and before-callbacks on SQLite, and after-callbacks on PostgreSQL."""
    report = Report("relay", "callbacks of OpenIM's server through the relay, SQLite")
    _accept(run, report)
    _accept_at_rate(run, report)
    _accept_beside_waiting(run, report)
    _ask(run, report)
    _accept_on_postgres(run, report)
    return report


def _accept(run: Run, report: Report) -> None:
    """Post as fast as 16 connections allow: to a relay that delivers, to one whose business server answers 503, and to
    a floor that only stores."""
    count = run.size(10_000)
    fast, down = BusinessServer(run, "fast"), BusinessServer(run, "down")
    down.answer_with(503)
    delivering, piling = Relay(run, "delivering", fast), Relay(run, "piling", down)
    port = free_port()
    floor = run.measured("floor", python("bench.floor", "events", new_database(run, "floor"), port), port=port)
    while_delivering: list[Load] = []
    while_down: list[Load] = []
    bare: list[Load] = []
    delivered: list[float] = []
    for turn in range(TURNS):
        before = fast.count()[0]
        while_delivering.append(delivering.accept(count, turn))
        delivered.append((fast.count()[0] - before) / while_delivering[-1].seconds)
        _until_delivered(fast, (turn + 1) * count)
        while_down.append(piling.accept(count, turn))
        bare.append(load(floor, openim.after_events(count, seed=turn), _CONNECTIONS, _STORED))
    rate = report.loads("accepted, delivering", while_delivering, "events/s")
    report.figure("  delivered meanwhile", delivered, "events/s")
    report.loads("accepted, business down", while_down, "events/s")
    report.loads("floor (stores, no more)", bare, "events/s")
    report.ratio("business down / floor", [one.rate for one in while_down], [one.rate for one in bare])
    report.at_least("events/s accepted", rate, RATE)
    for relayed in (delivering, piling):
        relayed.program.stop()
    floor.stop()


def _accept_at_rate(run: Run, report: Report) -> None:
    """Post at a steady rate, which the relay delivers at the same time, or cannot deliver."""
    seconds = _SECONDS / 4 if run.quick else _SECONDS
    for name, status in (("delivering", 200), ("business down", 503)):
        business = BusinessServer(run, f"steady-{status}")
        business.answer_with(status)
        steady = Relay(run, f"steady-relay-{status}", business)
        steady.accept_at_rate(0.5, 9)
        loads = [steady.accept_at_rate(seconds, turn) for turn in range(TURNS)]
        p99 = _latency(report, f"{RATE:,}/s, {name}", loads)
        report.below(f"p99 in ms at {RATE:,} events/s, {name}", p99, 20)
        steady.program.stop()


def _accept_beside_waiting(run: Run, report: Report) -> None:
    """Post at a steady rate while a long queue is being delivered, as fast as the rest of the core allows."""
    waiting = run.size(WAITING)
    business = BusinessServer(run, "long")
    crowded = Relay(run, "crowded", business, prepare=lambda url: asyncio.run(_fill(url, waiting)))
    began = time.monotonic()
    loads: list[Load] = []
    left = waiting
    while not loads or (left > 0 and len(loads) < TURNS):
        loads.append(crowded.accept_at_rate(_SECONDS / 2, len(loads)))
        left = waiting + int(RATE * _SECONDS / 2) * len(loads) - business.count()[0]
    _latency(report, f"{RATE:,}/s, {waiting:,} waiting", loads)
    rate = business.count()[0] / (time.monotonic() - began)
    report.figure("  delivered meanwhile", [rate], "events/s")
    crowded.program.stop()


def _ask(run: Run, report: Report) -> None:
    """Ask before messages, of the business server itself and through the relay, in turn."""
    count = run.size(4_000)
    business = BusinessServer(run, "asked")
    asking = Relay(run, "asking", business)
    direct = Program("asked", asking.program.process, asking.program.log, business.port)
    for connections in (1, _CONNECTIONS):
        through: list[Load] = []
        straight: list[Load] = []
        for turn in range(TURNS):
            requests = openim.before_callbacks(count, seed=turn)
            straight.append(load(direct, requests, connections, _APPROVED))
            through.append(load(asking.program, requests, connections, _ACCEPTED))
        for percent in (50, 99):
            added = [
                one.milliseconds(percent) - other.milliseconds(percent)
                for one, other in zip(through, straight, strict=True)
            ]
            report.figure(f"asked, {connections} at once, adds, p{percent}", added, "ms")
        report.ratio(
            f"asked, {connections} at once / direct",
            [one.milliseconds(50) for one in through],
            [one.milliseconds(50) for one in straight],
        )
        report.figure("  questions", [one.rate for one in through], "1/s")
    asking.program.stop()


def _accept_on_postgres(run: Run, report: Report) -> None:
    """Post to a relay on PostgreSQL, which has the core of the load."""
    count = run.size(5_000)
    business = BusinessServer(run, "beside-postgres")
    try:
        postgres = PostgresServer()
        postgres.start()
    except PostgresUnavailableError as failure:
        report.note(f"PostgreSQL: skipped: {failure}")
        return
    try:
        on_postgres = Relay(run, "on-postgres", business, database=postgres.create_database("relay"))
        accepted = [on_postgres.accept(count, turn) for turn in range(TURNS)]
        report.loads("accepted, PostgreSQL", accepted, "events/s")
        steady = [on_postgres.accept_at_rate(_SECONDS / 4, turn) for turn in range(TURNS)]
        _latency(report, f"{RATE:,}/s, PostgreSQL", steady)
        on_postgres.program.stop()
    finally:
        postgres.stop()


def _at_rate(program: Program, requests: Sequence[bytes], success: bytes) -> Load:
    busy = program.processor_seconds()
    done = uvloop.run(offer_at(program.port, requests, _CONNECTIONS, RATE, success))
    done.busy = program.processor_seconds() - busy
    return done


def _latency(report: Report, label: str, loads: Sequence[Load]) -> float:
    """Add the latencies at a steady rate, and how much of the core that kept busy; return the p99."""
    report.figure(f"{label}, p50", [one.milliseconds(50) for one in loads], "ms")
    p99 = report.figure("  p99", [one.milliseconds(99) for one in loads], "ms")
    report.figure("  longest", [one.milliseconds(100) for one in loads], "ms")
    report.figure("  core kept busy", [one.busy / one.seconds * 100 for one in loads], "%")
    return p99


def _until_delivered(business: BusinessServer, count: int) -> None:
    deadline = time.monotonic() + 60
    while business.count()[0] < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{business.count()[0]} of {count} events were delivered within 60 s")
        time.sleep(0.05)


async def _fill(url: str, count: int) -> None:
    """Fill the outbox of a new database."""
    outbox, commands = Outbox(Callbacks()), Commands()
    told = []
    for target, body in openim.bodies(count, seed=99):
        name, _, query = target.partition("?")
        command = commands.named(name)
        assert command is not None
        request = read(command, body, "bench", query, documented_names=False)
        told.append(Told(request.owner, name, "bench", body.decode(), query))
    database = await open_database(url)
    try:
        await database.write(lambda tx: outbox.store(tx, told), rows=count)
    finally:
        await database.close()
