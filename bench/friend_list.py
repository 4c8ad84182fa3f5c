"""Reading a page of a long friend list."""

import random

import msgspec

from bench.load import Load
from bench.report import Report, rates
from bench.server import IMPORT, LIST, Amity, load
from bench.stage import Stage, free_port, python

TURNS = 3
AT_ONCE = 32
FRIENDS = 1000
PAGE = 100


def friend_list(stage: Stage) -> Report:
    """Pages in no order, beside one bare statement and msgspec behind the same uvicorn."""
    report = Report("friend-list", f"get_friend_list of {PAGE} out of {FRIENDS:,} friends, {AT_ONCE} at once, SQLite")
    amity = Amity(stage)
    owner, *friends = amity.register(FRIENDS + 1)
    amity.call(IMPORT, {"ownerUserID": owner, "friendUserIDs": friends})
    port = free_port()
    floor = stage.measured("floor", python("bench.floor", "lists", amity.database, port), port=port)

    numbers = random.Random(20)
    bodies = [
        msgspec.json.encode(
            {
                "userID": owner,
                "pagination": {"pageNumber": numbers.randint(1, FRIENDS // PAGE), "showNumber": PAGE},
            }
        )
        for _ in range(stage.size(8_000))
    ]
    requests = amity.encoded(LIST, bodies)
    ours: list[Load] = []
    bare: list[Load] = []
    for _ in range(TURNS):
        ours.append(amity.load(requests, AT_ONCE))
        bare.append(load(floor, requests, AT_ONCE))
    rate = report.loads("amity", ours, "lists/s")
    report.loads("bare statement + msgspec", bare, "lists/s")
    report.ratio("amity / bare statement", rates(ours), rates(bare))
    report.at_least("lists/s", rate, 3000)
    return report
