"""Writing at the end of a turn of the event loop all that was to be written in it, one thing right after the other.

A write wakes whoever reads at the other end. A reader that falls asleep again between two writes, because the second
was a while in coming, is woken for each of them; on one machine that costs the writer more than writing does.
"""

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary


class TurnEnd:
    """Calls what it is given, in its order, when what is ready in this turn of the loop has run. There is one of a
    loop: ``turn_end``."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def call(self, write: Callable[[], None]) -> None:
        """Have ``write``, which must not raise, called at the end of the turn."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._end)
        self._waiting.append(write)

    def _end(self) -> None:
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
