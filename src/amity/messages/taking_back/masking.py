"""The text of a message that was taken back is taken out of the messages that quote it.

Whoever takes it back notes in the same transaction by what it is quoted, so no quote is forgotten, however many there
are, and whoever asks for it does not wait. A task masks those quotes. Until then they are masked as they are shown.
"""

from itertools import groupby
from operator import attrgetter

from amity.clock import SYSTEM_CLOCK, Clock
from amity.messages.taking_back.periodic import AT_ONCE, Periodic
from amity.messages.taking_back.quotes import masked
from amity.storage import Database, Transaction
from amity.timeline import quotes, taking_back
from amity.wire.proto.sdkws_pb2 import MsgData


class Masking(Periodic):
    """The task that masks quotes of messages that were taken back, from ``start`` to ``stop``."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(database, "masking of quotes", clock)

    async def _is_any_due(self) -> bool:
        return await quotes.is_any_due(self._database)

    async def _sweep_some(self) -> int:
        if not await self._is_any_due():
            return 0
        return await self._database.write(_mask_some, rows=10 * AT_ONCE)


async def _mask_some(tx: Transaction) -> int:
    found = await quotes.due(tx, AT_ONCE)
    for timeline, some in groupby(found.quoting, attrgetter("timeline")):
        seqs = [each.seq for each in some]
        for message in await taking_back.locked(tx, timeline, seqs):
            data = MsgData.FromString(message.body)
            if quotes.quoted_in(data.contentType, data.content) is not None:
                data.content = masked(data.content)
                await taking_back.replace(tx, timeline, message.seq, data.SerializeToString(), keeps_text=True)
        await quotes.forget(tx, timeline, seqs)
    await quotes.settle(tx, found.names)
    return AT_ONCE if found.more else min(len(found.quoting), AT_ONCE - 1)
