"""Measure messages of single chats over the gateway: sent as the Go core sends them, stored, answered and pushed."""

from collections.abc import Iterator

from bench.gateway import People
from bench.load import Load
from bench.report import Report, rates
from bench.run import Run, free_port, python
from bench.server import Amity
from bench.sockets import Clients, message

PAIRS = 200
FEW = 20
TURNS = 3


def messages(run: Run) -> Report:
    """Measure 200 senders and 20, each with one message under way to a receiver of its own, who is connected."""
    report = Report("messages", "messages (gob, gzip) to receivers that are connected, durable SQLite")
    for pairs, count in ((PAIRS, run.size(40_000)), (FEW, run.size(10_000))):
        people = People(2 * pairs)
        amity = Amity(run, prepare=people.prepare)
        port = free_port()
        floor = run.measured("echo", python("bench.echo", port), port=port)
        ours, bare = Clients(), Clients()
        sent: list[Load] = []
        echoed: list[Load] = []
        try:
            ours.connect(people.addresses(amity.gateway_port))
            bare.connect([f"ws://127.0.0.1:{port}/"] * pairs)
            for turn in range(TURNS):
                for program, clients, loads in ((amity.program, ours, sent), (floor, bare, echoed)):
                    frames = _frames(people, pairs, count, turn)
                    busy = program.processor_seconds()
                    if clients is ours:
                        # The sender's own device gets the message, too.
                        load = clients.exchange(frames, count, answers=2, pushed=count)
                    else:
                        load = clients.exchange(frames, count)
                    load.busy = program.processor_seconds() - busy
                    loads.append(load)
        finally:
            ours.close()
            bare.close()
        report.loads(f"messages of {pairs} senders", sent, "messages/s")
        report.figure("  p50", [each.milliseconds(50) for each in sent], "ms")
        report.ratio("  to an echo of their frames", rates(sent), rates(echoed))
        if pairs == FEW:
            p99 = report.figure("  p99 of 20 senders", [each.milliseconds(99) for each in sent], "ms")
            report.below("ms from sending to the answer, p99", p99, 25)
        amity.program.stop()
        floor.stop()
    return report


def _frames(people: People, pairs: int, count: int, turn: int) -> list[Iterator[bytes]]:
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
