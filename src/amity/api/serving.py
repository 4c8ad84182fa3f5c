"""What all connections to the REST API share: their bounds, their deadlines, and who looks at them.

A connection is, in this order and then again from the second on:

- *waiting*: no request has begun, or its head is not complete;
- *arriving*: the head is read and the body is not complete;
- *serving*: the request is complete and its answer is not;
- *blocked*: what was written is not taken by the client yet, and the next request is not begun.

Where there is no room for another, one goes that waits, arrives or is blocked, in this order, and of those the one that
has for the longest. So whoever holds connections without being served keeps nobody out. One that is served stays.

No connection has a timer. One task looks at a part of them each second, by the loop's clock.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from email.utils import formatdate
from itertools import chain
from typing import Any, Final, NamedTuple, Protocol

from amity import metrics
from amity.http.descriptors import Descriptors

_SLOTS: Final = 5
_SAID_EVERY: Final = 60.0
_log = logging.getLogger(__name__)

App = Callable[[Any, Any, Any], Awaitable[None]]


class Connected(Protocol):
    """A connection, as those who share with it know it."""

    def look(self, now: float) -> None:
        """End if it is late; ``now`` is the loop's time."""
        ...

    def shut_down(self) -> None:
        """Take no further request."""
        ...

    def abort(self) -> None:
        """End at once."""
        ...


class Timeouts(NamedTuple):
    """Times in seconds."""

    arrival: float = 60.0
    """A request has to be there so long after its first byte, and a new connection's first byte, too."""
    keep_alive: float = 75.0
    """A connection may wait so long for its next request."""
    write: float = 30.0
    """A client has to have taken an answer so long after it stopped reading; a large one, by ``write_rate`` later."""
    write_rate: int = 65_536
    """Bytes in a second at which the slowest client takes a large answer."""
    stopping: float = 2.0
    """A server that stops waits so long for the rest of a request."""
    grace: float = 15.0
    """A server that stops waits so long for the requests under way."""
    tick: float = 1.0
    """How often some of the connections are looked at."""


class Bounds(NamedTuple):
    """What connections may take together."""

    connections: int = 10_000
    held: int = 256 * 1024 * 1024
    """Bytes of answers that clients have not taken, and of requests that wait; the connections go that hold any for the
    longest."""


class Serving:
    """The connections of one listener. ``start`` and ``stop`` its task."""

    def __init__(
        self,
        app: App,
        timeouts: Timeouts | None = None,
        bounds: Bounds | None = None,
        descriptors: Descriptors | None = None,
    ) -> None:
        self.app = app
        self.timeouts = timeouts or Timeouts()
        self.loop = asyncio.get_running_loop()
        self.now = self.loop.time()
        """The loop's time, as of the last tick."""
        self.date = _date_line()
        self.is_stopping = False
        self.waiting: dict[Connected, None] = {}
        self.arriving: dict[Connected, None] = {}
        self.blocked: dict[Connected, None] = {}
        """Connections by what they do, each with the one at its front that has done it for the longest."""
        self.tasks: set[asyncio.Task[None]] = set()
        self._bounds = bounds or Bounds()
        self._has_descriptors = None if descriptors is None else descriptors.listener(self.__len__)
        self._slots: list[set[Connected]] = [set() for _ in range(_SLOTS)]
        self._count = 0
        self._holds: dict[Connected, int] = {}
        self._held = 0
        self._turn = 0
        self._ticking: asyncio.Task[None] | None = None
        self._empty = asyncio.Event()
        self._empty.set()
        self._said: dict[str, tuple[float, int]] = {}

    def __iter__(self) -> Iterator[Connected]:
        return iter([connection for slot in self._slots for connection in slot])

    def __len__(self) -> int:
        return self._count

    def start(self) -> None:
        self._ticking = asyncio.create_task(self._tick(), name="http connections")

    async def stop(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)

    def admit(self, connection: Connected) -> bool:
        """Count a new connection; where there is no room, end one that is not being served, or return ``False``."""
        reason = ""
        if self._count >= self._bounds.connections:
            reason = "connections"
        elif self._has_descriptors is not None and not self._has_descriptors():
            reason = "descriptors"
        if reason:
            self.refused(reason)
            oldest = next(chain(self.waiting, self.arriving, self.blocked), None)
            if oldest is None:
                return False
            oldest.abort()
            self.left(oldest)
        self._slots[hash(connection) % _SLOTS].add(connection)
        self._count += 1
        self._empty.clear()
        return True

    def left(self, connection: Connected) -> None:
        """Forget a connection that has ended. May be called twice."""
        slot = self._slots[hash(connection) % _SLOTS]
        if connection not in slot:
            return
        slot.discard(connection)
        self._count -= 1
        if not self._count:
            self._empty.set()
        self.waiting.pop(connection, None)
        self.arriving.pop(connection, None)
        self.blocked.pop(connection, None)
        self._held -= self._holds.pop(connection, 0)

    def holds(self, connection: Connected, size: int) -> None:
        """Note how many bytes a connection holds. Where all hold too many, those go that have held any longest."""
        self._held += size - self._holds.get(connection, 0)
        if size:
            self._holds[connection] = size
        else:
            self._holds.pop(connection, None)
        while self._held > self._bounds.held:
            first = next(iter(self._holds))
            self._held -= self._holds.pop(first)
            self.refused("memory")
            first.abort()

    async def emptied(self) -> None:
        """Return when there is no connection."""
        await self._empty.wait()

    def refused(self, reason: str) -> None:
        """Count what was refused or ended, by one of a few reasons, and say so in the log once a minute at most."""
        metrics.http_refused(reason)
        said_at, count = self._said.get(reason, (float("-inf"), 0))
        now = self.loop.time()
        if now - said_at >= _SAID_EVERY:
            _log.warning("http: refused or ended for %s: %d since the last such line", reason, count + 1)
            self._said[reason] = now, 0
        else:
            self._said[reason] = said_at, count + 1

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self.timeouts.tick)
            self.now = self.loop.time()
            self.date = _date_line()
            self._turn = (self._turn + 1) % _SLOTS
            for connection in tuple(self._slots[self._turn]):
                try:
                    connection.look(self.now)
                except Exception:  # noqa: BLE001 - the deadlines of all others depend on this task
                    _log.exception("a connection could not be looked at")


def _date_line() -> bytes:
    return f"date: {formatdate(usegmt=True)}\r\n".encode()
