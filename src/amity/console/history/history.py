"""An hour of samples of this process, one every five seconds, in a ring."""

import asyncio
import logging
from array import array
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from amity.callbacks.telling.others import OutboxMeasured
from amity.clock import SYSTEM_CLOCK, Clock
from amity.console.history.sampling import Around, Reading, read, sample
from amity.errors import ImError

EVERY_SECONDS: Final = 5.0
KEPT: Final = 720
"""Samples that are kept: an hour of them."""
_MEASURED_EVERY: Final = 60.0
_log = logging.getLogger(__name__)


class Sources(NamedTuple):
    """Where the history asks for what is no metric of this process: the commands whose breaker is open, how many
    processes serve the database, what is in the outbox, why the bus is down (empty while it is not), and the bytes of
    the database."""

    left_alone: Callable[[], Sequence[str]]
    processes: Callable[[], int]
    outbox: Callable[[], OutboxMeasured]
    bus_down: Callable[[], str]
    database_bytes: Callable[[], Awaitable[int]]


class History:
    """Samples from ``start`` to ``stop``, the oldest first in ``samples``. ``taken`` counts them from the start."""

    def __init__(self, sources: Sources, clock: Clock = SYSTEM_CLOCK) -> None:
        self.sources = sources
        self.samples: deque[array[float]] = deque(maxlen=KEPT)
        self.taken = 0
        self._clock = clock
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._last: Reading | None = None
        self._bytes = float("nan")

    def start(self) -> None:
        """Begin to take samples."""
        self._last = read(self._clock.monotonic())
        self._tasks = [asyncio.create_task(self._take_samples()), asyncio.create_task(self._measure())]

    async def stop(self) -> None:
        """Take no more."""
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def take(self) -> None:
        """Take a sample now."""
        now = read(self._clock.monotonic())
        sources = self.sources
        around = Around(len(sources.left_alone()), self._bytes, sources.processes(), sources.outbox())
        if self._last is not None:
            self.samples.append(sample(self._last, now, around))
            self.taken += 1
        self._last = now

    async def _take_samples(self) -> None:
        while True:
            await self._clock.wait(self._stop, EVERY_SECONDS)
            if self._stop.is_set():
                return
            try:
                self.take()
            except Exception:  # noqa: BLE001 - the next sample is another matter
                _log.exception("console: a sample of the metrics failed")

    async def _measure(self) -> None:
        """Ask how large the database is, now and every minute: that may take long."""
        while not self._stop.is_set():
            try:
                self._bytes = float(await self.sources.database_bytes())
            except ImError as error:
                self._bytes = float("nan")
                _log.info("console: the size of the database is unknown: %s", error)
            await self._clock.wait(self._stop, _MEASURED_EVERY)
