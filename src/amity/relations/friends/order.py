"""The order of a friend list: pinned friends first, then the oldest. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """What a friend's place follows from. ``created_at`` in milliseconds since 1970."""

    number: int
    created_at: int
    is_pinned: bool
    is_deleted: bool = False


class Order:
    """Friends by their numbers, in order. It never changes: a change makes another."""

    __slots__ = ("_created", "_pinned", "numbers")

    def __init__(self, numbers: "array[int]", created: "array[int]", pinned: int) -> None:
        self.numbers = numbers
        self._created = created
        self._pinned = pinned

    @classmethod
    def of(cls, places: Sequence[Place]) -> "Order":
        """Return the order of these friends. They are in order, and none of them is deleted."""
        numbers = array("q", [place.number for place in places])
        created = array("q", [place.created_at for place in places])
        return cls(numbers, created, sum(place.is_pinned for place in places))

    def __len__(self) -> int:
        return len(self.numbers)

    def changed(self, places: Iterable[Place]) -> "Order":
        """Return the order in which these friends have these places: new ones, other ones, or none any more."""
        moved = {place.number: place for place in places}
        order = Order(self.numbers[:], self._created[:], self._pinned)
        for at in reversed([at for at, number in enumerate(self.numbers) if number in moved]):
            order._take_out(at)
        for place in moved.values():
            if not place.is_deleted:
                order._put_in(place)
        return order

    def _take_out(self, at: int) -> None:
        del self.numbers[at]
        del self._created[at]
        self._pinned -= at < self._pinned

    def _put_in(self, place: Place) -> None:
        alike = range(self._pinned) if place.is_pinned else range(self._pinned, len(self))
        key = place.created_at, place.number
        at = alike.start + bisect_left(alike, key, key=lambda at: (self._created[at], self.numbers[at]))
        self.numbers.insert(at, place.number)
        self._created.insert(at, place.created_at)
        self._pinned += place.is_pinned
