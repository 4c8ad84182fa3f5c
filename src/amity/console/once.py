"""Reading personal data is an entry of the audit log: who read what. Pages of the same are not one each."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.console.context import Console

SECONDS: Final = 3600.0
"""How long one entry stands for."""
_MOST_KEPT: Final = 10_000


class Once:
    """Writes one entry an hour for what a session reads. Each process remembers for itself, and none of it stays: a
    process that starts writes again."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._noted: dict[tuple[str, str, str], float] = {}

    @contextlib.asynccontextmanager
    async def audited(self, console: Console, action: str, about: str) -> AsyncIterator[None]:
        """Do as ``Console.audited``, unless the session has done the same in the last hour."""
        key = (console.session.id_hash, action, about)
        now = self._clock.monotonic()
        noted = self._noted.get(key)
        if noted is not None and now - noted < SECONDS:
            yield
            return
        async with console.audited(action, about=about):
            yield
        self._noted.pop(key, None)
        self._noted[key] = now
        if len(self._noted) > _MOST_KEPT:
            del self._noted[next(iter(self._noted))]
