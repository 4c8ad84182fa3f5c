"""Erasures are done in parts, a transaction each, by a background task.

Each erasure is a row of ``erasures`` with its round, its step and, in the step that visits messages, where it is there.
A part stores in its transaction what it has done and where the erasure is then. So nothing is lost or done twice if the
server is killed, and a user with a million messages holds nobody up. The task does one part of each erasure in turn.

States of an erasure:

- round 0: all steps, one after the other.
- round 1: all steps once more, ``AGAIN_SECONDS`` later, for what was under way when the user was erased: a call that
  waited for the app's business server, or another process that still knew the user. Of messages only those of
  conversations that the user has again.
- finished.

If several processes share the database, the one that has the lease ``erasing`` works. Every process drops users who
were erased from its memory, every ``POLL_SECONDS``.
"""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.lease import Lease
from amity.erasing import store
from amity.erasing.store import Erasure, MovedOnError, Step
from amity.errors import ImError
from amity.storage import Database
from amity.storage.outages import Outages
from amity.storage.steps import Steps
from amity.users.directory import Directory

AGAIN_SECONDS = 60.0
"""Seconds between the end of round 0 and the begin of round 1."""
POLL_SECONDS: Final = 1.0
_LAST_ROUND: Final = 1
_FORGOTTEN_FOR_MS: Final = 600_000
"""Milliseconds for which processes drop a user who was erased from their memory. Who reads anew does not find it."""

Part = Callable[[Erasure], Awaitable[bool]]
"""Does a part of a step of an erasure; returns whether the step is over."""
_log = logging.getLogger(__name__)


class Working:
    """Does erasures from ``start`` to ``stop``. ``parts`` has what does a part of each step."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        parts: Mapping[Step, Part],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._parts = parts
        self._clock = clock
        self._lease = Lease(database, "erasing", clock)
        self._last_user = 0
        self._polled_at = float("-inf")
        outages = Outages(
            _log, "erasing: waits for the database", "erasing: an error of its own held up an erasure; it goes on"
        )
        self._steps = Steps("erasing", self._step, outages, clock)

    def wake(self) -> None:
        """Look for erasures at once."""
        self._polled_at = float("-inf")
        self._steps.wake()

    def start(self) -> None:
        """Start the task. It begins with what was left when the server ended."""
        self._steps.start()

    async def stop(self) -> None:
        """Stop the task after the part under way. The rest is done after the next start, or by another process."""
        await self._steps.stop()
        with contextlib.suppress(ImError):  # then it expires
            await self._lease.release()

    async def _step(self) -> float:
        """Do a part of the next erasure that is due; return how many seconds to pause, unless one is asked for
        meanwhile."""
        if self._clock.monotonic() - self._polled_at >= POLL_SECONDS:
            for user_id in await store.asked_since(self._database, self._clock.now_ms() - _FORGOTTEN_FOR_MS):
                self._directory.forget(user_id)
            self._polled_at = self._clock.monotonic()
        erasure = await store.next_due(self._database, self._last_user, self._clock.now_ms())
        if erasure is None:
            was_last, self._last_user = self._last_user, 0
            return 0.0 if was_last else POLL_SECONDS
        if not await self._lease.take():
            return POLL_SECONDS
        self._last_user = erasure.user  # before its part: one that fails does not hold up the others
        with contextlib.suppress(MovedOnError):
            if await self._parts[erasure.step](erasure):
                await self._end_step(erasure)
        return 0.0

    async def _end_step(self, erasure: Erasure) -> None:
        """Go on to the next step, or the next round; or note that the erasure is finished."""
        now = self._clock.now_ms()
        if erasure.step < max(Step):
            step = Step(erasure.step + 1)
            await self._database.write(lambda tx: store.go_on(tx, erasure, step, now, next_round=erasure.round))
        elif erasure.round < _LAST_ROUND:
            due_at = now + int(AGAIN_SECONDS * 1000)
            await self._database.write(
                lambda tx: store.go_on(tx, erasure, min(Step), due_at, next_round=erasure.round + 1)
            )
        else:
            await self._database.write(lambda tx: store.finish(tx, erasure, now))
            _log.info("erasing: the erasure of a user is finished")
