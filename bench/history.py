"""Measure bringing in the messages of another system, beside a bare insert of the same rows."""

import datetime as dt
import json
import random
from collections.abc import Iterator

from bench import people
from bench.imports import new_database
from bench.load import Load
from bench.report import Report
from bench.run import Run, python
from bench.server import Amity

IMPORT = "/msg/import_messages"
MESSAGES = 1_000_000
PAIRS = 5000
TURNS = 4
BATCH = 1000
TEXT = 100
_BEGIN = int(dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp() * 1000)
_YEAR = 366 * 86_400_000


def history(run: Run) -> Report:
    """Measure a year's messages of 5,000 single chats, 1,000 a request, one request at a time."""
    report = Report("history", "messages of another system, 1,000 a request, 100 bytes of text, durable SQLite")
    batches = run.size(MESSAGES) // BATCH
    amity = Amity(run)
    amity.register()
    # With its users in it, a database has the size that is subtracted.
    before = _size(run, amity)
    bodies = _bodies(batches)
    ours: list[Load] = []
    for turn in range(TURNS):
        count = batches * (turn + 1) // TURNS - batches * turn // TURNS
        ours.append(amity.load(amity.encoded(IMPORT, [next(bodies) for _ in range(count)]), 1))
    amity.program.stop()  # what is in the log is moved to the file
    stored = _size(run, amity) - before
    floor = run.measured("floor", python("bench.floor", "messages", amity.database, new_database(run, "floor")))
    bare: list[float] = []
    done = 0
    for load in ours:
        count = len(load.latencies) * BATCH
        bare.append(count / float(floor.ask(f"{done} {count}")))
        done += count
    rates = [load.rate * BATCH for load in ours]
    rate = report.figure("amity", rates, "messages/s")
    report.figure("  processor time of one", [load.microseconds / BATCH for load in ours], "us")
    report.figure("  p99 of a request", [load.milliseconds(99) for load in ours], "ms")
    report.figure("bare executemany", bare, "messages/s")
    report.ratio("  amity to it", rates, bare)
    report.figure("bytes on disk of one", [stored / done], "bytes")
    report.at_least("messages brought in a second", rate, 30_000)
    report.below("bytes on disk of a message with 100 bytes of text", stored / done, 380)
    return report


def _size(run: Run, amity: Amity) -> int:
    return sum(file.stat().st_size for file in run.directory.glob(f"{amity.database.name}*"))


def _bodies(batches: int) -> Iterator[bytes]:
    """Yield requests in the order of time; the chats that are written in are chosen at random."""
    chance = random.Random(3)
    ids = people.ids()
    total = batches * BATCH
    for batch in range(batches):
        messages = []
        for number in range(batch * BATCH, (batch + 1) * BATCH):
            pair = chance.randrange(PAIRS)
            two = [ids[2 * pair], ids[2 * pair + 1]]
            chance.shuffle(two)
            messages.append(
                {
                    "sendID": two[0],
                    "recvID": two[1],
                    "sendTime": _BEGIN + number * _YEAR // total,
                    "contentType": 101,
                    "content": {"content": f"{number:0{TEXT}}"},
                    "clientMsgID": f"{number:032x}",
                }
            )
        yield json.dumps({"messages": messages}).encode()
