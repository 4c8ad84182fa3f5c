"""Keeping the times of next attempts right while the time of day is set.

They are stored by the time of day, as a restart has to find them again, and nothing else survives one. Where it is set
back, what was stored before would wait for as long as the step besides; so it is moved by the step. Where that was
missed, because the server was down or another process stored it, an event waits no longer than the schedule's longest
pause: a time further off is none that the schedule gave, and counts as come. Where the newest entry of the callback log
is of a time that is still to come, the clock was ahead when it was last used: an event then waits no longer than the
pause that its own attempts have. A receiver's ``Retry-After`` is forgotten in that case alone.

Of several processes each moves the times of the owners that it serves, as these are by its own clock. One looks for
times that none of the schedule can be.
"""

import logging
from collections.abc import Callable, Sequence

from amity.callbacks.telling import store
from amity.callbacks.telling.schedule import SPREAD, longest_pause
from amity.clock import FUTURE_SECONDS, Clock
from amity.storage import Database
from amity.texts import count

LEAST_STEP_SECONDS = 1.0
"""What is set by less is not worth a look at the outbox."""
_LOOK_SECONDS = 10.0

_log = logging.getLogger(__name__)


class Timetable:
    """The times of next attempts in the outbox, as against the clock. ``serves`` says of an owner whether this process
    serves it."""

    def __init__(
        self, database: Database, clock: Clock, retries: Sequence[float], serves: Callable[[str], bool]
    ) -> None:
        self._database = database
        self._serves = serves
        self._clock = clock
        self._retries = retries
        self._longest = longest_pause(retries)
        self._is_new = True
        self._difference = clock.now() - clock.monotonic()
        self._set_back = 0.0  # seconds by which times are still to be moved
        self._looked_at = float("-inf")

    async def correct(self, *, whole: bool) -> bool:
        """Bring the times in line with the clock; return whether any may have been changed. ``whole`` says whether this
        process is the one that looks at the whole outbox. Raises ``ImError``."""
        now, monotonic = self._clock.now(), self._clock.monotonic()
        step, self._difference = now - monotonic - self._difference, now - monotonic
        if step <= -LEAST_STEP_SECONDS:
            self._set_back -= step
        if self._set_back:
            moved = await store.bring_forward(self._database, int(now * 1000), int(self._set_back * 1000), self._serves)
            _log.warning(
                "the time of day was set back by %.0f s: the next attempts of %s are made by the new one",
                *(self._set_back, count(moved, "event")),
            )
            self._set_back = 0.0
            self._looked_at = float("-inf")
        if monotonic - self._looked_at < _LOOK_SECONDS:
            return False
        if whole:
            await self._correct_whole(now)
        self._looked_at = monotonic
        return True

    async def _correct_whole(self, now: float) -> None:
        if self._is_new:
            await self._correct_stored(now)
            self._is_new = False
        disbelieved = await store.disbelieve(self._database, int(now * 1000), int((now + self._longest) * 1000))
        if disbelieved:
            _log.warning(
                "the next attempts of %s were further off than %.0f s, the longest pause: they are made now",
                *(count(disbelieved, "event"), self._longest),
            )

    async def _correct_stored(self, now: float) -> None:
        """Make up for a step that came while no process delivered."""
        ahead = await store.last_noted(self._database) / 1000 - now
        if ahead <= FUTURE_SECONDS:
            return
        found = 0
        for attempts, pause in enumerate(self._retries, 1):
            farthest = int((now + pause * (1 + SPREAD)) * 1000)
            found += await store.disbelieve(self._database, int(now * 1000), farthest, attempts)
        _log.warning(
            "the time of day was set back by %.0f s or more while nothing was delivered: the next attempts of %d events"
            " are made now",
            *(ahead, found),
        )
