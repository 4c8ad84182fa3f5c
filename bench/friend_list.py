"""Measure reads of pages of a long friend list."""

import random
import secrets

import msgspec

from bench import people
from bench.load import Load
from bench.report import Report, rates
from bench.run import Run, free_port, python
from bench.server import IMPORT, LIST, Amity, load

TURNS = 3
AT_ONCE = 32
FRIENDS = 1000
PAGE = 100


def _first_reads(run: Run, amity: Amity) -> Load:
    """Give new users long lists, and read every page of them once."""
    unique = secrets.token_hex(4)
    owners = [f"reader{unique}{number}" for number in range(max(2, run.size(40)))]
    friends = people.ids(FRIENDS)
    amity.call("/user/user_register", {"users": [{"userID": owner, "nickname": owner} for owner in owners]})
    for owner in owners:
        amity.call(IMPORT, {"ownerUserID": owner, "friendUserIDs": friends})
    bodies = [
        msgspec.json.encode({"userID": owner, "pagination": {"pageNumber": number, "showNumber": PAGE}})
        for owner in owners
        for number in range(1, FRIENDS // PAGE + 1)
    ]
    random.Random(21).shuffle(bodies)
    return amity.load(amity.encoded(LIST, bodies), AT_ONCE)


def friend_list(run: Run) -> Report:
    """Measure reads of pages in random order, of a list that has not changed since the last read and of lists that are
    read for the first time. The baseline is one bare statement and msgspec behind the same HTTP listener."""
    report = Report("friend-list", f"get_friend_list of {PAGE} out of {FRIENDS:,} friends, {AT_ONCE} at once, SQLite")
    amity = Amity(run)
    owner, *friends = amity.register(FRIENDS + 1)
    amity.call(IMPORT, {"ownerUserID": owner, "friendUserIDs": friends})
    port = free_port()
    floor = run.measured("floor", python("bench.floor", "lists", amity.database, port), port=port)

    numbers = random.Random(20)
    bodies = [
        msgspec.json.encode(
            {
                "userID": owner,
                "pagination": {"pageNumber": numbers.randint(1, FRIENDS // PAGE), "showNumber": PAGE},
            }
        )
        for _ in range(run.size(8_000))
    ]
    requests = amity.encoded(LIST, bodies)
    ours: list[Load] = []
    bare: list[Load] = []
    for _ in range(TURNS):
        ours.append(amity.load(requests, AT_ONCE))
        bare.append(load(floor, requests, AT_ONCE))
    rate = report.loads("amity", ours, "lists/s")
    report.loads("amity, read for the first time", [_first_reads(run, amity) for _ in range(TURNS)], "lists/s")
    report.loads("bare statement + msgspec", bare, "lists/s")
    report.ratio("amity / bare statement", rates(ours), rates(bare))
    report.at_least("lists/s", rate, 3000)
    return report
