"""Messages of private chats are removed from the database so many seconds after their receiver has read them.

What says when is written with the message, and with the mark of who has read it. A task removes what is due, some in
one transaction. In the place of each stays its envelope, without content and with ``status`` 4: a client that sends the
message again is still answered with the first one.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

import msgspec

from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import private_store
from amity.errors import ImError
from amity.messages import forms
from amity.messages.options import is_on
from amity.storage import Database, Transaction
from amity.timeline import taking_back
from amity.wire.proto.sdkws_pb2 import MsgData

CHECK_SECONDS: Final = 5.0
"""How often the task looks for what is due."""
AT_ONCE: Final = 50
"""Messages that one transaction removes."""
DEFAULT_SECONDS: Final = 30
"""The time of a message that says none, as clients have it."""
_MOST_SECONDS: Final = 2**31 - 1
_log = logging.getLogger(__name__)


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


class Burning:
    """The task that removes messages of private chats, from ``start`` to ``stop``."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start to remove what is due."""
        self._task = asyncio.create_task(self._run(), name="burning")

    async def stop(self) -> None:
        """Finish the transaction under way, and end."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def sweep(self) -> int:
        """Remove all that is due, some at a time; return how many messages. Raises ``ImError``: 90002."""
        removed = part = await self._sweep_some()
        while part == AT_ONCE and not self._stopping.is_set():
            part = await self._sweep_some()
            removed += part
        return removed

    async def _sweep_some(self) -> int:
        now = self._clock.now_ms()
        if not await private_store.due(self._database, now, 1):
            return 0

        async def write(tx: Transaction) -> int:
            found = await private_store.due(tx, now, AT_ONCE)
            await tx.expect(5 * len(found))
            for each in sorted(found):
                for message in await taking_back.locked(tx, each.timeline, [each.seq]):
                    body = forms.deleted(MsgData.FromString(message.body))
                    await taking_back.replace(tx, each.timeline, each.seq, body)
                await taking_back.hide(tx, each.timeline, taking_back.EVERYBODY, [each.seq])
                await private_store.remove(tx, each)
            return len(found)

        return await self._database.write(write, rows=4 * AT_ONCE)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self._clock.wait(self._stopping, CHECK_SECONDS)
            if self._stopping.is_set():
                return
            try:
                await self.sweep()
            except ImError as error:
                _log.warning("read messages of private chats could not be removed, will try again: %s", error)
            except Exception:  # noqa: BLE001 - the task must go on
                _log.exception("an error of its own kept read messages of private chats; it goes on")
