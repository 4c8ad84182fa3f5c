"""Fan-out: send one frame to many sessions, or many frames to few, without blocking the event loop.

One turn of the loop sends a bounded number for a bounded time, whoever sends. The rest waits for the next turns. Making
a frame (a notification in protobuf and the frame around it) costs more than sending it, so it is made when its first
session is reached.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Final

from amity import metrics
from amity.clock import monotonic
from amity.gateway.crowds import Crowd, crowd
from amity.gateway.frames import Frames
from amity.gateway.session import Session, send_each

_AT_ONCE: Final = 128
"""Sessions that one turn of the loop sends to."""
_SECONDS: Final = 0.002
"""Seconds that one turn of the loop may send for."""
_CHECK_CLOCK_EVERY: Final = 32
"""Sessions between two readings of the clock."""
_MOST_WAITING: Final = 50_000
"""Fan-outs that may wait. Above this number, ``send`` itself sends until there are fewer."""
_log = logging.getLogger(__name__)


class _Each:
    """A frame that waits for sessions in their order. An iterator is consumed as the sending proceeds."""

    __slots__ = ("_sessions", "frames")
    count: Final = 1

    def __init__(self, sessions: Iterable[Session], frames: Frames) -> None:
        self._sessions = iter(sessions)
        self.frames = frames

    def take(self, most: int) -> tuple[Iterable[Session], bool]:
        """Return the next sessions, up to ``most``, and whether they are the last."""
        taken = list(islice(self._sessions, most))
        return taken, len(taken) < most


class FanOut:
    """Sends fan-outs: to each session in the order of the calls."""

    def __init__(self) -> None:
        self._waiting: deque[_Each | Crowd] = deque()
        self._budget = _AT_ONCE
        self._seconds = 0.0  # spent in this turn of the loop
        self._is_scheduled = False

    def send(self, sessions: Iterable[Session], frames: Frames) -> None:
        """Send to each of these sessions, in order. An iterator is consumed as the sending proceeds."""
        self._waiting.append(_Each(sessions, frames))
        self._begin()

    def send_to_all(self, sessions: frozenset[Session], frames: Frames) -> None:
        """Send a small frame to those of these sessions that are reachable then, in any order. What waits for some of
        them goes in the same write."""
        crowd(self._waiting, sessions, frames)
        self._begin()

    def _begin(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._next_turn)
        if len(self._waiting) == 1:
            self._send_within_budget()
        while len(self._waiting) > _MOST_WAITING:
            self._send_part(_AT_ONCE)

    def _next_turn(self) -> None:
        was_used = self._budget < _AT_ONCE
        self._budget, self._seconds = _AT_ONCE, 0.0
        self._is_scheduled = was_used or bool(self._waiting)
        if self._is_scheduled:
            # A turn after the last send resets the budget: what this turn sends counts for it alone.
            asyncio.get_running_loop().call_soon(self._next_turn)
        self._send_within_budget()

    def _send_within_budget(self) -> None:
        """Send until this turn's budget of sessions or of time is used up."""
        began = monotonic()
        before = self._seconds
        while self._waiting and self._budget > 0 and self._seconds < _SECONDS:
            self._budget -= max(1, self._send_part(min(self._budget, _CHECK_CLOCK_EVERY)))
            self._seconds = before + monotonic() - began

    def _send_part(self, most: int) -> int:
        """Send what waits longest to its next sessions, up to ``most``; return how many were reached."""
        oldest = self._waiting[0]
        sent = dropped = 0
        try:
            sessions, is_done = oldest.take(most)
            sent, dropped = send_each(sessions, oldest.frames)
        except Exception:  # noqa: BLE001 - a client that misses a push learns of it at its next sync
            _log.exception("a push could not be made")
            is_done = True
        if is_done:
            self._waiting.popleft()
        metrics.pushed(sent * oldest.count, dropped * oldest.count)
        return sent + dropped
