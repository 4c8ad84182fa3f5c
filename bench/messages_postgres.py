"""Measure messages of single chats on PostgreSQL, over the gateway and without one, beside the same rows written by
programs that do nothing else."""

import asyncio

from amity.storage import open_database
from bench.gateway import People
from bench.load import Load
from bench.messages import PAIRS, frames
from bench.report import Report, rates
from bench.run import Program, Run, python
from bench.server import Amity
from bench.sockets import Clients
from tests.support.postgres import PostgresServer, PostgresUnavailableError

TURNS = 3
MESSAGES = 20_000
"""Messages of a turn."""
SLOW = 5_000
"""Messages of a turn that have a transaction each."""


def messages_postgres(run: Run) -> Report:
    """Measure 200 senders, each with one message under way to a receiver of its own, who is connected."""
    report = Report("messages-postgres", "messages (gob, gzip) to receivers that are connected, durable PostgreSQL")
    postgres = PostgresServer()
    try:
        postgres.start()
    except PostgresUnavailableError as failure:
        report.skipped = str(failure)
        return report
    try:
        _measure(run, report, postgres)
    finally:
        postgres.stop()
    return report


def _measure(run: Run, report: Report, postgres: PostgresServer) -> None:
    people = People(2 * PAIRS)
    amity = Amity(run, prepare=people.prepare, url=postgres.create_database("amity"))
    writing = _program(run, postgres, "writing", "bench.messages_writing")
    gathered, each = (_program(run, postgres, how, "bench.postgres_floor", how) for how in ("gathered", "each"))
    clients = Clients()
    count, slow = run.size(MESSAGES), run.size(SLOW)
    sent: list[Load] = []
    written: list[float] = []
    floored: list[float] = []
    alone: list[float] = []
    try:
        clients.connect(people.addresses(amity.gateway_port))
        for turn in range(TURNS):
            clients.ping()
            busy = amity.program.processor_seconds()
            load = clients.exchange(frames(people, PAIRS, count, turn), count, answers=2, pushed=count)
            load.busy = amity.program.processor_seconds() - busy
            sent.append(load)
            for program, size, found in ((writing, count, written), (gathered, count, floored), (each, slow, alone)):
                done, seconds = map(float, program.ask(str(size)).split())
                found.append(done / seconds)
    finally:
        clients.close()
        amity.program.stop()
        for program in (writing, gathered, each):
            program.stop()
    report.loads(f"messages of {PAIRS} senders, over the gateway", sent, "messages/s")
    report.figure("messages written, without a gateway", written, "messages/s")
    report.figure("bare rows, gathered", floored, "messages/s")
    report.figure("bare rows, a transaction each", alone, "messages/s")
    report.ratio("  over the gateway, to the gathered rows", rates(sent), floored)
    ratio = report.ratio("  written, to the gathered rows", written, floored)
    times = report.ratio("  written, to a transaction each", written, alone)
    report.at_least("of the rate of bare rows, gathered", ratio * 100, 50, " %")
    report.at_least("times the rate of a transaction for each message", times, 5)


def _program(run: Run, postgres: PostgresServer, name: str, module: str, *arguments: str) -> Program:
    """Start a program that writes messages on an empty database with amity's tables."""
    url = postgres.create_database(name)
    asyncio.run(_create(url))
    return run.measured(name, python(module, *arguments, url))


async def _create(url: str) -> None:
    """Create an empty database with amity's tables."""
    await (await open_database(url)).close()
