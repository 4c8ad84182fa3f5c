"""Tell of commits in their order, of each timeline: clients drop what is not above the last.

What is told is known in the transaction. It is told once the caller is answered, and before it all that was committed
earlier, whether or not those callers are answered. What nobody tells, since its caller is gone, is told
``LATEST_SECONDS`` after its commit.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

from amity.storage import Transaction

LATEST_SECONDS: Final = 2.0
_log = logging.getLogger(__name__)


class Turn:
    """What is told of one commit, when its turn comes."""

    __slots__ = ("is_told", "order", "tell", "timeline")

    def __init__(self, order: "InOrder", timeline: int, tell: Callable[[], object]) -> None:
        self.order = order
        self.timeline = timeline
        self.tell = tell
        self.is_told = False

    def now(self) -> None:
        """Tell it, after all that was committed earlier, unless it was told before. Raises nothing."""
        self.order.told(self)


class InOrder:
    """The turns of timelines, by their numbers."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[Turn]] = {}

    def turn(self, tx: Transaction, timeline: int, tell: Callable[[], object]) -> Turn:
        """Return the turn of a transaction that has locked a timeline. ``tell`` does not block."""
        turn = Turn(self, timeline, tell)
        tx.after_commit(partial(self._committed, turn))
        return turn

    def told(self, turn: Turn) -> None:
        """Tell what was committed up to a turn."""
        waiting = self._waiting.get(turn.timeline)
        if turn.is_told or waiting is None:
            return
        while waiting:
            earlier = waiting.popleft()
            earlier.is_told = True
            try:
                earlier.tell()
            except Exception:  # noqa: BLE001 - a client that misses it finds it by pulling
                _log.exception("what was committed could not be told")
            if earlier is turn:
                break
        if not waiting:
            self._waiting.pop(turn.timeline, None)

    def _committed(self, turn: Turn) -> None:
        self._waiting.setdefault(turn.timeline, deque()).append(turn)
        asyncio.get_running_loop().call_later(LATEST_SECONDS, turn.now)
