"""Generate users and friendships: any number of pairs, each once, the same ones in every run."""

import random
from collections.abc import Iterator

import msgspec

MOST = 10_000
_PER_REGISTRATION = 1000


def ids(count: int = MOST) -> list[str]:
    """Return the ids of people in the order of their registration."""
    return [f"p{number:05d}" for number in range(count)]


class Circle:
    """People in a circle, in random order. Each imports the next ``friends`` people on the circle, and in each further
    round those after them. So every import is new and touches pages in the whole table.

    Imports are numbered from 0; there are ``most`` of them. The nearest ``beyond`` neighbours are left out, for another
    circle to use.
    """

    def __init__(self, friends: int, count: int = MOST, *, beyond: int = 0) -> None:
        self._friends = friends
        self._beyond = beyond
        self._circle = list(range(count))
        random.Random(20).shuffle(self._circle)
        # Only half of the circle, because the pairs of the other half are the same in the other direction.
        self.most = count * ((count // 2 - 1 - beyond) // friends)

    def numbers(self, index: int) -> tuple[int, list[int]]:
        """Return an import's owner and friends as indexes in the order of registration, from 0."""
        if index >= self.most:
            raise ValueError(f"there are {self.most} imports of {self._friends} new friends")
        turn, at = divmod(index, len(self._circle))
        first = at + 1 + self._beyond + turn * self._friends
        size = len(self._circle)
        return self._circle[at], [self._circle[place % size] for place in range(first, first + self._friends)]

    def bodies(self, first: int, count: int) -> Iterator[bytes]:
        """Yield the bodies of ``count`` imports from number ``first``."""
        people = ids(len(self._circle))
        for index in range(first, first + count):
            owner, friends = self.numbers(index)
            yield msgspec.json.encode(
                {"ownerUserID": people[owner], "friendUserIDs": [people[friend] for friend in friends]}
            )


def registrations(people: list[str]) -> Iterator[dict[str, object]]:
    """Yield the bodies of the registrations of these people."""
    for first in range(0, len(people), _PER_REGISTRATION):
        yield {
            "users": [
                {"userID": person, "nickname": person, "faceURL": f"https://images.example/{person}.png"}
                for person in people[first : first + _PER_REGISTRATION]
            ]
        }
