"""The jobs that this process works on: a task for each, which writes how it has ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from amity.caller import caller_gone, caller_id
from amity.clock import Clock
from amity.console.context import Operations
from amity.console.imports import store
from amity.console.imports.deleting import Deleting
from amity.console.imports.file import Stopped
from amity.console.imports.in_process import InProcess
from amity.console.imports.models import Job, State
from amity.console.imports.notes import JobNotes, TakenOverError
from amity.console.imports.planning import in_the_page
from amity.console.imports.working import RETRY_SECONDS
from amity.errors import ImError
from amity.importing.people import Server
from amity.importing.retrying import Retrying, Unreachable
from amity.importing.source import FileProblem
from amity.storage import Database
from amity.texts import cut, storable

_PATIENCE_SECONDS: Final = 10.0
_log = logging.getLogger(__name__)
_Work = Callable[[Job, JobNotes, Server], Awaitable[Job]]


class UnderWay:
    """The tasks. ``runner in under_way`` says whether this process is who has claimed a job as ``runner``."""

    def __init__(self, database: Database, operations: Operations, deleting: Deleting, clock: Clock) -> None:
        self._database = database
        self._operations = operations
        self._deleting = deleting
        self._clock = clock
        self._notes: dict[str, JobNotes] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __contains__(self, runner: str) -> bool:
        return runner in self._notes

    def __len__(self) -> int:
        return len(self._notes)

    def stop_soon(self, seq: int) -> None:
        """Have the work on a job end with what is under way, if it is done here."""
        for notes in self._notes.values():
            if notes.seq == seq:
                notes.stop_soon()

    async def stop(self) -> None:
        """End all work. What lasts too long is cancelled; it can be gone on with, too. Operations under way end."""
        for notes in self._notes.values():
            notes.stop_soon()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_PATIENCE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def begin(self, job: Job, work: _Work) -> None:
        """Begin to work on a job that was claimed for its ``runner``."""
        notes = JobNotes(self._database, job, self._clock)
        self._notes[job.runner] = notes
        task = asyncio.create_task(self._work(job, notes, work), name=f"import-{job.seq}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, job: Job, notes: JobNotes, work: _Work) -> None:
        caller_id.set(job.admin)
        caller_gone.set(None)
        server = InProcess(self._operations, job.admin, job.seq, job.runner[:8])
        notes.start()
        try:
            ended = await self._ended(job, notes, work, server)
            if ended.state is State.DONE:
                await self._deleting.parts(job.seq)
        except TakenOverError:
            _log.warning("import %s: another process goes on with it", job.seq)
        except (ImError, Unreachable) as error:
            _log.warning("import %s: its end could not be written: %s", job.seq, error)
        finally:
            await server.finish()
            await notes.close()
            del self._notes[job.runner]

    async def _ended(self, job: Job, notes: JobNotes, work: _Work, server: Server) -> Job:
        """Do the work, and write how it has ended."""
        ended, problem = job, ""
        try:
            ended = await work(job, notes, server)
        except Stopped:
            ended = job._replace(state=State.STOPPED)
        except FileProblem as error:
            ended, problem = job._replace(state=State.FAILED), in_the_page(error)
        except (ImError, Unreachable) as error:
            ended, problem = job._replace(state=State.FAILED), str(error)
            _log.warning("import %s failed: %s", job.seq, error)
        except (TakenOverError, asyncio.CancelledError):
            raise
        except Exception:  # noqa: BLE001 - a job that fails says so, and can be gone on with
            ended, problem = job._replace(state=State.FAILED), "internal error; the server's log has it"
            _log.exception("import %s failed", job.seq)
        await notes.close()
        # The database may fail for a while.
        writing = Retrying(RETRY_SECONDS, lambda _: None)
        await writing.call(notes.write)
        if problem:
            notes.progress.problem = cut(storable(problem), 2000)
        ended = ended._replace(progress=notes.progress)

        async def conclude() -> bool:
            return await self._database.write(lambda tx: store.conclude(tx, ended, self._clock.now_ms()))

        if not await writing.call(conclude):
            raise TakenOverError
        return ended
