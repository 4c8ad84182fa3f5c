"""Imports of files: who may begin, stop and discard what.

A job is claimed in a transaction: whoever comes second finds that it runs. Who works on it writes each second that it
does. If that process is killed, the job can be gone on with: on SQLite at once, because nobody else has the file, else
once ``SILENT_MS`` have passed by the database's clock. An import that is repeated then has the same idempotency key,
and is answered as it was.
"""

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Final

import msgspec

from amity.clock import SYSTEM_CLOCK, Clock
from amity.console.context import Operations
from amity.console.imports import store
from amity.console.imports.deleting import Deleting
from amity.console.imports.file import PART
from amity.console.imports.models import ACTIVE, Choices, Job, Progress, State, shown_of
from amity.console.imports.planning import Planner
from amity.console.imports.rows import head, rows_of
from amity.console.imports.under_way import UnderWay
from amity.console.imports.working import Working
from amity.errors import Code, ImError
from amity.storage import Database, Transaction
from amity.storage.database import ROW_BYTES
from amity.texts import cut, storable

SILENT_MS: Final = 10_000
MOST_OPEN: Final = 5
"""Jobs of one administrator that are not over."""
MOST_UNDER_WAY: Final = 2
"""Jobs that one process works on at once."""
PAGE: Final = 25
"""Jobs of a page."""
_NEWEST: Final = (1 << 63) - 1
Note = Callable[[Transaction], Awaitable[None]]


