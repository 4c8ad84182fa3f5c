"""What one process notes of a job while it works on it: that it lives, how far it is, and what was left out."""

import asyncio
import hashlib
import logging
import threading
from collections import Counter, deque
from collections.abc import Sequence
from typing import Final

import msgspec

from amity.clock import Clock
from amity.console.imports import store
from amity.console.imports.file import Stopped
from amity.console.imports.models import SKIPPED, Job, Progress, Result, State
from amity.console.imports.rows import csv_of
from amity.importing.finished import Finished
from amity.importing.planning import Batch
from amity.importing.report import rows
from amity.storage import Database, Transaction
from amity.storage.database import ROW_BYTES
from amity.storage.outages import Outages

BEAT_SECONDS: Final = 1.0
"""How often a job is written at least, and learns that it is to stop."""
_PAUSE_SECONDS: Final = 0.25
_MOST_AHEAD: Final = 4096
_MOST_ROWS_AHEAD: Final = 20_000
_ENTRIES_AT_ONCE: Final = 1000
_ROWS_AT_ONCE: Final = 1000
_MOST_REASONS: Final = 100
_REASONS_STORED: Final = 20
_NUMBERS: Final = ("position", "pairs", "imported", "existing", "added", "skipped", "reasons")
_log = logging.getLogger(__name__)


class TakenOverError(Exception):
    """Somebody else works on the job now."""


