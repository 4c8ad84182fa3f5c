"""The work on a job: checking its file, and importing it."""

import asyncio
from typing import Final

from amity.console.imports.deleting import Deleting
from amity.console.imports.file import Stopped
from amity.console.imports.models import BAD_LINES, UNKNOWN, Checked, Job, Result, State
from amity.console.imports.notes import JobNotes
from amity.console.imports.planning import Planner, batches_left, people_left
from amity.console.imports.rows import csv_of
from amity.importing.finished import Finished, Skip
from amity.importing.people import People, Server
from amity.importing.planning import Plan
from amity.importing.report import rows
from amity.importing.retrying import Retrying
from amity.importing.sending import registered, send_all
from amity.importing.source import FileProblem

CONCURRENCY: Final = 8
"""Imports of one job under way at once, as of the command line."""
RETRY_SECONDS: Final = 60.0
NO_PAIRS: Final = "nothing in this file is a pair of friends"
_ROWS_AT_ONCE: Final = 1000


class Working:
    """Does the work of jobs. Its methods raise ``FileProblem``, ``Stopped``, ``TakenOverError``, ``ImError`` and
    ``Unreachable``."""

    def __init__(self, planner: Planner, deleting: Deleting) -> None:
        self._planner = planner
        self._deleting = deleting

    async def check(self, job: Job, notes: JobNotes, server: Server) -> Job:
        """Read the file, ask who is registered, and write what would be skipped; return the job as it is then."""
        await self._deleting.results(job.seq)
        notes.phase("reading", 0)
        notes.progress.beginning = await self._planner.beginning(job, notes)
        plan = await self._planner.plan(job, notes)
        await self._add_bad_lines(plan, notes)
        if not plan.pairs:
            notes.progress.problem = NO_PAIRS
            return job._replace(state=State.FAILED, checked=None)
        people = await self._people(plan.people, notes, server, is_registering=False)
        unknown_pairs = await self._add_unknown(plan, people, notes) if people.refused else 0
        checked = Checked(
            sha256=plan.sha256,
            people=len(plan.people),
            pairs=plan.pairs,
            owners=plan.owners,
            duplicates=plan.duplicates,
            bad_lines=plan.bad_line_count,
            unknown=len(people.refused),
            unknown_pairs=unknown_pairs,
        )
        return job._replace(state=State.READY, checked=checked)

    async def run(self, job: Job, notes: JobNotes, server: Server) -> Job:
        """Import what is left of a checked file; return the job as it is then."""
        if not job.has_begun:
            await self._deleting.results(job.seq, f" and phase = {UNKNOWN}")
        notes.phase("reading", 0)
        plan = await self._planner.plan(job, notes)
        if job.checked is None or plan.sha256 != job.checked.sha256:
            raise FileProblem("the file is another one than was checked")
        position = job.progress.position
        left = await people_left(plan, position)
        people = await self._people(left, notes, server, is_registering=job.choices.register)
        notes.phase("importing", plan.pairs, job.progress.pairs)
        retrying = Retrying(RETRY_SECONDS, notes.waiting)
        if not notes.progress.begun:
            # Whoever goes on after a kill must not take it for one of which nothing was sent.
            notes.progress.begun = True
            await retrying.call(notes.write)
        await send_all(
            await batches_left(plan, position),
            server=server,
            notes=notes,
            people=people,
            retrying=retrying,
            concurrency=CONCURRENCY,
        )
        if notes.stopping.is_set():
            raise Stopped
        return job._replace(state=State.DONE)

    async def _people(self, ids: list[str], notes: JobNotes, server: Server, *, is_registering: bool) -> People:
        notes.phase("registering" if is_registering else "asking", len(ids))
        before = notes.progress.registered

        def advance(steps: int) -> None:
            notes.progress.registered = before + people.registered
            notes.advance(steps)

        people = People(server, Retrying(RETRY_SECONDS, notes.waiting), advance)
        try:
            await people.classify(ids, register=is_registering)
        finally:
            notes.progress.registered = before + people.registered
        return people

    async def _add_bad_lines(self, plan: Plan, notes: JobNotes) -> None:
        for number, start in enumerate(range(0, len(plan.bad_lines), _ROWS_AT_ONCE)):
            some = plan.bad_lines[start : start + _ROWS_AT_ONCE]
            await notes.add(Result(BAD_LINES, number, len(some), csv_of(rows(some, ()))))

    async def _add_unknown(self, plan: Plan, people: People, notes: JobNotes) -> int:
        """Write the pairs that are skipped because somebody is not registered; return how many."""
        found: list[Finished] = []
        waiting = total = number = passed = 0
        for batch in plan.batches():
            passed += len(batch.friends) + 1
            if passed >= _ROWS_AT_ONCE:
                passed = 0
                notes.advance(0)
                await asyncio.sleep(0)
            skipped: list[Skip] = []
            registered(batch, batch.friends, people, skipped)
            if not skipped:
                continue
            found.append(Finished(number=batch.number, owner=batch.owner, skipped=skipped))
            waiting += len(skipped)
            total += len(skipped)
            if waiting >= _ROWS_AT_ONCE:
                await notes.add(Result(UNKNOWN, number, waiting, csv_of(rows((), found))))
                number, found, waiting = number + 1, [], 0
        if found:
            await notes.add(Result(UNKNOWN, number, waiting, csv_of(rows((), found))))
        return total
