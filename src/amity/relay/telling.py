"""After-callbacks: each is stored before OpenIM's server is answered, and the courier delivers it.

One task writes what has arrived, in the order of arrival, many events in one transaction. OpenIM's server repeats
nothing. So while the database fails, requests wait as long as OpenIM's server does, and only then is an event lost.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Final

from amity import metrics
from amity.callbacks.telling.outbox import Outbox, Told, new_event_id
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.relay.compiled import OLD_PREFIX
from amity.relay.request import RelayedRequest
from amity.storage import ROW_BYTES, Database, Transaction

MOST_AT_ONCE: Final = 128
"""Events of one transaction."""
MOST_BYTES: Final = 1 << 20
"""Bytes of bodies of one transaction; a longer body goes alone."""
RETRY_SECONDS: Final = 0.25
_log = logging.getLogger(__name__)


class _Arrived:
    """An event that waits to be stored, for each business server that hears of it. ``until`` is by the monotonic
    clock."""

    __slots__ = ("label", "stored", "told", "until")

    def __init__(self, told: Sequence[Told], label: str, until: float, stored: asyncio.Future[None]) -> None:
        self.told = told
        self.label = label
        self.until = until
        self.stored = stored


class Arrivals:
    """Stores events from ``start`` to ``stop``. With ``to_old`` each goes to the old business server, too.

    After a failure events are stored one by one at first, so that one that the database refuses takes no other with it.
    """

    def __init__(
        self, database: Database, outbox: Outbox, *, to_old: bool = False, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._outbox = outbox
        self.to_old = to_old
        self._clock = clock
        self._waiting: deque[_Arrived] = deque()
        self._most = MOST_AT_ONCE
        self._some = asyncio.Event()
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to store what arrives."""
        self._stop.clear()
        self._task = asyncio.create_task(self._run(), name="relay arrivals")

    async def stop(self) -> None:
        """Store what has arrived, once, and end."""
        self._stop.set()
        self._some.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def store(self, request: RelayedRequest, until: float, *, to_new: bool = True) -> None:
        """Store an event; it is durable at the return. ``until`` is the monotonic time at which nobody waits any more.

        Without ``to_new`` the old business server alone hears of it.

        Raises ``ImError``, ``DATABASE`` (90002), if it was not stored until then: it is lost.
        """
        told = Told(
            request.owner,
            request.command.name,
            request.operation_id,
            request.body.decode(),
            request.query,
            # Chosen once: a database that goes away in a commit may have stored what is then tried again.
            new_event_id(self._clock.now()),
        )
        events = [*([told] if to_new else []), *([_for_old(told)] if self.to_old else [])]
        arrived = _Arrived(events, request.command.label, until, asyncio.get_running_loop().create_future())
        self._waiting.append(arrived)
        self._some.set()
        await arrived.stored

    async def _run(self) -> None:
        while self._waiting or not self._stop.is_set():
            await self._some.wait()
            self._some.clear()
            while self._waiting:
                await self._store_some()

    async def _store_some(self) -> None:
        batch = self._take()
        events = [told for arrived in batch for told in arrived.told]
        size = sum(len(told.body) for told in events)
        try:
            await self._database.write(partial(self._write, batch, events), rows=len(events) + size // ROW_BYTES)
        except ImError as error:
            await self._failed(batch, error)
        except Exception:  # noqa: BLE001 - as long as the relay runs, so does this
            _log.exception("an error of its own keeps events from being stored; it goes on")
            await self._failed(batch, ImError(Code.SERVER_INTERNAL))
        else:
            self._most = min(self._most * 2, MOST_AT_ONCE)

    def _take(self) -> list[_Arrived]:
        batch: list[_Arrived] = []
        size = 0
        while self._waiting and len(batch) < self._most:
            size += sum(len(told.body) for told in self._waiting[0].told)
            if batch and size > MOST_BYTES:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _write(self, batch: list[_Arrived], events: list[Told], tx: Transaction) -> None:
        # Not after the call of ``write``: that would be a turn of the loop later.
        tx.after_commit(partial(_answer, batch))
        await self._outbox.store(tx, events)

    async def _failed(self, batch: list[_Arrived], error: ImError) -> None:
        """Put back what somebody still waits for, in its place, and pause; give up the rest."""
        self._most = 1
        now = self._clock.monotonic()
        giving_up = self._stop.is_set()
        kept = []
        for arrived in batch:
            if arrived.stored.done():
                continue
            if giving_up or now + RETRY_SECONDS >= arrived.until:
                metrics.relayed(arrived.label, "lost")
                _log.error(
                    "%s of %s: LOST, because the database fails and OpenIM's server repeats nothing: %s",
                    *(arrived.told[0].command, arrived.told[0].owner, error.detail),
                    extra={"operationID": arrived.told[0].operation_id},
                )
                arrived.stored.set_exception(error)
            else:
                kept.append(arrived)
        self._waiting.extendleft(reversed(kept))
        if kept:
            await self._clock.wait(self._stop, RETRY_SECONDS)


def _answer(batch: list[_Arrived]) -> None:
    for arrived in batch:
        if not arrived.stored.done():
            arrived.stored.set_result(None)


def _for_old(told: Told) -> Told:
    return told._replace(
        owner=f"{OLD_PREFIX}{told.owner}",
        command=f"{OLD_PREFIX}{told.command}",
        event_id=f"{told.event_id}-old",
    )
