"""Fair turns for a few slots: round robin between callers, however often each asks.

Each caller (``amity.caller.caller_id``) has a queue, and the queues are served round robin. A caller that asks for a
thousand reads waits for its own thousand; another that asks for one waits for one of them.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Coroutine
from typing import Any, Literal, TypeVar

from amity import metrics
from amity.caller import CallerGoneError, caller_gone, caller_id
from amity.errors import Code, ImError

T = TypeVar("T")
Kind = Literal["long", "scan"]
MOST_LONG_OF_CALLER = 1000
MOST_LONG = 8000
"""Limits of waiting long reads, for one caller and in all."""
MOST_SCANS_OF_CALLER = 32
MOST_SCANS = 256
"""Limits of waiting scans, for one caller and in all."""
_SERVER = ""


class Turns:
    """Gives out ``slots`` turns at a time, at most ``at_once`` of them to one caller.

    At most ``most_of_caller`` reads of one caller wait, and ``most`` in all; the server's own reads are not limited.
    The methods are called on the event loop.
    """

    def __init__(self, kind: Kind, slots: int, *, at_once: int, most_of_caller: int, most: int) -> None:
        self._kind: Kind = kind
        self._free = slots
        self._at_once = at_once
        self._most_of_caller = most_of_caller
        self._most = most
        self._running: dict[str, int] = {}
        # In the order of their next turns. A slot is free only if no caller that may have it waits.
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._count = 0
        self._closed = False
        self._idle = asyncio.Event()
        self._idle.set()

    def is_free(self) -> bool:
        """Return whether the current caller would get a turn at once."""
        return self._free > 0 and self._running.get(caller_id.get(), 0) < self._at_once

    async def take(self) -> str:
        """Wait for a turn, and return its caller, for ``give_back``.

        Raises ``ImError``: ``READS_LIMIT`` (1355) if too many wait already, ``DATABASE`` (90002) if the database is
        closed.
        """
        if self._closed:
            raise _closed()
        caller = caller_id.get()
        if self._free and self._running.get(caller, 0) < self._at_once:
            self._start(caller)
            return caller
        if caller != _SERVER:
            self._require_room(caller)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(caller, deque()).append(turn)
        self._counted(1)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give_back(caller)
            else:
                self._forget(caller, turn)
            raise
        return caller

    def give_back(self, caller: str) -> None:
        """End a turn, and start the next one."""
        left = self._running[caller] - 1
        if left:
            self._running[caller] = left
        else:
            del self._running[caller]
        self._free += 1
        while self._free and (following := self._next()) is not None:
            turn = self._waiting[following].popleft()
            self._waiting.move_to_end(following)
            self._served(following)
            if not turn.done():
                self._start(following)
                turn.set_result(None)
        if not self._running:
            self._idle.set()

    async def close(self) -> None:
        """Refuse what waits, and return when the turns under way have ended."""
        self._closed = True
        for turns in self._waiting.values():
            for turn in turns:
                if not turn.done():
                    turn.set_exception(_closed())
        await self._idle.wait()

    def _start(self, caller: str) -> None:
        self._free -= 1
        self._running[caller] = self._running.get(caller, 0) + 1
        self._idle.clear()

    def _next(self) -> str | None:
        """Return the caller whose turn is next. It passes over at most as many callers as there are slots."""
        for caller in self._waiting:
            if self._running.get(caller, 0) < self._at_once:
                return caller
        return None

    def _require_room(self, caller: str) -> None:
        own = len(self._waiting.get(caller, ()))
        if own >= self._most_of_caller:
            metrics.read_refused(self._kind, "caller")
            raise _refused("reads of this caller that wait", self._most_of_caller)
        if self._count < self._most:
            return
        # The longest queue loses an entry, so that a few callers with long queues do not keep out all others.
        longest = max((each for each in self._waiting if each != _SERVER), key=self._length, default=caller)
        metrics.read_refused(self._kind, "all")
        if self._length(longest) <= own + 1:
            raise _refused("reads of all callers that wait", self._most)
        last = self._waiting[longest].pop()
        self._served(longest)
        if not last.done():
            last.set_exception(_refused("reads of all callers that wait", self._most))

    def _length(self, caller: str) -> int:
        return len(self._waiting.get(caller, ()))

    def _forget(self, caller: str, turn: "asyncio.Future[None]") -> None:
        """Remove a turn that is not waited for any more, unless it was removed already."""
        if turn in self._waiting.get(caller, ()):
            self._waiting[caller].remove(turn)
            self._served(caller)

    def _served(self, caller: str) -> None:
        self._counted(-1)
        if not self._waiting[caller]:
            del self._waiting[caller]

    def _counted(self, change: int) -> None:
        self._count += change
        metrics.reads_waiting(self._kind, self._count)


def long_turns(slots: int) -> Turns:
    """Return the turns for reads that take milliseconds."""
    return Turns("long", slots, at_once=slots, most_of_caller=MOST_LONG_OF_CALLER, most=MOST_LONG)


def scan_turns(slots: int) -> Turns:
    """Return the turns for reads that may take seconds: one at a time for each caller, so that a slot is left for
    others."""
    return Turns("scan", slots, at_once=1, most_of_caller=MOST_SCANS_OF_CALLER, most=MOST_SCANS)


async def while_awaited(read: Coroutine[Any, Any, T]) -> T:
    """Run a read as long as its caller waits for it. Raises ``CallerGoneError`` once the caller is gone."""
    gone = caller_gone.get()
    if gone is None:
        return await read
    reading = asyncio.ensure_future(read)
    watching = asyncio.ensure_future(gone())
    try:
        await asyncio.wait((reading, watching), return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            return reading.result()
        raise CallerGoneError
    finally:
        reading.cancel()
        watching.cancel()
        await asyncio.gather(reading, watching, return_exceptions=True)


def _refused(what: str, limit: int) -> ImError:
    return ImError(Code.READS_LIMIT, f"{what}: too many, try again later (limit {limit})")


def _closed() -> ImError:
    return ImError(Code.DATABASE, "the database is closed")
