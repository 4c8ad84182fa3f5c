"""The gateway's single timer: it drops connections that are silent or overdue, and pings idle web clients.

A timer for each connection would cost memory. Connections are spread over a few slots, and each tick checks one slot.
The heartbeat's time advances by a bounded amount for each tick, so a process that was suspended for a minute does not
drop all its clients as silent.
"""

import asyncio
import logging
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from amity.clock import SYSTEM_CLOCK, Clock

_SLOTS: Final = 5

_log = logging.getLogger(__name__)


class Timeouts(NamedTuple):
    """Timeouts in seconds.

    OpenIM's native clients ping every 24 seconds and its JavaScript client every 10. Browsers answer pings and send
    none.
    """

    tick: float = 1.0
    handshake: float = 10.0
    """Limit for a client to send its head, and again for the check of its token."""
    silence: float = 50.0
    """A client that sends nothing for this long, not even a ping or pong, is dropped."""
    ping_after: float = 22.0
    """A web client that sends nothing for this long, plus at most one round of the slots, is pinged."""
    blocked: float = 45.0
    """A client must have read everything that waited for it at least once within this time."""
    closing: float = 3.0
    """A client that was sent a close frame or a refusal must close the connection within this time."""


class Monitored(Protocol):
    """Something that is checked once in each round of the slots."""

    def check(self, now: float) -> None: ...


class Expiring(Protocol):
    """Something with a deadline."""

    def overdue(self) -> None:
        """End at once."""
        ...


class Deadlines:
    """Items that share one timeout, so the oldest is due first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[Expiring, float] = {}

    def __len__(self) -> int:
        return len(self._due)

    def __iter__(self) -> Iterator[Expiring]:
        return iter(tuple(self._due))

    def first(self) -> Expiring | None:
        """Return the item that is due first."""
        return next(iter(self._due), None)

    def longest(self, now: float) -> float | None:
        """Return the seconds since the oldest item was added, or ``None`` if there is none."""
        due = next(iter(self._due.values()), None)
        return None if due is None else now - (due - self._seconds)

    def add(self, expiring: Expiring, now: float) -> None:
        self._due[expiring] = now + self._seconds

    def discard(self, expiring: Expiring) -> None:
        self._due.pop(expiring, None)

    def call(self, now: float) -> None:
        """End the items whose deadline has passed."""
        while self._due:
            expiring, due = next(iter(self._due.items()))
            if due > now:
                return
            del self._due[expiring]
            expiring.overdue()


class Heartbeat:
    """Ticks while ``run`` runs.

    ``now`` is its time at the last tick in seconds, and is never 0. ``clock`` also gives the wall time.
    """

    def __init__(self, timeouts: Timeouts, clock: Clock = SYSTEM_CLOCK) -> None:
        self.timeouts = timeouts
        self.now = 1.0
        self.heads = Deadlines(timeouts.handshake)
        """Connections that have not sent their whole head."""
        self.handshakes = Deadlines(timeouts.handshake)
        """Connections whose token is being checked."""
        self.closing = Deadlines(timeouts.closing)
        self.clock = clock
        self._ticked_at = clock.monotonic()
        self._slots: list[set[Monitored]] = [set() for _ in range(_SLOTS)]
        self._turn = 0

    def watch(self, monitored: Monitored) -> None:
        self._slots[hash(monitored) % _SLOTS].add(monitored)

    def forget(self, monitored: Monitored) -> None:
        self._slots[hash(monitored) % _SLOTS].discard(monitored)

    def time(self) -> float:
        """Return its time at this moment. By ``now``, connections of one tick would all have the same age."""
        return self._time_at(self.clock.monotonic())

    def _time_at(self, moment: float) -> float:
        return self.now + min(moment - self._ticked_at, 2 * self.timeouts.tick)

    def tick(self) -> None:
        """Advance the time, check one slot, and end what is overdue."""
        moment = self.clock.monotonic()
        self.now, self._ticked_at = self._time_at(moment), moment
        self._turn = (self._turn + 1) % _SLOTS
        for monitored in tuple(self._slots[self._turn]):
            monitored.check(self.now)
        self.heads.call(self.now)
        self.handshakes.call(self.now)
        self.closing.call(self.now)

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(self.timeouts.tick)
            try:
                self.tick()
            except Exception:  # noqa: BLE001 - nothing else drops dead connections
                _log.exception("a tick failed")
