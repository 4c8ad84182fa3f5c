"""Reading the file of a job in a thread, one file at a time: what its plan takes of memory is bounded so."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Final

from amity.console.imports.file import LINE_BYTES, Pace, StoredFile
from amity.console.imports.models import Beginning, Job
from amity.console.imports.notes import JobNotes
from amity.importing.kinds import PAIRS, better_command
from amity.importing.planning import Batch, Most, Plan, make_plan
from amity.importing.reading import FriendshipFile
from amity.importing.source import FileProblem
from amity.storage import Database
from amity.texts import storable

FIRST_ROWS: Final = 10
_MOST_CELLS: Final = 20
_MOST_CHARACTERS: Final = 64
BAD_LINES_KEPT: Final = 100_000
"""Bad lines in a report; all are counted."""
MOST: Final = Most(pairs=2_000_000, people=1_000_000)


class Planner:
    """Reads files, each of ``most_bytes`` at most."""

    def __init__(self, database: Database, most_bytes: int) -> None:
        self._database = database
        self._most_bytes = most_bytes
        self._reading = asyncio.Lock()

    async def beginning(self, job: Job, notes: JobNotes) -> Beginning:
        """Return how the file begins. Raises ``FileProblem``, ``Stopped``, ``ImError``."""
        file = self._file(job, notes)
        async with self._reading:
            found = await asyncio.to_thread(file.beginning, FIRST_ROWS)
        rows = [_cut(row) for row in found.rows]
        places = [place for place in found.places if place is not None]
        return Beginning(_cut(found.names), rows, places)

    async def plan(self, job: Job, notes: JobNotes) -> Plan:
        """Read the whole file. Raises ``FileProblem``, ``Stopped``, ``ImError``."""
        async with self._reading:
            return await asyncio.to_thread(_plan, self._file(job, notes), self._file(job, notes))

    def _file(self, job: Job, notes: JobNotes) -> FriendshipFile:
        source = StoredFile(self._database, job, asyncio.get_running_loop())
        pace = Pace(self._most_bytes, notes.stopping)
        return FriendshipFile(source, job.choices.columns or None, pace, line_limit=LINE_BYTES)


async def batches_left(plan: Plan, position: int) -> Iterator[Batch]:
    """Return the batches behind a position."""
    batches = plan.batches()
    if position:
        # Many small ones take long to pass over.
        await asyncio.to_thread(next, islice(batches, position - 1, None), None)
    return batches


async def people_left(plan: Plan, position: int) -> list[str]:
    """Return everybody in the batches behind a position, once."""
    if not position:
        return plan.people
    return await asyncio.to_thread(_people, plan, position)


def in_the_page(problem: FileProblem) -> str:
    """Return what is wrong with a file in words of the page, where the command line's option is a field."""
    return str(problem).replace("--columns:", "Columns:").replace("--columns", "Columns")


def _plan(file: FriendshipFile, again: FriendshipFile) -> Plan:
    plan = make_plan(file, bad_lines_kept=BAD_LINES_KEPT, most=MOST)
    if not plan.pairs:
        better = better_command(again.source, PAIRS)
        if better:
            raise FileProblem(better)
    return plan


def _people(plan: Plan, position: int) -> list[str]:
    people: dict[str, None] = {}
    for batch in islice(plan.batches(), position, None):
        people[batch.owner] = None
        people.update(dict.fromkeys(batch.friends))
    return list(people)


def _cut(cells: list[str]) -> list[str]:
    return [storable(cell.strip()[:_MOST_CHARACTERS]) for cell in cells[:_MOST_CELLS]]
