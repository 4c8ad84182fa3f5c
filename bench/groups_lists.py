"""Measure what clients read of a large group: its changes since their version, and pages of its members."""

import random
from collections.abc import Callable, Sequence

import msgspec

from bench.load import Load
from bench.report import Report
from bench.run import Run
from bench.server import Amity

TURNS = 3
_SMALL, _LARGE = 100, 10_000
_PAGE = 100
_PART = 1000


def groups_lists(run: Run) -> Report:
    """Measure the sync of one change and a page of members, one call at a time, of a large group and of a small one in
    turn. Each change is one member that comes or goes."""
    report = Report("groups-lists", f"reads of a group of {_LARGE:,} members, beside one of {_SMALL}, SQLite")
    amity = Amity(run)
    ids = amity.register(_LARGE)
    groups = [_Group(amity, f"of-{size}", ids[: size - 1], ids[-1]) for size in (_SMALL, _LARGE)]
    count = max(20, run.size(200))
    for what, read, most in (
        ("increment after a change", _Group.increments, 3),
        ("batch after a change", _Group.batches, 3),
        ("page", _Group.pages, 5),
        ("page after a change", _Group.changed_pages, 10),
    ):
        loads: list[list[Load]] = [[] for _ in groups]
        for _ in range(TURNS):
            for each, group in zip(loads, groups, strict=True):
                each.append(read(group, count))
        few, many = (
            report.figure(f"{what}, {size:,}", [load.milliseconds(50) for load in each], "ms")
            for size, each in zip((_SMALL, _LARGE), loads, strict=True)
        )
        report.below(f"ms of the {what}, {_LARGE:,} members,", many, most)
        report.note(f"{'':<30} {many / few:>9.2f} times that of {_SMALL} members")
    return report


class _Group:
    """A group, and the calls that read it, one at a time on one connection. ``guest`` comes and goes."""

    def __init__(self, amity: Amity, group_id: str, members: Sequence[str], guest: str) -> None:
        self._amity = amity
        self._group_id = group_id
        self._size = len(members)
        self._guest = guest
        self._is_there = False
        self._random = random.Random(23)
        owner, *others = members
        info = {"groupID": group_id, "groupName": group_id, "groupType": 2}
        first, rest = others[: _PART - 1], others[_PART - 1 :]
        amity.call("/group/create_group", {"groupInfo": info, "ownerUserID": owner, "memberUserIDs": first})
        for begin in range(0, len(rest), _PART):
            self._call("invite_user_to_group", invitedUserIDs=rest[begin : begin + _PART])

    def increments(self, count: int) -> Load:
        """Fetch the increment after each change."""
        return self._after_changes(count, lambda since: ("get_incremental_group_members", since))

    def batches(self, count: int) -> Load:
        """Do the same as the Go core does it."""
        return self._after_changes(count, lambda since: ("get_incremental_group_members_batch", {"reqList": [since]}))

    def pages(self, count: int) -> Load:
        """Read pages of a list that does not change."""
        return self._amity.load(self._encoded("get_group_member_list", [self._page() for _ in range(count)]), 1)

    def changed_pages(self, count: int) -> Load:
        """Read a page after each change."""
        return self._after_changes(count, lambda _: ("get_group_member_list", self._page()))

    def _after_changes(self, count: int, read: Callable[[dict[str, object]], tuple[str, object]]) -> Load:
        at = self._call("get_full_group_member_user_ids")
        requests = []
        for place in range(count):
            requests += self._encoded(*self._change())
            since = {"groupID": self._group_id, "versionID": at["versionID"], "version": at["version"] + place}
            path, body = read(since)
            requests += self._encoded(path, [body])
        both = self._amity.load(requests, 1)
        return Load(both.seconds, both.busy, both.latencies[1::2])

    def _change(self) -> tuple[str, list[object]]:
        self._is_there = not self._is_there
        if self._is_there:
            return "invite_user_to_group", [{"groupID": self._group_id, "invitedUserIDs": [self._guest]}]
        return "kick_group", [{"groupID": self._group_id, "kickedUserIDs": [self._guest]}]

    def _page(self) -> dict[str, object]:
        number = self._random.randint(1, max(1, self._size // _PAGE))
        return {"groupID": self._group_id, "pagination": {"pageNumber": number, "showNumber": _PAGE}}

    def _call(self, what: str, **body: object) -> dict[str, int]:
        answer: dict[str, int] = self._amity.call(f"/group/{what}", {"groupID": self._group_id, **body})
        return answer

    def _encoded(self, what: str, bodies: Sequence[object]) -> list[bytes]:
        return self._amity.encoded(f"/group/{what}", [msgspec.json.encode(body) for body in bodies])
