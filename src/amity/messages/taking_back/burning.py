"""Messages of private chats are removed from the database so many seconds after their receiver has read them.

What says when is written with the message, and with the mark of who has read it. A task removes what is due, some in
one transaction. In the place of each stays its envelope, without content and with ``status`` 4: a client that sends the
message again is still answered with the first one.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import private_store
from amity.messages import forms
from amity.messages.options import is_on
from amity.messages.taking_back.periodic import AT_ONCE, Periodic
from amity.storage import Database, Transaction
from amity.timeline import quotes, taking_back
from amity.timeline import store as timeline_store
from amity.wire.proto.sdkws_pb2 import MsgData

DEFAULT_SECONDS: Final = 30
"""The time of a message that says none, as clients have it."""
_MOST_SECONDS: Final = 2**31 - 1


class _AttachedInfo(msgspec.Struct, rename="camel"):
    burn_duration: int = 0


_decode = msgspec.json.Decoder(_AttachedInfo).decode


def burn_seconds(options: Mapping[str, bool], attached_info: str) -> int | None:
    """Return how long a message may be seen once it is read, or ``None`` if it is not private."""
    if is_on(options, "notPrivate"):
        return None
    try:
        seconds = _decode(attached_info).burn_duration
    except (msgspec.MsgspecError, RecursionError):
        return DEFAULT_SECONDS
    return min(seconds, _MOST_SECONDS) if seconds > 0 else DEFAULT_SECONDS


class Burning(Periodic):
    """The task that removes messages of private chats, from ``start`` to ``stop``."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(database, "burning", clock)

    async def _is_any_due(self) -> bool:
        return bool(await private_store.due(self._database, self._clock.now_ms(), 1))

    async def _sweep_some(self) -> int:
        if not await self._is_any_due():
            return 0
        now = self._clock.now_ms()

        async def write(tx: Transaction) -> int:
            found = await private_store.due(tx, now, AT_ONCE)
            await tx.expect(8 * len(found))
            # Nothing is stored meanwhile that quotes them.
            await timeline_store.lock(tx, sorted({each.timeline for each in found}))
            for each in sorted(found):
                for message in await taking_back.locked(tx, each.timeline, [each.seq]):
                    data = MsgData.FromString(message.body)
                    await taking_back.replace(tx, each.timeline, each.seq, forms.deleted(data))
                    await quotes.mark(tx, quotes.names_of(each.timeline, each.seq, data))
                    await taking_back.hide(tx, each.timeline, taking_back.EVERYBODY, [each.seq])
                await private_store.remove(tx, each)
            return len(found)

        return await self._database.write(write, rows=5 * AT_ONCE)
