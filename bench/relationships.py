"""Measure friend requests with their answers, and the cost of a long friend list to its owner."""

import random
from collections.abc import Callable, Iterator, Sequence

import msgspec
import uvloop

from bench import people
from bench.load import Load, offer_each
from bench.people import Circle
from bench.report import Report
from bench.run import Run
from bench.server import IMPORT, LIST, Amity

TURNS = 3
_PAIRS_AT_ONCE = 16
_SHORT, _LONG = 100, 5000
_PAGE = 100


def friend_requests(run: Run) -> Report:
    """Measure pairs: one user sends a friend request and the other accepts it, which makes them friends."""
    report = Report("friend-requests", f"add_friend and add_friend_response, {_PAIRS_AT_ONCE} pairs at once, SQLite")
    amity = Amity(run)
    amity.register()
    circle, pairs = Circle(1), run.size(6_000)
    loads = []
    for turn in range(TURNS):
        sequences = [
            _requests_and_answers(amity, circle, range(turn * pairs + place, (turn + 1) * pairs, _PAIRS_AT_ONCE))
            for place in range(_PAIRS_AT_ONCE)
        ]
        busy = amity.program.processor_seconds()
        load = uvloop.run(offer_each(amity.port, sequences))
        load.busy = amity.program.processor_seconds() - busy
        loads.append(load)
    rate = report.figure("pairs", [load.rate / 2 for load in loads], "pairs/s")
    report.figure("  processor time of one", [2 * load.microseconds for load in loads], "us")
    report.at_least("pairs/s", rate, 1200)
    return report


def long_list(run: Run) -> Report:
    """Measure the most frequent reads of a list, one call at a time, on a long list and on a short one in turn."""
    report = Report("long-list", f"reads of one who has {_LONG:,} friends, beside one who has {_SHORT}, SQLite")
    amity = Amity(run)
    ids = amity.register()
    lists = [_List(amity, ids[:size], owner) for size, owner in ((_SHORT, ids[-1]), (_LONG, ids[-2]))]
    count = max(20, run.size(300))
    for what, read in (
        ("page", _List.pages),
        ("page after a change", _List.changed_pages),
        ("increment after a change", _List.increments),
        ("is_friend", _List.is_friend),
    ):
        loads: list[list[Load]] = [[] for _ in lists]
        for _ in range(TURNS):
            for each, of_list in zip(loads, lists, strict=True):
                each.append(read(of_list, count))
        _compare(report, what, *loads)
    return report


def _compare(report: Report, what: str, short: list[Load], long: list[Load]) -> None:
    few = report.figure(f"{what}, {_SHORT}", [load.milliseconds(50) for load in short], "ms")
    many = report.figure(f"{what}, {_LONG:,}", [load.milliseconds(50) for load in long], "ms")
    report.below(f"ms of a {what}, {_LONG:,} friends,", many, 2)
    report.below(f"times that of {_SHORT} friends, {what},", many / few, 2)


def _requests_and_answers(amity: Amity, circle: Circle, indices: range) -> Iterator[bytes]:
    ids = people.ids()
    for index in indices:
        asking, (asked,) = circle.numbers(index)
        pair = {"fromUserID": ids[asking], "toUserID": ids[asked]}
        yield from amity.encoded("/friend/add_friend", [msgspec.json.encode({**pair, "reqMsg": "hello"})])
        yield from amity.encoded("/friend/add_friend_response", [msgspec.json.encode({**pair, "handleResult": 1})])


class _List:
    """A friend list, and the calls that read it, one at a time on one connection."""

    def __init__(self, amity: Amity, friends: list[str], owner: str) -> None:
        self._amity = amity
        self._friends = friends
        self._owner = owner
        self._random = random.Random(22)
        self._changes = 0
        for first in range(0, len(friends), 1000):
            amity.call(IMPORT, {"ownerUserID": owner, "friendUserIDs": friends[first : first + 1000]})

    def pages(self, count: int) -> Load:
        """Read pages of a list that does not change."""
        return self._amity.load(self._encoded(LIST, [self._page() for _ in range(count)]), 1)

    def changed_pages(self, count: int) -> Load:
        """Read a page after each change of a remark."""
        return self._after_changes(count, lambda _: (LIST, self._page()))

    def increments(self, count: int) -> Load:
        """Fetch the increment after each change of a remark."""
        path = "/friend/get_incremental_friends"
        at = self._amity.call(path, {"userID": self._owner})

        def increment(place: int) -> tuple[str, object]:
            return path, {"userID": self._owner, "versionID": at["versionID"], "version": at["version"] + place}

        return self._after_changes(count, increment)

    def is_friend(self, count: int) -> Load:
        """Call ``is_friend`` for the owner and a friend."""
        bodies = [{"userID1": self._owner, "userID2": self._random.choice(self._friends)} for _ in range(count)]
        return self._amity.load(self._encoded("/friend/is_friend", bodies), 1)

    def _page(self) -> dict[str, object]:
        number = self._random.randint(1, len(self._friends) // _PAGE)
        return {"userID": self._owner, "pagination": {"pageNumber": number, "showNumber": _PAGE}}

    def _after_changes(self, count: int, read: Callable[[int], tuple[str, object]]) -> Load:
        requests = []
        for place in range(count):
            self._changes += 1
            change = {
                "ownerUserID": self._owner,
                "friendUserIDs": [self._random.choice(self._friends)],
                "remark": f"remark {self._changes}",
            }
            requests += self._encoded("/friend/update_friends", [change])
            path, body = read(place)
            requests += self._encoded(path, [body])
        both = self._amity.load(requests, 1)
        return Load(both.seconds, both.busy, both.latencies[1::2])

    def _encoded(self, path: str, bodies: Sequence[object]) -> list[bytes]:
        return self._amity.encoded(path, [msgspec.json.encode(body) for body in bodies])
