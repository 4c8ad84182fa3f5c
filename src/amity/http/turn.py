"""Writing at the end of a turn of the event loop all that was to be written in it, one thing right after the other.

A write wakes whoever reads at the other end. A reader that falls asleep again between two writes, because the second
was a while in coming, is woken for each of them; on one machine that costs the writer more than writing does. So the
answers of HTTP, the replies of the gateway and the requests to business servers all wait for the end of the turn.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

_MOST_WAITING: Final = 256
"""Writes after which those that wait are made at once."""


class TurnEnd:
    """Calls what it is given, in its order, when what is ready in this turn of the loop has run. There is one of a
    loop: ``turn_end``."""

    __slots__ = ("_after", "_is_asked", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []
        self._after: list[Callable[[], None]] = []
        self._is_asked = False

    def call(self, write: Callable[[], None]) -> None:
        """Have ``write``, which must not raise, called at the end of the turn."""
        self._ask()
        self._waiting.append(write)
        if len(self._waiting) >= _MOST_WAITING:
            self._write()

    def call_after_writes(self, follow: Callable[[], None]) -> None:
        """Have ``follow`` called when everything that is to be written in this turn is written. It
        must not raise."""
        self._ask()
        self._after.append(follow)

    def _ask(self) -> None:
        if not self._is_asked:
            self._is_asked = True
            asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        self._is_asked = False
        self._write()
        if self._after:
            after, self._after = self._after, []
            for follow in after:
                follow()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        for write in waiting:
            write()


_ends: WeakKeyDictionary[asyncio.AbstractEventLoop, TurnEnd] = WeakKeyDictionary()


def turn_end(loop: asyncio.AbstractEventLoop) -> TurnEnd:
    """Return the one of a loop."""
    end = _ends.get(loop)
    if end is None:
        end = _ends[loop] = TurnEnd()
    return end
