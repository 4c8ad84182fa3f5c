"""The task of the index of texts: it adds the messages that are older than the setting, and keeps the index small and
fast.

Older messages are added in parts, a transaction each, in the order of their arrival. Each part stores how far it came,
so a restart goes on there; processes that share the database do parts in turn. Between two parts the task waits as long
as one took, so that at most half of the writer's time is spent on it. Searches are refused until all is added.

With the setting off nothing is added. What is in the index stays there, and leaves it when its message is taken back.
A process with the setting off notes that it is there, as long as it is. Each start with the setting on looks again at
the messages since the first such note, and so does the task once no such process is left.
"""

import asyncio
import contextlib
import logging
from functools import partial
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.messages.searching.texts import store
from amity.messages.searching.texts.extracting import text_of
from amity.storage import LARGE, Database, Transaction
from amity.storage.outages import Outages
from amity.timeline import texts
from amity.timeline.texts import Text
from amity.users.folding import UNICODE

PART: Final = 50
"""Messages that one transaction looks at: a few milliseconds."""
SECONDS: Final = 1.0
"""Seconds between two rounds of the task."""
SECONDS_WHEN_OFF: Final = 60.0
_FOLDING: Final = (2, *UNICODE)
"""The version of the texts. The first number is increased with each change of ``text_of`` or ``fold``."""
_PARTS_TO_SETTLE: Final = 32
_SHARE_OF_FORGETTING: Final = 50
"""Forgetting takes at most one fiftieth of the time: each time it writes the whole index anew."""
_log = logging.getLogger(__name__)


class Indexing:
    """Completes the index and keeps it, from ``start`` to ``stop``. ``enabled`` is the setting."""

    def __init__(
        self,
        database: Database,
        *,
        enabled: bool,
        part: int = PART,
        seconds: float | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._enabled = enabled
        self._part = part
        self._seconds = seconds or (SECONDS if enabled else SECONDS_WHEN_OFF)
        self._clock = clock
        self._is_shared = not database.exclusive
        self._is_complete = False
        self._look_at = 0.0
        self._forget_at = 0.0
        self._task: asyncio.Task[None] | None = None

    def require_ready(self) -> None:
        """Raise ``ImError``: ``ARGS`` (1001) if texts are not searched, ``READS_LIMIT`` (1355) until all messages are
        in the index."""
        if not self._enabled:
            raise ImError(Code.ARGS, "keyword: messages are not searched by text (setting messages.textSearch)")
        if not self._is_complete:
            raise ImError(Code.READS_LIMIT, "the index of messages is being made, try again in some minutes")

    async def start(self) -> None:
        """Read how far the index is, add the first part of what it lacks, and start the task. Raises ``ImError``,
        ``DATABASE`` (90002)."""
        folding, is_complete = await store.state(self._database)
        if not self._enabled:
            await self._note_off()
        elif tuple(map(int, folding.split())) < _FOLDING:
            folding = " ".join(map(str, _FOLDING))
            await self._database.write(partial(store.begin, folding=folding, is_shared=self._is_shared))
        elif await store.was_off(self._database, is_shared=self._is_shared):
            await self._database.write(partial(store.look_again, is_shared=self._is_shared))
        else:
            self._is_complete = is_complete
        if self._enabled and not self._is_complete:
            # A database without messages, as a new one, is searched from the first request on.
            self._is_complete = await self._database.write(self._fill_part, rows=LARGE)
        self._task = asyncio.create_task(self._run(), name="message-texts")

    async def stop(self) -> None:
        """Stop. The next start goes on, or another process does."""
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def fill(self) -> None:
        """Add all messages that are not in the index. Raises ``ImError``, ``DATABASE`` (90002)."""
        done = 0
        began = self._clock.monotonic()
        while not await self._database.write(self._fill_part, rows=LARGE):
            done += 1
            if done % _PARTS_TO_SETTLE == 0:
                await self._index_waiting()
            await asyncio.sleep(self._clock.monotonic() - began)
            began = self._clock.monotonic()
        self._is_complete = True

    async def look_again(self) -> None:
        """Say that the setting is off here; or, if it is on, and was off in processes that have ended, add what they
        have stored meanwhile. Searches go on. Raises ``ImError``, ``DATABASE`` (90002)."""
        if not self._enabled:
            await self._note_off()
            return
        off = await store.was_off(self._database, is_shared=self._is_shared)
        if off is not None and off.is_over:
            await self._database.write(partial(store.look_again, is_shared=self._is_shared))
        # Also where another process put the cursor back and has ended.
        if not (await store.state(self._database))[1]:
            await self.fill()

    async def _note_off(self) -> None:
        if await store.has_index(self._database):
            await self._database.write(store.note_off)

    async def settle(self) -> None:
        """Index the pairs that wait, and merge. Raises ``ImError``, ``DATABASE`` (90002)."""
        if await texts.has_waiting(self._database):
            await self._index_waiting()
            while await self._database.write(texts.merge_some, rows=LARGE):
                pass

    async def forget(self) -> None:
        """Leave nothing of removed messages in the index. Raises ``ImError``, ``DATABASE`` (90002)."""
        if not await texts.has_removed(self._database):
            return
        began = self._clock.monotonic()
        more = await self._database.write(partial(texts.forget_part, is_first=True), rows=LARGE)
        while more:
            more = await self._database.write(partial(texts.forget_part, is_first=False), rows=LARGE)
        ended = self._clock.monotonic()
        self._forget_at = ended + _SHARE_OF_FORGETTING * (ended - began)

    async def _run(self) -> None:
        outages = Outages(
            _log,
            "the index of texts waits for the database",
            "an error of its own holds up the index of texts; it goes on",
        )
        if self._enabled and not self._is_complete:
            _log.info("messages are being added to the index of texts; keywords are refused until it is done")
        while True:
            await outages.survive(self._round)
            await asyncio.sleep(self._seconds)

    async def _round(self) -> None:
        if self._enabled and not self._is_complete:
            await self.fill()
            _log.info("all messages are in the index of texts")
        if self._is_shared and self._clock.monotonic() >= self._look_at:
            self._look_at = self._clock.monotonic() + SECONDS_WHEN_OFF
            await self.look_again()
        await self.settle()
        if self._clock.monotonic() >= self._forget_at:
            await self.forget()

    async def _index_waiting(self) -> None:
        if self._database.dialect == "sqlite":
            while await self._database.write(texts.index_part, rows=LARGE):
                pass

    async def _fill_part(self, tx: Transaction) -> bool:
        """Add the next messages, and return whether all are in the index."""
        found = await store.next_to_look_at(tx, self._part)
        if found is None:
            return True
        made = [
            Text(number, *text)
            for number, body in found.messages
            if body is not None and (text := text_of(body)) is not None
        ]
        before = await texts.stored(tx, [each.number for each in made])
        changed = [each for each in made if before.get(each.number) != each.text]
        await texts.remove(tx, [each.number for each in changed if each.number in before])
        await texts.add(tx, changed)
        await store.looked_up_to(tx, found.messages[-1][0] if found.messages else None)
        return not found.messages
