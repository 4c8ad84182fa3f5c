"""The callback log: what became of callbacks, in the database, the newest ten thousand entries.

An entry has the rule that decided, and the beginnings of what was sent and answered. These hold texts of users, and are
deleted after a time.
"""

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import Sequence
from functools import partial

from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import ImError
from amity.storage import LARGE, ROW_BYTES, Database, Transaction
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
BODY_BYTES = 4096
"""Of each body in it; the rest is cut off."""
BODY_HOURS = 72
"""For how long bodies are kept, if the settings say nothing else."""
HELD_BYTES = 4 << 20
"""Of the bodies of notes that wait; beyond it notes have none."""
FLUSH_BYTES = 256 << 10
"""Of the bodies that one transaction writes."""

_ROUTINE = frozenset({"approved", "modified", "delivered"})
_LARGEST = 2**63 - 1
_HOUR_MS = 3_600_000
_SWEPT_AT_ONCE = 200
_INSERT = OverRows(
    "insert into callback_log (at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status,"
    " duration_ms, rule, request_bytes, answer_bytes, request, answer) ROWS",
    *("integer", *["text"] * 5, "integer", "text", "integer", "integer", "text", "integer", "integer", "text", "text"),
)
_CLEAR = (
    "update callback_log set request = '', answer = '' where log_seq in (select log_seq from callback_log"
    " where at < $1 and (request <> '' or answer <> '') order by log_seq limit $2) returning log_seq"
)
_TRIM = "delete from callback_log where log_seq <= (select max(log_seq) from callback_log) - $1"

_log = logging.getLogger(__name__)


class CallbackLog:
    """Takes notes and writes them a quarter second later, many at once: nobody waits for the log.

    What was sent and answered is kept for ``body_hours``; with 0 it is not written at all.
    """

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK, *, body_hours: int = BODY_HOURS) -> None:
        self._database = database
        self._clock = clock
        self._body_hours = body_hours
        self._held = 0  # bytes of the bodies of notes that wait
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
        rule: str = "",
        request: bytes = b"",
        answer: bytes = b"",
    ) -> None:
        """Note what became of a callback.

        ``verdict`` is approved, modified, rejected or failed of a before-callback; delivered, retrying, dead,
        replayed or discarded of an after-callback. ``http_status`` is 0 where there was no answer.
        ``rule`` is the one that decided (``Rule``); ``request`` and ``answer`` are the bodies.
        """
        if verdict in _ROUTINE and not reason:
            self._routine += 1
            if self._routine > ROUTINE:
                return
        notes = self._notes
        if len(notes) == BUFFERED:
            self.dropped += 1
            self._held -= _held(notes[0])
        sizes = len(request), len(answer)
        request, answer = request[:BODY_BYTES], answer[:BODY_BYTES]
        if not self._body_hours or self._held + len(request) + len(answer) > HELD_BYTES:
            request = answer = b""
        self._held += len(request) + len(answer)
        at = self._clock.now_ms()
        told = (at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status, duration_ms)
        notes.append((*told, rule, *sizes, request, answer))
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
                batch, size = self._first()
                first_dropped = self.dropped
                await self._database.write(partial(_write, batch), rows=2 * len(batch) + size // ROW_BYTES)
                # Those that were dropped meanwhile were the oldest, and so were those that are written now.
                for _ in range(max(0, len(batch) - (self.dropped - first_dropped))):
                    self._held -= _held(self._notes.popleft())
            self._some.clear()
            self._many.clear()

    async def sweep(self) -> int:
        """Delete bodies that are too old, and return of how many entries. Raises ``ImError``, ``DATABASE`` (90002)."""
        oldest = self._clock.now_ms() - self._body_hours * _HOUR_MS
        total = 0
        while True:
            cleared = await self._database.write(lambda tx: _clear(tx, oldest), rows=LARGE)
            total += cleared
            if cleared < _SWEPT_AT_ONCE:
                return total

    def _first(self) -> tuple[list[tuple[object, ...]], int]:
        """Return the notes that the next transaction writes, and the bytes of their bodies."""
        batch: list[tuple[object, ...]] = []
        size = 0
        for note in itertools.islice(self._notes, FLUSH_ENTRIES):
            batch.append(_storable(note))
            size += _held(note)
            if size >= FLUSH_BYTES:
                break
        return batch, size

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


async def _clear(tx: Transaction, oldest: int) -> int:
    return len(await tx.fetch(_CLEAR, oldest, _SWEPT_AT_ONCE))


def _held(note: tuple[object, ...]) -> int:
    """Return the bytes of a note's bodies."""
    return sum(len(each) for each in note[-2:] if isinstance(each, bytes))


def _storable(note: tuple[object, ...]) -> tuple[object, ...]:
    """Return a note with texts and numbers that every database takes."""
    return tuple([_value(value) for value in note])


def _value(value: object) -> object:
    if isinstance(value, str):
        return storable(value[:CHARACTERS])
    if isinstance(value, bytes):
        # What is cut may end in the middle of a character.
        text = value.decode(errors="replace")
        return storable(text.rstrip("\ufffd") if len(value) == BODY_BYTES else text)
    return value if not isinstance(value, int) or -_LARGEST <= value <= _LARGEST else 0
