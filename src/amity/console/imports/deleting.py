"""What is deleted of imports of files: in small transactions, so that nobody waits for a large one."""

from typing import Final

from amity.clock import DAY_MS, SYSTEM_CLOCK, Clock
from amity.console.imports import store
from amity.storage import LARGE, Database

OPEN_DAYS: Final = 7
OVER_DAYS: Final = 30
_JOBS_AT_ONCE: Final = 100
_RESULTS_AT_ONCE: Final = 200
_PARTS_AT_ONCE: Final = 8


class Deleting:
    """Deletes jobs, their files and their reports. Methods raise ``ImError``, ``DATABASE`` (90002)."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    async def sweep(self) -> None:
        """Delete jobs that nobody has gone on with for ``OPEN_DAYS``, and those that are over for ``OVER_DAYS``; and
        files that a process left which was killed when it was done."""
        now = self._clock.now_ms()
        before = (now - OPEN_DAYS * DAY_MS, now - OVER_DAYS * DAY_MS)
        for seq in await store.done_with_file(self._database, _JOBS_AT_ONCE):
            await self.parts(seq)
        while seqs := await store.expired(self._database, *before, _JOBS_AT_ONCE):
            for seq in seqs:
                # Somebody may go on with it now.
                if await self._database.write(lambda tx, seq=seq: store.discard_expired(tx, seq, *before)):  # type: ignore[misc]
                    await self.job(seq)

    async def job(self, seq: int) -> None:
        """Delete a discarded job."""
        await self.parts(seq)
        await self.results(seq)
        await self._database.write(lambda tx: store.delete_job(tx, seq))

    async def parts(self, seq: int) -> None:
        """Delete the file of a job."""
        await self._some("import_parts", "part", seq, "", _PARTS_AT_ONCE)

    async def results(self, seq: int, phases: str = "") -> None:
        """Delete the rows of a job's report; ``phases`` is a condition on them."""
        await self._some("import_results", "phase, number", seq, phases, _RESULTS_AT_ONCE)

    async def _some(self, table: str, key: str, seq: int, phases: str, most: int) -> None:
        while (
            await self._database.write(lambda tx: store.delete_some(tx, table, key, seq, phases, most), rows=LARGE)
            == most
        ):
            pass