class CannotNowError(Exception):
    """A job is not in the state for this. ``reason`` is a key of the catalogue, below ``said``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Imports:
    """The jobs. ``most_bytes`` is how large a file may be. Methods raise ``ImError``, ``DATABASE`` (90002), too."""

    def __init__(
        self, database: Database, operations: Operations, most_bytes: int, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self.most_bytes = most_bytes
        self._database = database
        self._clock = clock
        self._deleting = Deleting(database, clock)
        self._working = Working(Planner(database, most_bytes), self._deleting)
        self._under_way = UnderWay(database, operations, self._deleting, clock)
        self._claiming: set[str] = set()
        """Runners who have claimed a job, or are about to, and have not begun."""

    async def create(self, admin: str, name: str, size: int, note: Callable[[int], Note]) -> int:
        """Make a job for a file that is about to be uploaded, and return its number; ``note`` says it in the audit log.

        Raises ``ImError``, ``ARGS`` (1001) if the file is empty or too large; ``CannotNowError``.
        """
        if not 1 <= size <= self.most_bytes:
            raise ImError(Code.ARGS, f"bytes: {size:,}, and 1 to {self.most_bytes:,} are allowed")
        name = cut(storable(name.strip()), 200) or "file"

        async def work(tx: Transaction) -> int:
            await store.lock_admin(tx, admin)
            if await store.count_open(tx, admin) >= MOST_OPEN:
                raise CannotNowError("imports_most")
            seq = await store.insert(tx, admin, name, size, secrets.token_hex(16), self._clock.now_ms())
            await note(seq)(tx)
            return seq

        return await self._database.write(work, rows=4)

    async def add_part(self, admin: str, seq: int, at: int, content: bytes) -> int:
        """Store the part of a file that begins at a byte, unless it is there; return how many bytes are.

        Raises ``ImError``: ``RECORD_NOT_FOUND`` (1004), ``ARGS`` (1001) if it is no part of that file.
        """

        async def work(tx: Transaction) -> int:
            job = await store.lock(tx, seq)
            if job is None or job.admin != admin or job.state is not State.UPLOADING:
                raise ImError(Code.RECORD_NOT_FOUND, f"job: no file of {admin} is uploaded as {seq}")
            if at != job.received:
                return job.received
            if len(content) != min(PART, job.file_bytes - job.received):
                raise ImError(Code.ARGS, "body: is not the next part of the file")
            await store.add_part(tx, seq, at // PART, content, self._clock.now_ms())
            return job.received + len(content)

        return await self._database.write(work, rows=2 + len(content) // ROW_BYTES)

    async def find(self, seq: int) -> Job:
        """Return a job. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004)."""

        async def read() -> list[Job]:
            job = await store.find(self._database, seq)
            if job is None or job.state is State.DISCARDED:
                raise _unknown(seq)
            return [job]

        [job] = await self._as_they_are(read)
        return job

    async def page(self, before: int = 0) -> list[Job]:
        """Return up to ``PAGE`` jobs, newest first, and one more if there are more."""
        return await self._as_they_are(lambda: store.page(self._database, before or _NEWEST, PAGE + 1))

    def is_alive(self, job: Job) -> bool:
        """Return whether somebody works on a job."""
        if job.state not in ACTIVE:
            return False
        if job.runner in self._under_way or job.runner in self._claiming:
            return True
        return not self._database.exclusive and -SILENT_MS < job.beat_age < SILENT_MS

    def may(self, job: Job, to: State) -> bool:
        """Return whether a job can be checked, run, stopped or discarded now."""
        if to is State.STOPPING:
            return self.is_alive(job) and job.state is not State.STOPPING
        if self.is_alive(job) or (to is not State.DISCARDED and job.received < job.file_bytes):
            return False
        if to is State.CHECKING:
            return not job.has_begun and job.state is not State.DONE
        if to is State.RUNNING:
            return job.checked is not None and job.state is not State.DONE
        return True

    async def check(self, admin: str, seq: int, choices: Choices, note: Note) -> None:
        """Begin to read the file of a job. Raises ``ImError``, ``CannotNowError``."""

        def changed(job: Job) -> Job:
            return job._replace(choices=choices, checked=None, progress=Progress())

        job = await self._claim(admin, seq, State.CHECKING, changed, note)
        self._under_way.begin(job, self._working.check)

    async def run(self, admin: str, seq: int, shown: str, wanted: Choices, note: Note) -> None:
        """Begin to import what is left of a checked file, with its columns as they were checked. What was chosen before
        stays so. ``shown`` is ``shown_of`` the job as the administrator saw it. Raises ``ImError``,
        ``CannotNowError``."""

        def changed(job: Job) -> Job:
            if shown != shown_of(job):
                raise CannotNowError("imports_changed")
            choices = msgspec.structs.replace(
                job.choices,
                skip_bad_lines=job.choices.skip_bad_lines or wanted.skip_bad_lines,
                register=job.choices.register or wanted.register,
            )
            if job.checked is not None and job.checked.bad_lines and not choices.skip_bad_lines:
                raise CannotNowError("imports_bad_lines")
            return job._replace(choices=choices)

        job = await self._claim(admin, seq, State.RUNNING, changed, note)
        self._under_way.begin(job, self._working.run)

    async def ask_to_stop(self, seq: int, note: Note) -> None:
        """Have whoever works on a job stop. Raises ``ImError``, ``CannotNowError``."""

        async def work(tx: Transaction) -> None:
            job = await self._lock(tx, seq)
            if not self.may(job, State.STOPPING):
                raise CannotNowError("imports_not_running")
            await store.set_state(tx, seq, State.STOPPING, self._clock.now_ms())
            await note(tx)

        await self._database.write(work, rows=2)
        self._under_way.stop_soon(seq)

    async def discard(self, seq: int, note: Note) -> None:
        """Delete a job that nobody works on, with its file and its report. Raises ``ImError``, ``CannotNowError``."""

        async def work(tx: Transaction) -> None:
            job = await self._lock(tx, seq)
            if not self.may(job, State.DISCARDED):
                raise CannotNowError("imports_running")
            await store.set_state(tx, seq, State.DISCARDED, self._clock.now_ms())
            await note(tx)

        await self._database.write(work, rows=2)
        await self._deleting.job(seq)

    async def first_results(self, seq: int, most: int) -> list[Sequence[str]]:
        """Return the first rows of a report."""
        found: list[Sequence[str]] = []
        behind = (-1, 0)
        while len(found) < most and (pieces := await store.results(self._database, seq, behind, 1)):
            behind = (pieces[0].phase, pieces[0].number)
            found += rows_of(pieces[0].content, most - len(found))
        return found

    async def report(self, seq: int) -> tuple[int, AsyncGenerator[bytes, None]]:
        """Return how many bytes a report has, and its content piece by piece, as it is at this moment."""
        _, size, *last = await store.size_of_results(self._database, seq)
        return len(head()) + size, self._pieces(seq, (last[0], last[1]))

    async def result_count(self, seq: int) -> int:
        """Return how many rows a report has."""
        return (await store.size_of_results(self._database, seq))[0]

    async def stop(self) -> None:
        """End the work of this process. Its jobs can be gone on with."""
        await self._under_way.stop()

    async def _pieces(self, seq: int, last: tuple[int, int]) -> AsyncGenerator[bytes, None]:
        yield head()
        behind = (-1, 0)
        while behind < last and (pieces := await store.results(self._database, seq, behind, 16)):
            for piece in pieces:
                behind = (piece.phase, piece.number)
                if behind <= last:
                    yield piece.content

    async def _as_they_are(self, read: Callable[[], Awaitable[list[Job]]]) -> list[Job]:
        """Read jobs again where somebody may have ended the work on one since it was read: who does writes how it ended
        first. So a job is *interrupted* only if nobody has written that."""
        known: set[str] = set()
        while True:
            jobs = await read()
            silent = {job.runner for job in jobs if job.state in ACTIVE and not self.is_alive(job)}
            if silent <= known:
                return jobs
            known |= silent

    async def _lock(self, tx: Transaction, seq: int) -> Job:
        job = await store.lock(tx, seq)
        if job is None or job.state is State.DISCARDED:
            raise _unknown(seq)
        return job

    async def _claim(self, admin: str, seq: int, state: State, changed: Callable[[Job], Job], note: Note) -> Job:
        if len(self._under_way) + len(self._claiming) >= MOST_UNDER_WAY:
            raise CannotNowError("imports_busy")
        runner = secrets.token_hex(8)

        async def work(tx: Transaction) -> Job:
            job = await self._lock(tx, seq)
            if not self.may(job, state):
                raise CannotNowError("imports_running" if self.is_alive(job) else "imports_not_ready")
            claimed = changed(job)._replace(admin=admin, state=state, runner=runner)
            await store.claim(tx, claimed, self._clock.now_ms())
            await note(tx)
            return claimed

        # Others who come right after the commit must find that somebody works on it.
        self._claiming.add(runner)
        try:
            return await self._database.write(work, rows=3)
        finally:
            self._claiming.discard(runner)


def _unknown(seq: int) -> ImError:
    return ImError(Code.RECORD_NOT_FOUND, f"there is no import {seq}")