class JobNotes:
    """The notes of ``send_all``, and the progress of a check. What is noted is written in the order of the batches,
    each with the progress that it makes, in one transaction: after a crash nothing is missing or there twice."""

    def __init__(self, database: Database, job: Job, clock: Clock) -> None:
        self.progress = msgspec.structs.replace(job.progress, problem="", seconds=0.0)
        self.stopping = threading.Event()
        self.seq = job.seq
        self._database = database
        self._job = job
        self._clock = clock
        self._began = clock.monotonic()
        self._written = float("-inf")
        self._reasons: Counter[tuple[int, str]] = Counter({(code, text): n for code, text, n in job.progress.reasons})
        self._ahead: dict[int, Finished] = {}
        self._ready: deque[Finished] = deque()
        self._next = job.progress.position
        self._rows = 0
        self._room = asyncio.Event()
        self._room.set()
        self._closing = asyncio.Event()
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    # What send_all and People call ------------------------------------------------------------------------------------

    def key(self, number: int, friends: list[str]) -> str:
        """Return a batch's idempotency key."""
        content = "\n".join((self._job.run_key, str(number), *friends))
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    async def before_next(self) -> bool:
        """Return whether a further batch may be sent, as soon as there is room for its result."""
        await asyncio.sleep(0)  # a batch of which nobody is registered waits for nothing else
        await self._room.wait()
        return not self.stopping.is_set()

    def note(self, _batch: Batch, entry: Finished) -> None:
        """Note a finished batch. It is written once all before it are."""
        self._ahead[entry.number] = entry
        self._rows += len(entry.skipped)
        while (ready := self._ahead.pop(self._next, None)) is not None:
            self._ready.append(ready)
            self._next += 1
        self._make_room()

    def phase(self, name: str, total: int, done: int = 0) -> None:
        """Begin a phase of ``total`` steps, of which ``done`` were done before."""
        progress = self.progress
        progress.phase, progress.total, progress.done, progress.before = name, total, done, done
        self._began = self._clock.monotonic()

    def advance(self, steps: int) -> None:
        """Count steps of the phase. Raises ``Stopped``."""
        self.progress.done += steps
        if self.stopping.is_set():
            raise Stopped

    def waiting(self, reason: str | None) -> None:
        """Note why the server fails, or (``None``) that it answers again."""
        self.progress.problem = reason or ""

    # What the worker calls --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write_on(), name=f"import-{self._job.seq}")

    async def close(self) -> None:
        """Write nothing more by itself. Raises nothing."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def add(self, result: Result) -> None:
        """Write a piece of the report now. Raises ``ImError``, ``TakenOverError``."""
        async with self._writing:
            await self._store(self.progress, [result])

    async def write(self) -> None:
        """Write what is noted, and learn whether to stop. Raises ``ImError``, ``TakenOverError``."""
        async with self._writing:
            while True:
                chunk = self._chunk()
                progress, reasons = self._after(chunk)
                await self._store(progress, _results(chunk))
                self._take(chunk, progress, reasons)
                if not self._ready:
                    return

    def stop_soon(self) -> None:
        """Have the work end with what is under way."""
        self.stopping.set()
        self._room.set()

    async def _write_on(self) -> None:
        waits = f"the progress of import {self._job.seq} cannot be written; it is kept and tried again"
        outages = Outages(_log, waits, f"an error of its own keeps import {self._job.seq} from being noted")
        while not self._closing.is_set():
            await self._clock.wait(self._closing, _PAUSE_SECONDS)
            if self._ready or self._clock.monotonic() - self._written >= BEAT_SECONDS:
                await outages.survive(self._write_or_close)

    async def _write_or_close(self) -> None:
        try:
            await self.write()
        except TakenOverError:
            self._closing.set()

    async def _store(self, progress: Progress, results: Sequence[Result]) -> None:
        progress.seconds = self._clock.monotonic() - self._began
        text, now = store.text_of(progress), self._clock.now_ms()

        async def work(tx: Transaction) -> State | None:
            state = await store.beat(tx, self._job, text, now)
            if state is not None and results:
                await store.add_results(tx, self._job.seq, results)
            return state

        size = sum(len(each.content) for each in results)
        state = await self._database.write(work, rows=2 + size // ROW_BYTES)
        self._written = self._clock.monotonic()
        if state is None:
            self.stop_soon()
            raise TakenOverError
        if state is State.STOPPING:
            self.stop_soon()

    def _chunk(self) -> list[Finished]:
        chunk: list[Finished] = []
        skipped = 0
        for entry in self._ready:
            skipped += len(entry.skipped)
            if chunk and (skipped > _ROWS_AT_ONCE or len(chunk) == _ENTRIES_AT_ONCE):
                break
            chunk.append(entry)
        return chunk

    def _after(self, chunk: Sequence[Finished]) -> tuple[Progress, Counter[tuple[int, str]]]:
        """Return the progress with these batches, and the reasons of what was skipped."""
        progress = msgspec.structs.replace(self.progress)
        reasons = self._reasons.copy()
        for entry in chunk:
            pairs = entry.imported + entry.existing + len(entry.skipped)
            progress.position += 1
            progress.pairs += pairs
            progress.done += pairs
            progress.imported += entry.imported
            progress.existing += entry.existing
            progress.added += entry.added
            progress.skipped += len(entry.skipped)
            for skip in entry.skipped:
                reason = (skip.code, skip.message or skip.reason)
                if reason in reasons or len(reasons) < _MOST_REASONS:
                    reasons[reason] += 1
        progress.reasons = [(code, text, n) for (code, text), n in reasons.most_common(_REASONS_STORED)]
        return progress, reasons

    def _take(self, chunk: Sequence[Finished], progress: Progress, reasons: Counter[tuple[int, str]]) -> None:
        """Count batches that are written. What else the progress says may have changed meanwhile."""
        if not chunk:
            return
        self._reasons = reasons
        self.progress.done += progress.pairs - self.progress.pairs
        for name in _NUMBERS:
            setattr(self.progress, name, getattr(progress, name))
        for entry in chunk:
            self._rows -= len(entry.skipped)
            self._ready.popleft()
        self._make_room()

    def _make_room(self) -> None:
        is_full = len(self._ahead) + len(self._ready) >= _MOST_AHEAD or self._rows >= _MOST_ROWS_AHEAD
        if is_full and not self.stopping.is_set():
            self._room.clear()
        else:
            self._room.set()


def _results(chunk: Sequence[Finished]) -> list[Result]:
    skipped = sum(len(entry.skipped) for entry in chunk)
    if not skipped:
        return []
    return [Result(SKIPPED, chunk[0].number, skipped, csv_of(rows((), chunk)))]
