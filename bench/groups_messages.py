"""Measure messages to groups: beside a bare write to as many sockets, and in a group of which few are connected."""

import itertools
import statistics

from bench.gateway import People
from bench.groups import ANSWERS, Groups, costs, deliveries, fan_out, make
from bench.load import Load
from bench.report import Report
from bench.run import Run, python
from bench.server import Amity
from bench.sockets import Clients, group_message, max_seq_request

TURNS = 5
SENDERS = 2
MEMBERS = 1000
MESSAGES = 100
MANY = 10_000
CONNECTED = 500


def groups_messages(run: Run) -> Report:
    """Measure both with messages as the Go core sends them."""
    report = Report("groups-messages", "messages (gob, gzip) to groups, durable SQLite")
    _beside_writes(run, report)
    _of_many(run, report)
    return report


def _beside_writes(run: Run, report: Report) -> None:
    """Measure a group of 1,000, all connected, beside a program that only writes the same frames.

    It writes each by itself. Amity sends what waits for the same member in one write, as the messages of both senders
    often do: with one sender the ratio is higher.
    """
    members, count = MEMBERS, run.size(MESSAGES)
    groups = Groups(run, "amity-fan", SENDERS, members)
    payload = groups.pushed()
    floor = run.measured("floor", python("bench.groups_floor", "writes", payload.hex()))
    address = f"ws://127.0.0.1:{floor.ask('port')}"
    bare = Clients()
    ours: list[Load] = []
    floored: list[Load] = []
    asking = [itertools.repeat(max_seq_request("bench"))] * SENDERS  # any frame makes it write
    try:
        groups.connect()
        bare.connect([f"{address}/sender"] * SENDERS + [f"{address}/"] * (members - 1))
        for _ in range(TURNS):
            ours.append(groups.turn(count))
            floored.append(fan_out(floor, bare, asking, count, members))
    finally:
        groups.clients.close()
        bare.close()
    report.note(f"{SENDERS} senders to {members:,} members each, {len(payload)} bytes")
    deliveries(report, "group messages", ours, members)
    deliveries(report, "bare os.write", floored, members)
    ratio = report.ratio("  by processor time", costs(ours, members), costs(floored, members))
    report.below("times a bare write, processor time of a delivery,", ratio, 1.25)
    groups.amity.program.stop()
    floor.stop()


def _of_many(run: Run, report: Report) -> None:
    """Measure a group of 500, all connected, and one of 10,000 in which only they are connected."""
    many, connected, count = run.size(MANY), run.size(CONNECTED), run.size(MESSAGES)
    people = People(many)
    amity = Amity(run, "amity-many", prepare=people.prepare)
    sizes = {"few": connected, "many": many}
    for name, size in sizes.items():
        make(amity, name, people.ids[:size])
    clients = Clients()
    times: dict[str, list[float]] = {name: [] for name in sizes}
    busy: dict[str, list[float]] = {name: [] for name in sizes}
    numbers = itertools.count(1)
    try:
        clients.connect(people.addresses(amity.gateway_port)[:connected])
        for _ in range(TURNS):
            for name in sizes:
                frames = [group_message(people.ids[0], name, next(numbers)) for _ in range(count)]
                clients.ping()
                began = amity.program.processor_seconds()
                loads = [_one(clients, frame, connected) for frame in frames]
                busy[name].append((amity.program.processor_seconds() - began) / count * 1000)
                times[name].append(statistics.median([load.seconds for load in loads]) * 1000)
    finally:
        clients.close()
    for name, size in sizes.items():
        report.note(f"a group of {size:,}, of whom {connected:,} are connected")
        report.figure("  from sending to the last push", times[name], "ms")
        report.figure("  processor time of a message", busy[name], "ms")
    _compare(report, "  time, many / few", times)
    _compare(report, "  processor time, many / few", busy)


def _compare(report: Report, label: str, values: dict[str, list[float]]) -> None:
    ratio = report.ratio(label, values["many"], values["few"])
    report.below(f"times the {label.partition(',')[0].strip()} of a group of {CONNECTED},", ratio, 1.3)


def _one(clients: Clients, frame: bytes, connected: int) -> Load:
    return clients.exchange([iter([frame])], 1, answers=ANSWERS, pushed=connected - 1)
