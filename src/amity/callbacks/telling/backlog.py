"""How much waits in the outbox, for the metrics, the console and the log."""

import logging
from collections.abc import Callable
from typing import Final

from amity import metrics
from amity.callbacks.telling import store
from amity.callbacks.telling.others import OutboxMeasured
from amity.clock import Clock
from amity.storage import Database
from amity.texts import count

_MEASURE_SECONDS: Final = 10.0
_HOLDS_SECONDS: Final = 30.0
"""How long a measurement holds: whoever measures has gone, if none came for so long."""
_NOTHING: Final = OutboxMeasured(0, 0.0, 0)

_log = logging.getLogger(__name__)


class Backlog:
    """Measures what waits, every few seconds, in one of the processes that share the outbox. ``reaches`` says whether
    events of a command have a URL to go to."""

    def __init__(self, database: Database, clock: Clock, reaches: Callable[[str], bool]) -> None:
        self._database = database
        self._clock = clock
        self._reaches = reaches
        self._newest = (_NOTHING, float("-inf"))
        self._measured_at = float("-inf")
        self._oldest = (0, 0.0)  # the event that has waited longest, and since when it is seen as that

    async def measure(self) -> OutboxMeasured | None:
        """Tell the metrics how much waits, now and then, and at first the log of what cannot go anywhere. Return what
        was measured, ``None`` if it is not time to."""
        now = self._clock.monotonic()
        if now - self._measured_at < _MEASURE_SECONDS:
            return None
        first, self._measured_at = self._measured_at == float("-inf"), now
        depth = await store.depth(self._database)
        if first:
            await self._log_what_cannot_go()
        if depth.oldest_seq != self._oldest[0]:
            self._oldest = (depth.oldest_seq, now)
        # An event of a time when the clock was ahead would have no age for as long.
        age = max(now - self._oldest[1], self._clock.now() - depth.oldest / 1000) if depth.oldest_seq else 0.0
        metrics.outbox_state(depth.waiting, age, depth.dead)
        measured = OutboxMeasured(depth.waiting, age, depth.dead)
        self.noted(measured)
        return measured

    def noted(self, measured: OutboxMeasured) -> None:
        """Note what was measured, here or at another process."""
        self._newest = (measured, self._clock.monotonic())

    @property
    def newest(self) -> OutboxMeasured:
        """What was measured last, at whichever process; zeros if nothing was for half a minute."""
        measured, at = self._newest
        return measured if self._clock.monotonic() - at < _HOLDS_SECONDS else _NOTHING

    def leave(self) -> None:
        """Leave it to another process: what this one tells the metrics must not stay there."""
        if self._measured_at != float("-inf"):
            self._measured_at = float("-inf")
            metrics.outbox_state(0, 0.0, 0)

    async def _log_what_cannot_go(self) -> None:
        for command, events in (await store.waiting_commands(self._database)).items():
            if not self._reaches(command):
                _log.warning(
                    "no way to deliver: %s of %s wait for a URL, or another program", count(events, "event"), command
                )
