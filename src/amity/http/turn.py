"""Batched writes: everything to be written in one turn of the event loop is written at its end, without a gap.

A write wakes the reader at the other end. If the second write is late, the reader sleeps again and is woken for each
write; on one machine that costs the writer more than the writes themselves. So answers of HTTP, replies of the gateway
and requests to business servers all wait for the end of the turn.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

_MOST_WAITING: Final = 256
"""Number of waiting writes at which all of them are made at once, before the end of the turn."""


class TurnEnd:
    """Calls writes in order after everything that is ready in this turn of the loop has run.

    There is one for each loop: ``turn_end``.
    """

    __slots__ = ("_after", "_is_scheduled", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Callable[[], object]] = []
        self._after: list[Callable[[], None]] = []
        self._is_scheduled = False

    def call(self, write: Callable[[], object]) -> None:
        """Call ``write`` at the end of the turn. It must not raise."""
        self._schedule()
        self._waiting.append(write)
        if len(self._waiting) >= _MOST_WAITING:
            self._write()

    def call_after_writes(self, follow: Callable[[], None]) -> None:
        """Call ``follow`` after all writes of this turn. It must not raise."""
        self._schedule()
        self._after.append(follow)

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        self._is_scheduled = False
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
    """Return the loop's ``TurnEnd``."""
    end = _ends.get(loop)
    if end is None:
        end = _ends[loop] = TurnEnd()
    return end
