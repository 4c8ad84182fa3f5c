"""Where users stand in the list of all: what makes the total, and the next of many pages, cheap.

Users are only ever added, at the end of the list. So the count of those up to a number, once known, stays true, and the
next count or page begins there. It is believed for a minute: on a database with several processes a user may appear
before others who were counted, and a user may become an administrator.
"""

from bisect import bisect_right
from typing import Final, NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock

MOST_KEPT: Final = 1000
SECONDS: Final = 60.0


class Position(NamedTuple):
    """``users`` users of the list have a number up to ``number``."""

    users: int
    number: int


_BEGINNING: Final = Position(0, 0)


class Positions:
    """The known positions of one list, ``most`` at a time, each for up to ``seconds``."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK, most: int = MOST_KEPT, seconds: float = SECONDS) -> None:
        self._monotonic = clock.monotonic
        self._most = most
        self._seconds = seconds
        self._known: list[Position] = []
        self._since = clock.monotonic()

    def last(self) -> Position:
        """Return the farthest known position."""
        self._expire()
        return self._known[-1] if self._known else _BEGINNING

    def before(self, offset: int) -> Position:
        """Return the known position from which the page at an offset is the nearest."""
        self._expire()
        place = bisect_right(self._known, offset, key=lambda each: each.users)
        return self._known[place - 1] if place else _BEGINNING

    def remember(self, position: Position) -> None:
        """Keep a position."""
        self._expire()
        if not self._known:
            self._since = self._monotonic()
        place = bisect_right(self._known, position.users, key=lambda each: each.users)
        if place and self._known[place - 1].users == position.users:
            self._known[place - 1] = position
        else:
            self._known.insert(place, position)
        if len(self._known) > self._most:
            # Every other one, from the end: the last is the count of all.
            self._known = self._known[::-2][::-1]

    def _expire(self) -> None:
        if self._monotonic() - self._since >= self._seconds:
            self._known.clear()
