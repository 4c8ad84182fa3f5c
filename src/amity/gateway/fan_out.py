"""Sending one thing to many sessions, and many things to few, without holding up the event loop.

What is sent in one turn of the loop has a bound in number and in time, whoever asks for it and however often. The rest
waits for the next turns. Making a thing, a notification in protobuf and the frame around it, costs more than sending
it, so it is made when the first session's turn comes.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from amity import metrics
from amity.clock import monotonic
from amity.gateway.encoding import Encoding
from amity.gateway.session import Session
from amity.wire.frames import Reply

_AT_ONCE: Final = 128
"""Sessions that are sent to in one turn."""
_SECONDS: Final = 0.002
"""How long sending may take in one turn."""
_LOOK: Final = 16
"""Sessions from one look at the time to the next."""
_MOST_WAITING: Final = 50_000
"""Things that are still being sent, from which on whoever has one more waits until there are fewer."""
_log = logging.getLogger(__name__)


class Frames:
    """One reply in every encoding that it is asked for, each made once. ``make`` is called once, when the first is."""

    __slots__ = ("_made", "_make", "_reply")

    def __init__(self, make: Callable[[], Reply]) -> None:
        self._make = make
        self._reply: Reply | None = None
        self._made: dict[Encoding, bytes] = {}

    def of(self, encoding: Encoding) -> bytes:
        made = self._made.get(encoding)
        if made is None:
            if self._reply is None:
                self._reply = self._make()
            made = self._made[encoding] = encoding.write(self._reply)
        return made


class FanOut:
    """Sends in the order in which it was asked to: what comes later arrives later."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Iterator[Session], Frames]] = deque()
        self._room = _AT_ONCE
        self._seconds = 0.0  # that were spent in this turn
        self._is_asked = False

    def send(self, sessions: Iterable[Session], frames: Frames) -> None:
        """Send to each of these sessions, in their order; of an iterator they are taken as their turn comes."""
        self._waiting.append((iter(sessions), frames))
        if not self._is_asked:
            self._is_asked = True
            asyncio.get_running_loop().call_soon(self._next_turn)
        if len(self._waiting) == 1:
            self._spend()
        while len(self._waiting) > _MOST_WAITING:
            self._some(_AT_ONCE)

    def _next_turn(self) -> None:
        is_spent = self._room < _AT_ONCE
        self._room, self._seconds = _AT_ONCE, 0.0
        self._is_asked = is_spent or bool(self._waiting)
        if self._is_asked:
            # Once more where nothing waits: what is sent in this turn counts for it, and for no later one.
            asyncio.get_running_loop().call_soon(self._next_turn)
        self._spend()

    def _spend(self) -> None:
        """Send as much as there is room for in this turn."""
        began = monotonic()
        spent = self._seconds
        while self._waiting and self._room > 0 and self._seconds < _SECONDS:
            self._room -= max(1, self._some(min(self._room, _LOOK)))
            self._seconds = spent + monotonic() - began

    def _some(self, most: int) -> int:
        """Send the thing that has waited longest to up to so many sessions; return to how many."""
        sessions, frames = self._waiting[0]
        sent = dropped = 0
        try:
            for session in islice(sessions, most):
                if session.send(frames.of(session.encoding)):
                    sent += 1
                else:
                    dropped += 1
            is_done = sent + dropped < most
        except Exception:  # noqa: BLE001 - what was done is done, and who is not told finds out by the next sync
            _log.exception("a push could not be made")
            is_done = True
        if is_done:
            self._waiting.popleft()
        metrics.pushed(sent, dropped)
        return sent + dropped
