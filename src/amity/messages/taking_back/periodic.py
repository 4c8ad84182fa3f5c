"""A task that works off what is due, again and again.

If several processes share the database, the one that has the lease of the task's name works it off. Two that do the
same at once, as when that takes longer than a lease, only do some of it twice: each locks what it changes.
"""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.lease import Lease
from amity.errors import ImError
from amity.storage import Database

CHECK_SECONDS: Final = 5.0
"""How often a task looks for what is due."""
AT_ONCE: Final = 50
"""Messages that one transaction works off."""
_log = logging.getLogger(__name__)


class Periodic(ABC):
    """A background task, from ``start`` to ``stop``. What fails is logged, and tried again."""

    def __init__(self, database: Database, name: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._lease = Lease(database, name, clock)
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start to work off what is due."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Finish the transaction under way, and end."""
        self._stopping.set()
        if self._task is not None:
            await self._task
        with contextlib.suppress(ImError):  # then it expires
            await self._lease.release()

    async def sweep(self) -> int:
        """Work off all that is due, some at a time; return how many messages. Raises ``ImError``: 90002."""
        done = part = await self._sweep_some()
        while part == AT_ONCE and not self._stopping.is_set():
            part = await self._sweep_some()
            done += part
        return done

    @abstractmethod
    async def _is_any_due(self) -> bool:
        """Return whether anything is due."""

    @abstractmethod
    async def _sweep_some(self) -> int:
        """Work off up to ``AT_ONCE`` messages that are due; return how many there were."""

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self._clock.wait(self._stopping, CHECK_SECONDS)
            if self._stopping.is_set():
                return
            try:
                if await self._is_any_due() and await self._lease.take():
                    await self.sweep()
            except ImError as error:
                _log.warning("%s: the database failed, will try again: %s", self._name, error)
            except Exception:  # noqa: BLE001 - the task must go on
                _log.exception("%s: failed, will try again", self._name)
