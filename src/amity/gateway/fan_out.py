"""Sending one thing to many sessions, without holding up the event loop: some now, the rest in its next turns."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from amity import metrics
from amity.gateway.encoding import Encoding
from amity.gateway.session import Session
from amity.wire.frames import Reply

_AT_ONCE: Final = 128
"""Sessions that are sent to in one turn."""
_MOST_WAITING: Final = 10_000
"""Things that are still being sent, from which on whoever has one more waits until they were."""


class Frames:
    """One reply in every encoding that it is asked for, each made once."""

    __slots__ = ("_made", "_reply")

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._made: dict[Encoding, bytes] = {}

    def of(self, encoding: Encoding) -> bytes:
        made = self._made.get(encoding)
        if made is None:
            made = self._made[encoding] = encoding.write(self._reply)
        return made


class FanOut:
    """Sends in the order in which it was asked to: what comes later arrives later."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Iterator[Session], Frames]] = deque()

    def send(self, sessions: Iterable[Session], frames: Frames) -> None:
        """Send to each of these sessions, in their order; of an iterator they are taken as their turn comes."""
        waiting = self._waiting
        if len(waiting) >= _MOST_WAITING:
            while waiting:
                self._some()
        waiting.append((iter(sessions), frames))
        if len(waiting) == 1:
            self._turn()

    def _turn(self) -> None:
        try:
            self._some()
        finally:
            if self._waiting:
                asyncio.get_running_loop().call_soon(self._turn)

    def _some(self) -> None:
        room = _AT_ONCE
        sent = dropped = 0
        while self._waiting and room > 0:
            sessions, frames = self._waiting[0]
            before = room
            for session in islice(sessions, room):
                room -= 1
                if session.send(frames.of(session.encoding)):
                    sent += 1
                else:
                    dropped += 1
            if room > 0:
                self._waiting.popleft()
                room = min(room, before - 1)
        metrics.pushed(sent, dropped)
