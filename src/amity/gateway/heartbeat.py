"""The gateway's one timer: drops who is silent or late, and pings who would otherwise be. No timer per connection.

The connections are spread over a few slots, and each tick looks at those of one slot. The time is the server's own: it
stands still while the process does, so that a server that was stopped for a minute does not take every client for dead.
"""

import asyncio
import logging
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from amity.clock import SYSTEM_CLOCK, Clock

_SLOTS: Final = 5

_log = logging.getLogger(__name__)


class Rhythm(NamedTuple):
    """Times in seconds.

    OpenIM's native clients ping every 24, its JavaScript client every 10; browsers answer pings and send none.
    """

    tick: float = 1.0
    handshake: float = 10.0
    """A client has to have said who it is; and that has to be looked at in as much time again."""
    silence: float = 50.0
    """A client that sends nothing, no ping and no pong either, is taken for dead."""
    ping_after: float = 22.0
    """A web client that was silent for so long, and up to a round of the slots longer, is pinged."""
    blocked: float = 45.0
    """A client has to have taken all that waits for it, once."""
    parting: float = 3.0
    """A client that was told that it is over has to have closed the connection."""


class Beating(Protocol):
    """Something that is looked at once in a round."""

    def beat(self, now: float) -> None: ...


class Ending(Protocol):
    """Something that has to be over in time."""

    def overdue(self) -> None:
        """End at once."""
        ...


class Deadlines:
    """What has to be over in time. All have the same time, so the first is due first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[Ending, float] = {}

    def __len__(self) -> int:
        return len(self._due)

    def __iter__(self) -> Iterator[Ending]:
        return iter(tuple(self._due))

    def first(self) -> Ending | None:
        """Return the one that is due first."""
        return next(iter(self._due), None)

    def longest(self, now: float) -> float | None:
        """Return how many seconds the one has taken that is due first."""
        due = next(iter(self._due.values()), None)
        return None if due is None else now - (due - self._seconds)

    def add(self, ending: Ending, now: float) -> None:
        self._due[ending] = now + self._seconds

    def discard(self, ending: Ending) -> None:
        self._due.pop(ending, None)

    def call(self, now: float) -> None:
        """End what is overdue."""
        while self._due:
            ending, due = next(iter(self._due.items()))
            if due > now:
                return
            del self._due[ending]
            ending.overdue()


class Heartbeat:
    """Ticks as long as it runs. ``now`` is its time, in seconds, and never 0; ``clock`` also has the time of day."""

    def __init__(self, rhythm: Rhythm, clock: Clock = SYSTEM_CLOCK) -> None:
        self.rhythm = rhythm
        self.now = 1.0
        self.heads = Deadlines(rhythm.handshake)
        """Who has not said yet who it is."""
        self.handshakes = Deadlines(rhythm.handshake)
        """Whose token is being looked at."""
        self.partings = Deadlines(rhythm.parting)
        self.clock = clock
        self._looked = clock.monotonic()
        self._slots: list[set[Beating]] = [set() for _ in range(_SLOTS)]
        self._turn = 0

    def watch(self, beating: Beating) -> None:
        self._slots[hash(beating) % _SLOTS].add(beating)

    def forget(self, beating: Beating) -> None:
        self._slots[hash(beating) % _SLOTS].discard(beating)

    def tick(self) -> None:
        """Let the time pass, and look at who is due."""
        before, self._looked = self._looked, self.clock.monotonic()
        self.now += min(self._looked - before, 2 * self.rhythm.tick)
        self._turn = (self._turn + 1) % _SLOTS
        for beating in tuple(self._slots[self._turn]):
            beating.beat(self.now)
        self.heads.call(self.now)
        self.handshakes.call(self.now)
        self.partings.call(self.now)

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(self.rhythm.tick)
            try:
                self.tick()
            except Exception:  # noqa: BLE001 - nobody else would notice the dead
                _log.exception("a tick failed")
