"""What all connections to the REST API share: limits, deadlines, and the task that enforces them.

States of a connection, which repeat from the second on:

- *waiting*: no request has begun, or its head is incomplete;
- *arriving*: the head is read and the body is incomplete;
- *serving*: the request is complete and its answer is not;
- *blocked*: the client has not read what was written, and the next request is not begun.

If a new connection exceeds the limit, another one is closed: one that waits, arrives or is blocked, in this order, and
among those the oldest in its state. So a client cannot keep others out with idle connections. A connection that is
being served is never closed for this.

No connection has a timer. One task checks some of the connections each second, by the loop's clock.
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
_LOG_EVERY: Final = 60.0
_log = logging.getLogger(__name__)

App = Callable[[Any, Any, Any], Awaitable[None]]


class Connected(Protocol):
    """What the shared task needs of a connection."""

    since: float
    """The loop's time at which it began to wait, or its request to arrive.

    It is exact, because ``Descriptors`` compares it with the times of other listeners.
    """

    def check_deadline(self, now: float) -> None:
        """Close the connection if a deadline has passed; ``now`` is the loop's time."""
        ...

    def shut_down(self) -> None:
        """Accept no further request."""
        ...

    def abort(self) -> None:
        """Close at once."""
        ...


class Timeouts(NamedTuple):
    """Times in seconds, and a rate."""

    arrival: float = 60.0
    """Limit from a request's first byte to its last, and from a new connection to its first byte."""
    keep_alive: float = 75.0
    """Limit for a connection to wait for its next request."""
    write: float = 30.0
    """Limit for a client to read an answer once it is blocked; a large answer gets more time, by ``write_rate``."""
    write_rate: int = 65_536
    """Lowest rate in bytes per second at which a client must read a large answer."""
    linger: float = 0.0
    """When the server stops: how long a connection that waits may still begin a request."""
    stopping: float = 2.0
    """When the server stops: limit for the rest of an incomplete request."""
    grace: float = 15.0
    """When the server stops: limit for the requests under way."""
    tick: float = 1.0
    """Interval between two checks, of some of the connections each."""


class Bounds(NamedTuple):
    """Limits of all connections together."""

    connections: int = 10_000
    held: int = 256 * 1024 * 1024
    """Bytes of answers that clients have not read, and of requests that wait. Above this, connections are closed, those
    first that have held any bytes longest."""


class Serving:
    """The connections of one listener. ``start`` and ``stop`` control its task."""

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
        self.date = _date_line()
        self.is_stopping = False
        self.waiting: dict[Connected, None] = {}
        self.arriving: dict[Connected, None] = {}
        self.blocked: dict[Connected, None] = {}
        """Connections by state, each with the oldest one first."""
        self.tasks: set[asyncio.Task[None]] = set()
        self._bounds = bounds or Bounds()
        self._descriptors = descriptors
        if descriptors is not None:
            descriptors.share(self)
        self._slots: list[set[Connected]] = [set() for _ in range(_SLOTS)]
        self._count = 0
        self._holds: dict[Connected, int] = {}
        self._held = 0
        self._turn = 0
        self._ticking: asyncio.Task[None] | None = None
        self._empty = asyncio.Event()
        self._empty.set()
        self._logged: dict[str, tuple[float, int]] = {}

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
        """Count a new connection. At the limit, close an idle one, or return ``False`` if there is none."""
        if self._count >= self._bounds.connections:
            self.refused("connections")
            if self.idle_for() is None:
                return False
            self.make_room()
        if self._descriptors is not None and not self._descriptors.has_room():
            self.refused("descriptors")
            if not self._descriptors.make_room():
                return False
        self._slots[hash(connection) % _SLOTS].add(connection)
        self._count += 1
        self._empty.clear()
        return True

    def idle_for(self) -> float | None:
        """Return the seconds for which the connection to be closed next has not been served, or ``None`` if there is
        none."""
        oldest = self._longest_idle()
        return None if oldest is None else self.loop.time() - oldest.since

    def make_room(self) -> None:
        """Close that connection."""
        oldest = self._longest_idle()
        if oldest is not None:
            oldest.abort()
            self.left(oldest)

    def _longest_idle(self) -> Connected | None:
        return next(chain(self.waiting, self.arriving, self.blocked), None)

    def left(self, connection: Connected) -> None:
        """Remove a connection that has ended. May be called twice."""
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
        """Set the bytes that a connection holds. Above the total limit, close those that have held any longest."""
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
        """Wait until there is no connection."""
        await self._empty.wait()

    def refused(self, reason: str) -> None:
        """Count a refused or closed connection by one of a few reasons, and log it at most once a minute."""
        metrics.http_refused(reason)
        logged_at, count = self._logged.get(reason, (float("-inf"), 0))
        now = self.loop.time()
        if now - logged_at >= _LOG_EVERY:
            _log.warning("http: refused or ended for %s: %d since the last such line", reason, count + 1)
            self._logged[reason] = now, 0
        else:
            self._logged[reason] = logged_at, count + 1

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self.timeouts.tick)
            now = self.loop.time()
            self.date = _date_line()
            self._turn = (self._turn + 1) % _SLOTS
            for connection in tuple(self._slots[self._turn]):
                try:
                    connection.check_deadline(now)
                except Exception:  # noqa: BLE001 - the deadlines of all connections depend on this task
                    _log.exception("http: the deadlines of a connection could not be checked")


def _date_line() -> bytes:
    return f"date: {formatdate(usegmt=True)}\r\n".encode()
