"""Messages to many sessions at once, several of which may wait for the same ones.

A message that comes while an earlier one is still being sent goes with it in one write, to all sessions that both are
for: the system call is by far the dearest part of a delivery, so the more waits, the less each costs.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from amity.gateway.frames import Frames, Joined
from amity.gateway.session import Session, reachable

MOST_JOINED: Final = 8
"""Frames of one write. More would let a client wait for all that comes before its own."""
_FEWEST: Final = 32
"""Sessions in common from which two are joined: below, it costs what it saves."""
_LOOKED_AT: Final = 8
"""Crowds that wait, from the last one on, that a new message is compared with."""


class Crowd:
    """Sessions that the same frames wait for. Each is sent them in one write, and which is first does not matter."""

    __slots__ = ("frames", "parts", "sessions")

    def __init__(self, sessions: set[Session], parts: tuple[Frames, ...]) -> None:
        self.sessions = sessions
        self.parts = parts
        self.frames = parts[0] if len(parts) == 1 else Joined(parts)

    @property
    def count(self) -> int:
        """How many frames each session is sent."""
        return len(self.parts)

    def take(self, most: int) -> tuple[Iterable[Session], bool]:
        """Return the reachable ones of the next sessions, up to ``most``, and whether these were the last."""
        pop = self.sessions.pop
        taken = [pop() for _ in range(min(most, len(self.sessions)))]
        return reachable(taken), not self.sessions


def crowd(waiting: "deque[Crowd | Any]", sessions: frozenset[Session], frames: Frames) -> None:
    """Let a message wait behind all that waits for each of these sessions.

    What is not a ``Crowd`` may be for anyone, so nothing is joined with what waits before it.
    """
    left, late = set(sessions), set[Session]()
    at = len(waiting)
    for _ in range(min(_LOOKED_AT, at)):
        at -= 1
        earlier = waiting[at]
        if not isinstance(earlier, Crowd):
            break
        common = earlier.sessions & left
        if not common:
            continue
        left -= common
        if len(common) < _FEWEST or earlier.count >= MOST_JOINED:
            late |= common  # behind this one, so that nothing before it will do
            continue
        joined = Crowd(common, (*earlier.parts, frames))
        if len(common) == len(earlier.sessions):
            waiting[at] = joined
        else:
            earlier.sessions -= common
            waiting.insert(at, joined)
    left |= late
    if left:
        waiting.append(Crowd(left, (frames,)))
