"""Conversations in which old messages disappear for their owner: ``isMsgDestruct`` and ``msgDestructTime``.

Source: open-im-server 3.8 ``internal/rpc/conversation`` (``ClearUserConversationMsg``), which its cron calls daily.
"""

from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import destructing, positions
from amity.conversations.destructing import Destructing
from amity.conversations.naming import id_by_form
from amity.conversations.notices import notify_changed
from amity.delivery.push import Push
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline import store as timeline_store
from amity.timeline import taking_back

AT_ONCE: Final = 50
"""Conversations that one round looks at."""


class SelfDestruct:
    """Hides messages from owners who want that, ``msgDestructTime`` seconds after they were sent.

    Each conversation is looked at once in that time, so a message is seen for up to twice as long, and until the next
    sweep.
    """

    def __init__(self, database: Database, push: Push, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._push = push
        self._clock = clock

    async def sweep(self) -> None:
        """Hide all that is due, one conversation in a transaction."""
        now = self._clock.now_ms()
        while due := await destructing.due(self._database, now, AT_ONCE):
            for each in due:
                if await self._hide(each, now):
                    conversation_id = id_by_form(each.form, each.owner_id, each.peer_id)
                    notify_changed(self._push, each.owner_id, [conversation_id], "")
            if len(due) < AT_ONCE:
                return

    async def _hide(self, each: Destructing, now: int) -> bool:
        """Hide the messages of one conversation that are too old; return whether there were any."""

        ends = (await timeline_store.ends(self._database, [each.timeline]))[each.timeline]
        first = max(ends.oldest, each.min_seq, 1)
        before = now - each.seconds * 1000
        kept = await taking_back.first_sent_after(self._database, each.timeline, first, ends.newest, before)
        begins = ends.newest + 1 if kept is None else kept

        async def write(tx: Transaction) -> bool:
            await lock_lists(tx, [each.owner])
            # The owner may have switched it off since, or set another time.
            if not await destructing.note_look(tx, each, now):
                return False
            return begins > first and await positions.begin_at(tx, each.owner, each.timeline, begins, now)

        return await self._database.write(write, rows=2)
