"""Taking messages that nobody may see any more out of the database.

Of one that may still be sent again its ids and times stay, without a content: a repeat gets the first answer. A sweep
removes them when that time is over. It also goes on with what a stopped process has not finished.
"""

from collections.abc import Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.messages import forms
from amity.storage import Database, Transaction
from amity.timeline import purges, quotes, taking_back
from amity.timeline import store as timeline_store
from amity.timeline.models import PART_MS, part_of
from amity.timeline.service import REPEATS_FOR
from amity.wire.proto.sdkws_pb2 import MsgData

_AT_ONCE: Final = 50
"""Messages that one transaction takes out of the database, each of which it reads."""
_FIRST_TIMELINES: Final = 20
"""Timelines that are purged while somebody waits, one transaction each."""
_TIMELINES: Final = 100
"""Timelines that one round of the sweep looks at."""


class Purging:
    """Purges timelines. A message may be sent again for ``repeats_for`` seconds."""

    def __init__(self, database: Database, repeats_for: int = REPEATS_FOR, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._repeats_ms = repeats_for * 1000
        self._clock = clock

    async def begin_at(self, tx: Transaction, timeline: int, seq: int, sent_until: int) -> None:
        """Show nobody what is before a message, of which the last was sent at ``sent_until``, in milliseconds since
        1970. The sweep takes it out of the database; call ``purge_first`` once that is committed, so that little does
        not wait for it."""
        await taking_back.raise_oldest(tx, timeline, seq)
        await purges.note_cleared(tx, timeline, sent_until)
        await purges.plan(tx, timeline, self._clock.now_ms())

    async def purge_first(self, timelines: Sequence[int]) -> None:
        """Take the first messages of the first of these timelines out of the database. The caller waits, so the sweep
        takes the others out, however many they are."""
        for timeline in timelines[:_FIRST_TIMELINES]:
            await self._purge_some(timeline, 0, is_kept=False)

    async def purge(self, timeline: int) -> None:
        """Take the messages of a timeline that nobody may see out of the database, in small transactions."""
        after, kept = 0, False
        while True:
            last, keeps = await self._purge_some(timeline, after, is_kept=kept)
            if not last:
                return
            after, kept = last, kept or keeps

    async def sweep(self) -> None:
        """Purge the timelines that are due."""
        while found := await purges.due(self._database, self._clock.now_ms(), _TIMELINES):
            for timeline in found:
                await self.purge(timeline)

    async def _purge_some(self, timeline: int, after: int, *, is_kept: bool) -> tuple[int, bool]:
        """Purge the next messages above a number; return the last one's, and whether one of them is kept without a
        content. If there is none, note when to look again: ``is_kept`` says whether an earlier one is kept."""
        now = self._clock.now_ms()
        before = part_of(now - self._repeats_ms)

        async def write(tx: Transaction) -> tuple[int, bool]:
            # Nothing is stored meanwhile that quotes them, and no others become invisible.
            await timeline_store.lock(tx, [timeline])
            found = await taking_back.unseen(tx, timeline, after, _AT_ONCE)
            if not found:
                if is_kept:
                    await purges.plan(tx, timeline, now + self._repeats_ms + PART_MS)
                else:
                    await purges.done(tx, timeline)
                return 0, False
            names: list[quotes.Name] = []
            for seq, part, body in found:
                if forms.is_deleted(data := MsgData.FromString(body)):
                    continue
                names += quotes.names_of(timeline, seq, data)
                if part >= before:
                    await taking_back.replace(tx, timeline, seq, forms.deleted(data))
            await quotes.mark(tx, names)
            await taking_back.delete(tx, [(timeline, seq) for seq, part, _ in found if part < before])
            return found[-1][0], any(part >= before for _, part, _ in found)

        return await self._database.write(write, rows=6 * _AT_ONCE)
