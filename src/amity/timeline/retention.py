"""Deleting messages that are older than they are to be kept."""

from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage import Database, Transaction
from amity.timeline import store, taking_back
from amity.timeline.models import part_of
from amity.timeline.service import REPEATS_FOR

_AT_ONCE: Final = 200
"""Messages that one transaction deletes."""
_DAY_MS: Final = 86_400_000


class Retention:
    """Deletes messages ``keep_days`` after they were accepted, but not while they may be repeated, which is for
    ``repeats_for`` seconds; 0 keeps them for ever.

    They are stored in the order of their acceptance, so the oldest are found without reading others. Those of a
    timeline are its first ones, as its numbers have that order, too.
    """

    def __init__(
        self, database: Database, keep_days: int, repeats_for: int = REPEATS_FOR, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._keep_days = keep_days
        self._kept_ms = max(keep_days * _DAY_MS, repeats_for * 1000)
        self._clock = clock

    async def sweep(self) -> None:
        """Delete what is too old, in small transactions, so that nobody waits for long."""
        if not self._keep_days:
            return
        before = part_of(self._clock.now_ms() - self._kept_ms)

        async def write(tx: Transaction) -> bool:
            found = await taking_back.oldest(tx, before, _AT_ONCE)
            await store.lock(tx, sorted(found))
            for timeline, seq in found.items():
                await taking_back.raise_oldest(tx, timeline, seq + 1)
                await taking_back.delete_unseen(tx, timeline, max(1, _AT_ONCE // len(found)))
            return bool(found)

        while await self._database.write(write, rows=2 * _AT_ONCE):
            pass
