"""The callback log: what became of callbacks, in the database, the newest ten thousand entries."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from functools import partial

from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import ImError
from amity.storage import Database, Transaction
from amity.storage.outages import Outages
from amity.storage.over_rows import OverRows
from amity.texts import count, storable

KEPT = 10_000
"""Rows that are kept."""
FLUSH_SECONDS = 0.25
"""How long a note waits to be written: so much is lost when the process is killed."""
FLUSH_ENTRIES = 500
ROUTINE = 25
"""Of what went as it should, so much is noted between two flushes: a busy server's log reaches back to what went
wrong. All of it is counted in the metrics."""
BUFFERED = 10_000
"""Notes that are held while the database is failing; then the oldest are dropped."""
CHARACTERS = 500
"""Of each text in it; the rest is cut off."""

_ROUTINE = frozenset({"approved", "modified", "delivered"})
_LARGEST = 2**63 - 1
_INSERT = OverRows(
    "insert into callback_log (at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status,"
    " duration_ms) ROWS",
    *("integer", *["text"] * 5, "integer", "text", "integer", "integer"),
)
_TRIM = "delete from callback_log where log_seq <= (select max(log_seq) from callback_log) - $1"

_log = logging.getLogger(__name__)


class CallbackLog:
    """Takes notes and writes them a quarter second later, many at once: nobody waits for the log."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock
        self._notes: deque[tuple[object, ...]] = deque(maxlen=BUFFERED)
        self._some = asyncio.Event()
        self._many = asyncio.Event()
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._flushing = asyncio.Lock()
        self._routine = 0
        self.dropped = 0
        """Notes lost so far because the database could not take them."""

    def note(
        self,
        *,
        command: str,
        owner: str,
        operation_id: str,
        event_id: str,
        verdict: str,
        err_code: int = 0,
        reason: str = "",
        http_status: int = 0,
        duration_ms: int = 0,
    ) -> None:
        """Note what became of a callback.

        ``verdict`` is approved, modified, rejected or failed of a before-callback; delivered, retrying, dead,
        replayed or discarded of an after-callback. ``http_status`` is 0 where there was no answer.
        """
        if verdict in _ROUTINE and not reason:
            self._routine += 1
            if self._routine > ROUTINE:
                return
        notes = self._notes
        if len(notes) == BUFFERED:
            self.dropped += 1
        at = self._clock.now_ms()
        notes.append((at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status, duration_ms))
        count = len(notes)
        if count == 1:
            self._some.set()
        elif count == FLUSH_ENTRIES:
            self._many.set()

    def start(self) -> None:
        """Begin to write what is noted."""
        self._stop.clear()
        self._task = asyncio.create_task(self._run(), name="callback-log")

    async def stop(self) -> None:
        """Write what is left, then end. What the database does not take now is lost."""
        self._stop.set()
        self._some.set()
        self._many.set()
        if self._task is not None:
            await self._task
            self._task = None
        try:
            await self.flush()
        except ImError:
            _log.warning("callback log: lost %s: the database fails", count(len(self._notes), "entry", "entries"))

    async def flush(self) -> None:
        """Write everything that is noted. Raises ``ImError`` where the database fails; the notes are kept."""
        async with self._flushing:
            self._routine = 0
            while self._notes:
                batch = [_storable(note) for note in list(self._notes)[:FLUSH_ENTRIES]]
                first_dropped = self.dropped
                await self._database.write(partial(_write, batch), rows=2 * len(batch))
                # Those that were dropped meanwhile were the oldest, and so were those that are written now.
                for _ in range(max(0, len(batch) - (self.dropped - first_dropped))):
                    self._notes.popleft()
            self._some.clear()
            self._many.clear()

    async def _run(self) -> None:
        outages = Outages(
            _log,
            "the callback log cannot be written; it is kept in memory and tried again",
            "an error of its own keeps the callback log from being written; it goes on",
        )
        while not self._stop.is_set():
            await self._some.wait()
            await self._clock.wait(self._many, FLUSH_SECONDS)
            await outages.survive(self.flush)
            if outages.is_failing:
                self._many.clear()


async def _write(batch: Sequence[tuple[object, ...]], tx: Transaction) -> None:
    await _INSERT.fetch(tx, batch)
    await tx.fetch(_TRIM, KEPT)


def _storable(note: tuple[object, ...]) -> tuple[object, ...]:
    """Return a note with texts and numbers that every database takes."""
    return tuple([storable(value[:CHARACTERS]) if isinstance(value, str) else _number(value) for value in note])


def _number(value: object) -> object:
    return value if not isinstance(value, int) or -_LARGEST <= value <= _LARGEST else 0
