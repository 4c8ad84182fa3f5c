"""Measure messages of single chats over the gateway: sent as the Go core sends them, stored, answered and pushed."""

import asyncio
from collections.abc import Iterator

from amity.storage import open_database
from bench.gateway import People
from bench.load import Load
from bench.report import Report, rates
from bench.run import Run, free_port, python
from bench.server import Amity
from bench.sockets import Clients, address, message

PAIRS = 200
FEW = 20
TURNS = 3


def messages(run: Run) -> Report:
    """Measure 200 senders and 20, each with one message under way to a receiver of its own, who is connected."""
    report = Report("messages", "messages (gob, gzip) to receivers that are connected, durable SQLite")
    for pairs, count in ((PAIRS, run.size(40_000)), (FEW, run.size(10_000))):
        people = People(2 * pairs)
        amity = Amity(run, name=f"amity-{pairs}", prepare=people.prepare)
        port = free_port()
        file = run.directory / f"floor-{pairs}.db"
        asyncio.run(_create(f"sqlite:///{file}"))
        floor = run.measured(f"floor-{pairs}", python("bench.messages_floor", file, port), port=port)
        ours, bare = Clients(), Clients()
        sent: list[Load] = []
        floored: list[Load] = []
        try:
            ours.connect(people.addresses(amity.gateway_port))
            bare.connect([address(port, user, "") for user in people.ids])
            for turn in range(TURNS):
                for program, clients, loads in ((amity.program, ours, sent), (floor, bare, floored)):
                    busy = program.processor_seconds()
                    # The sender's own device gets the message, too.
                    load = clients.exchange(frames(people, pairs, count, turn), count, answers=2, pushed=count)
                    load.busy = program.processor_seconds() - busy
                    loads.append(load)
        finally:
            ours.close()
            bare.close()
        report.loads(f"messages of {pairs} senders", sent, "messages/s")
        p50 = report.figure("  p50", [each.milliseconds(50) for each in sent], "ms")
        report.loads("  the floor", floored, "messages/s")
        ratio = report.ratio("  to the floor's rate", rates(sent), rates(floored))
        costs = [[each.microseconds for each in loads] for loads in (floored, sent)]
        report.ratio("  by processor time", *costs)
        if pairs == PAIRS:
            report.at_least("of the floor's rate", ratio * 100, 60, " %")
        else:
            p99 = report.figure("  p99 of 20 senders", [each.milliseconds(99) for each in sent], "ms")
            report.below("ms from sending to answer and push, p50", p50, 8)
            report.below("ms from sending to answer and push, p99", p99, 25)
        amity.program.stop()
        floor.stop()
    return report


async def _create(url: str) -> None:
    """Create an empty database with amity's tables."""
    await (await open_database(url)).close()


def frames(people: People, pairs: int, count: int, turn: int) -> list[Iterator[bytes]]:
    """Return each sender's messages: any of them may send a few more than its share."""
    each = count // pairs * 3 + 10
    return [
        iter(
            [
                message(people.ids[pair], people.ids[pairs + pair], pairs * 10**9 + turn * each + number)
                for number in range(each)
            ]
        )
        for pair in range(pairs)
    ]
