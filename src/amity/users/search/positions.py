"""A cache of positions in the list of all users. It makes the total, and pages far into the list, cheap to read.

Users are only added, at the end of the list. So the count of users up to a number stays true, and the next count or
page starts from it. A count is used for a minute only: on a database with several processes a user may appear before
others who were counted, and a user may become an administrator.
"""

from bisect import bisect_right
from typing import Final, NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock

MOST_KEPT: Final = 1000
SECONDS: Final = 60.0


class Position(NamedTuple):
    """A position in the list: ``users`` of its users have a number up to ``number``."""

    users: int
    number: int


_BEGINNING: Final = Position(0, 0)


class Positions:
    """The known positions of one list, at most ``most``, for up to ``seconds``."""

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
        """Return the last known position at or before an offset."""
        self._expire()
        index = bisect_right(self._known, offset, key=lambda each: each.users)
        return self._known[index - 1] if index else _BEGINNING

    def remember(self, position: Position) -> None:
        """Add a position."""
        self._expire()
        if not self._known:
            self._since = self._monotonic()
        index = bisect_right(self._known, position.users, key=lambda each: each.users)
        if index and self._known[index - 1].users == position.users:
            self._known[index - 1] = position
        else:
            self._known.insert(index, position)
        if len(self._known) > self._most:
            # Keep every other position, counted from the end, because the last one is the count of all users.
            self._known = self._known[::-2][::-1]

    def _expire(self) -> None:
        if self._monotonic() - self._since >= self._seconds:
            self._known.clear()
