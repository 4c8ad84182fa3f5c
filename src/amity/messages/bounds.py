"""What of a conversation its owner may see."""

from typing import NamedTuple

from amity.conversations.store import Position
from amity.timeline.models import Ends


class Window(NamedTuple):
    """The first and the last number that a user may see. ``last`` is below ``first`` where there is none."""

    first: int
    last: int

    def read(self, read_seq: int) -> int:
        """Return how far a user has read, whose mark is ``read_seq``: what it may not see any more counts as read."""
        return min(max(read_seq, self.first - 1), self.last)


def window(position: Position, ends: Ends) -> Window:
    """Return what a user may see: within the bounds of the conversation, and of the user's own row."""
    first = max(ends.oldest, position.min_seq, 1)
    last = min(ends.newest, position.max_seq) if position.max_seq else ends.newest
    return Window(first, last)
