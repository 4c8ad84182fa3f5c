"""Deleting messages that are older than they are to be kept."""

from collections.abc import Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage import Database, Transaction
from amity.timeline import store, taking_back
from amity.timeline.models import part_of
from amity.timeline.service import REPEATS_FOR
from amity.timeline.taking_back import Once

_AT_ONCE: Final = 200
"""Messages that one transaction deletes."""
_TIMELINES_AT_ONCE: Final = 50
"""Timelines that one transaction locks."""
_PASSED: Final = 100
"""How many times one sweep passes over ``_AT_ONCE`` messages of which none can be deleted."""
_DAY_MS: Final = 86_400_000
_BEGIN: Final = Once(-(2**62), 0, 0)
"""Below the name of every message."""


class Retention:
    """Deletes messages ``keep_days`` after they were accepted, but not while they may be repeated, which is for
    ``repeats_for`` seconds; 0 keeps them for ever. An imported message counts as accepted when it was made.

    The oldest are found by the index of their names, which has the order of acceptance. Of each timeline the first
    messages are deleted, as far as all of them are too old: its numbers have that order only where nothing was imported
    or restored. An old message after a recent one stays until that is too old. A sweep passes over a bounded number of
    such messages, and the next sweep goes on behind them.
    """

    def __init__(
        self, database: Database, keep_days: int, repeats_for: int = REPEATS_FOR, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._keep_days = keep_days
        self._kept_ms = max(keep_days * _DAY_MS, repeats_for * 1000)
        self._clock = clock
        self._after = _BEGIN

    async def sweep(self) -> None:
        """Delete what is too old, in small transactions, so that nobody waits for long."""
        if not self._keep_days:
            return
        before = part_of(self._clock.now_ms() - self._kept_ms)
        done: set[int] = set()
        passed = 0
        while passed < _PASSED:
            found = await taking_back.expired(self._database, before, self._after, _AT_ONCE)
            if not found:
                self._after = _BEGIN
                return
            timelines = sorted({timeline for timeline, _ in found} - done)
            if not await self._delete_first(timelines, before):
                passed += 1
            done.update(timelines)
            self._after = found[-1][1]

    async def _delete_first(self, timelines: Sequence[int], before: int) -> bool:
        """Delete the first messages of timelines as far as they are too old; return whether there were any."""
        deleted = False
        left = list(timelines)
        while left:
            part = sorted(left[:_TIMELINES_AT_ONCE])
            most = max(1, _AT_ONCE // len(part))

            async def write(tx: Transaction, part: Sequence[int] = part, most: int = most) -> list[int]:
                await store.lock(tx, part)
                messages: list[tuple[int, int]] = []
                unfinished = []
                for timeline in part:
                    if seqs := await taking_back.expired_first(tx, timeline, before, most):
                        await taking_back.raise_oldest(tx, timeline, seqs[-1] + 1)
                        messages += [(timeline, seq) for seq in seqs]
                    if len(seqs) == most:
                        unfinished.append(timeline)
                await taking_back.delete(tx, messages)
                return [len(messages), *unfinished]

            count, *unfinished = await self._database.write(write, rows=4 * _AT_ONCE)
            deleted = deleted or count > 0
            left = unfinished + left[_TIMELINES_AT_ONCE:]
        return deleted
