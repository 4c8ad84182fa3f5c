"""Tell all clients to connect again, a few at a time."""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.gateway.session import Cause, Session

SPREAD_SECONDS: Final = 3.0
"""Seconds over which clients are told, so that their logins come one after the other."""
_STEP_SECONDS: Final = 0.05
SERVICE_RESTART: Final = 1012
"""The close code that asks a client to connect again (IANA's registry of RFC 6455). OpenIM's clients connect again
after any close code; only a kick ends them."""


class Reconnecting:
    """Sessions that are still to be told. One that opens later is not: it fetches by itself."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._waiting: dict[Session, None] = {}
        self._each_step = 1
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def tell(self, sessions: Iterable[Session]) -> None:
        """Have these sessions told within ``SPREAD_SECONDS``."""
        self._waiting.update(dict.fromkeys(sessions))
        self._each_step = 1 + int(len(self._waiting) * _STEP_SECONDS / SPREAD_SECONDS)
        if self._task is None and self._waiting and not self._stop.is_set():
            self._task = asyncio.create_task(self._run(), name="reconnecting")

    async def stop(self) -> None:
        """Tell nobody any more."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        try:
            while self._waiting:
                for _ in range(min(self._each_step, len(self._waiting))):
                    session = next(iter(self._waiting))
                    del self._waiting[session]
                    session.leave(Cause.RECONNECT, SERVICE_RESTART, "connect again: the server may have lost pushes")
                await self._clock.wait(self._stop, _STEP_SECONDS)
        finally:
            self._task = None
