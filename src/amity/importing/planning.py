"""Group the pairs of a file into batches: each pair once, by owner, in the order of the file."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from amity.importing.lines import BadLine, BadLines
from amity.importing.reading import FriendshipFile
from amity.importing.source import FileProblem

BATCH_LIMIT = 1000


class Most(NamedTuple):
    """How much a file may have: pairs, repeated ones included, and people."""

    pairs: int
    people: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One import: at most ``BATCH_LIMIT`` friends of one owner. ``number`` counts from 0. It is the same whenever the
    same file is planned with the same batch size."""

    number: int
    owner: str
    friends: list[str]


class Plan:
    """The imports that a file requests, built by ``make_plan``. It takes about 20 bytes a pair, and each id once."""

    def __init__(self, batch_size: int) -> None:
        self.batch_size = batch_size
        self.sha256 = ""
        self.pairs = 0
        self.duplicates = 0
        self.reverse_duplicates = 0
        self.bad_lines: list[BadLine] = []
        self.bad_line_count = 0
        self._ids: list[str] = []
        self._friends: dict[int, array[int]] = {}

    @property
    def people(self) -> list[str]:
        """Return everybody in the file, once, in the order of appearance."""
        return self._ids

    @property
    def owners(self) -> int:
        return len(self._friends)

    @property
    def batch_count(self) -> int:
        return sum(-(-len(friends) // self.batch_size) for friends in self._friends.values())

    def batches(self) -> Iterator[Batch]:
        """Yield the batches in the order of their numbers."""
        number = 0
        ids = self._ids
        for owner, friends in self._friends.items():
            for start in range(0, len(friends), self.batch_size):
                yield Batch(number, ids[owner], [ids[friend] for friend in friends[start : start + self.batch_size]])
                number += 1


class _Pairs:
    """Collects pairs and finds repeated ones, in either direction.

    A pair is stored under the smaller of its two indexes as one number: its position in the file, the larger index and
    the direction. A set of millions of tuples would take twenty times the memory.
    """

    _INDEX_BITS = 31
    _INDEX_MASK = (1 << _INDEX_BITS) - 1

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._index: dict[str, int] = {}
        self._kept: dict[int, array[int]] = {}
        self._owners: dict[int, None] = {}
        self.count = 0

    def _index_of(self, user_id: str) -> int:
        index = self._index.get(user_id)
        if index is None:
            index = self._index[user_id] = len(self.ids)
            self.ids.append(user_id)
        return index

    def add(self, owner_id: str, friend_ids: tuple[str, ...]) -> None:
        owner = self._index_of(owner_id)
        self._owners[owner] = None
        for friend_id in friend_ids:
            friend = self._index_of(friend_id)
            low, high, reverse = (owner, friend, 0) if owner < friend else (friend, owner, 1)
            kept = self._kept.get(low)
            if kept is None:
                kept = self._kept[low] = array("Q")
            kept.append(self.count << 32 | high << 1 | reverse)
            self.count += 1

    def move_into(self, plan: Plan) -> None:
        """Move every pair to ``plan``, once, under the owner that the file named first."""
        by_owner = {owner: array("Q") for owner in self._owners}
        while self._kept:
            low, kept = self._kept.popitem()
            direction: dict[int, int] = {}
            for entry in kept:
                high, reverse = entry >> 1 & self._INDEX_MASK, entry & 1
                first = direction.setdefault(high, entry)
                if first != entry:
                    plan.duplicates += 1
                    plan.reverse_duplicates += (first & 1) != reverse
                    continue
                owner, friend = (high, low) if reverse else (low, high)
                by_owner[owner].append(entry >> 32 << 32 | friend)
                plan.pairs += 1
        plan._ids = self.ids
        plan._friends = {
            owner: array("I", (entry & 0xFFFFFFFF for entry in sorted(entries)))
            for owner, entries in by_owner.items()
            if entries
        }


def make_plan(
    file: FriendshipFile, batch_size: int = BATCH_LIMIT, *, bad_lines_kept: int = 1000, most: Most | None = None
) -> Plan:
    """Read a whole file. Unusable lines are counted, and the first ones kept. Raises ``FileProblem``, also if the file
    has more than ``most``."""
    plan = Plan(batch_size)
    pairs = _Pairs()
    bad = BadLines(bad_lines_kept)
    for line in bad.others(file.lines()):
        pairs.add(line.owner, line.friends)
        if most is not None:
            _require_within(most, pairs)
    pairs.move_into(plan)
    plan.bad_lines, plan.bad_line_count = bad.first, bad.count
    plan.sha256 = file.sha256
    return plan


def _require_within(most: Most, pairs: _Pairs) -> None:
    for found, allowed, what in ((pairs.count, most.pairs, "pairs"), (len(pairs.ids), most.people, "people")):
        if found > allowed:
            raise FileProblem(f"it has more than {allowed:,} {what}: 'amity import' takes larger ones")


def chunks(ids: list[str], size: int) -> Iterator[list[str]]:
    """Split a list into pieces of at most ``size`` entries."""
    rest = iter(ids)
    while piece := list(islice(rest, size)):
        yield piece
