"""The order of a friend list: pinned friends first, then the oldest. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """A friend with what determines its position in the list. ``created_at`` in milliseconds since 1970."""

    number: int
    created_at: int
    is_pinned: bool
    is_deleted: bool = False


class Order:
    """The numbers of friends, in the order of the list. Immutable: ``changed`` returns another order."""

    __slots__ = ("_created", "_pinned", "numbers")

    def __init__(self, numbers: "array[int]", created: "array[int]", pinned: int) -> None:
        self.numbers = numbers
        self._created = created
        self._pinned = pinned

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Order":
        """Return the order of these friends, which must be sorted. None may be deleted."""
        numbers = array("q", [entry.number for entry in entries])
        created = array("q", [entry.created_at for entry in entries])
        return cls(numbers, created, sum(entry.is_pinned for entry in entries))

    def __len__(self) -> int:
        return len(self.numbers)

    def changed(self, entries: Iterable[Entry]) -> "Order":
        """Return the order after these friends were added, moved or deleted."""
        changed_entries = {entry.number: entry for entry in entries}
        order = Order(self.numbers[:], self._created[:], self._pinned)
        for at in reversed([at for at, number in enumerate(self.numbers) if number in changed_entries]):
            order._remove(at)
        for entry in changed_entries.values():
            if not entry.is_deleted:
                order._insert(entry)
        return order

    def _remove(self, at: int) -> None:
        del self.numbers[at]
        del self._created[at]
        self._pinned -= at < self._pinned

    def _insert(self, entry: Entry) -> None:
        same_pin = range(self._pinned) if entry.is_pinned else range(self._pinned, len(self))
        key = entry.created_at, entry.number
        at = same_pin.start + bisect_left(same_pin, key, key=lambda at: (self._created[at], self.numbers[at]))
        self.numbers.insert(at, entry.number)
        self._created.insert(at, entry.created_at)
        self._pinned += entry.is_pinned
