"""Fan-out: send one frame to many sessions, or many frames to few, without blocking the event loop.

One turn of the loop sends a bounded number for a bounded time, whoever sends. The rest waits for the next turns. Making
a frame (a notification in protobuf and the frame around it) costs more than sending it, so it is made when its first
session is reached.
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
from amity.gateway.session import Session, send_each
from amity.gateway.writing import framed
from amity.wire.frames import Reply

_AT_ONCE: Final = 128
"""Sessions that one turn of the loop sends to."""
_SECONDS: Final = 0.002
"""Seconds that one turn of the loop may send for."""
_CHECK_CLOCK_EVERY: Final = 32
"""Sessions between two readings of the clock."""
_MOST_WAITING: Final = 50_000
"""Fan-outs that may wait. Above this number, ``send`` itself sends until there are fewer."""
_log = logging.getLogger(__name__)


class Frames(dict[Encoding, bytes]):
    """One reply in each encoding that is asked for, framed and made once each. ``make`` is called for the first."""

    __slots__ = ("_make", "_reply")

    def __init__(self, make: Callable[[], Reply]) -> None:
        self._make = make
        self._reply: Reply | None = None

    def __missing__(self, encoding: Encoding) -> bytes:
        if self._reply is None:
            self._reply = self._make()
        made = self[encoding] = framed(encoding.write(self._reply))
        return made


class FanOut:
    """Sends fan-outs in the order of the calls."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Iterator[Session], Frames]] = deque()
        self._budget = _AT_ONCE
        self._seconds = 0.0  # spent in this turn of the loop
        self._is_scheduled = False

    def send(self, sessions: Iterable[Session], frames: Frames) -> None:
        """Send to each of these sessions, in order. An iterator is consumed as the sending proceeds."""
        self._waiting.append((iter(sessions), frames))
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
        """Send the oldest waiting fan-out to its next sessions, up to ``most``; return how many were reached."""
        sessions, frames = self._waiting[0]
        sent = dropped = 0
        try:
            sent, dropped = send_each(islice(sessions, most), frames)
            is_done = sent + dropped < most
        except Exception:  # noqa: BLE001 - a client that misses a push learns of it at its next sync
            _log.exception("a push could not be made")
            is_done = True
        if is_done:
            self._waiting.popleft()
        metrics.pushed(sent, dropped)
        return sent + dropped
