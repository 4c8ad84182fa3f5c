"""Run one move, from its beginning to its report, whether its source is a server or a file."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from amity.cli.importing.journal import Journal, JournalProblem
from amity.cli.importing.screen import Screen
from amity.cli.moving.journal import MESSAGES, Moved, MoveHeader, MoveJournal, number_of
from amity.cli.moving.outcome import Totals, write_report
from amity.cli.moving.parallel import in_parallel
from amity.cli.moving.target import Target
from amity.clock import monotonic
from amity.http.url import shown
from amity.importing.lines import BadLine
from amity.texts import count

P = TypeVar("P")


class Mover(Protocol[P]):
    """The source of a move: its parts, users first, and how each is imported."""

    source: str
    part_size: int
    words: Mapping[int, str]
    """The phases, in their order, each with its name on the screen."""

    async def begin(self, target: Target, screen: Screen) -> None:
        """Do what comes before the first phase, also where an import goes on."""
        ...

    def steps(self, phase: int) -> int:
        """Return the number of steps of a phase, as far as it is known."""
        ...

    def parts(self, phase: int, journal: MoveJournal) -> AsyncIterator[tuple[int, P]]:
        """Yield the parts of a phase with their numbers, the same on each call."""
        ...

    def steps_of(self, phase: int, part: P) -> int:
        """Return the number of steps of a part."""
        ...

    async def move(self, phase: int, part: P, target: Target, into: Moved) -> None:
        """Import one part, and write its result to ``into``."""
        ...

    async def finish(self, target: Target, journal: MoveJournal, totals: Totals, screen: Screen) -> dict[str, Any]:
        """Check the result, and return facts for the summary."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveJob:
    """How to move. ``report`` is written if there is something to report, or always if ``always_report``."""

    journal: Path
    report: Path
    always_report: bool = False
    resume: bool = False
    restart: bool = False
    concurrency: int = 8
    bad_lines: Sequence[BadLine] = ()

    async def run(self, mover: Mover[P], target: Target, screen: Screen) -> dict[str, Any]:
        """Move, and return the facts of the summary. Raises ``JournalProblem``, ``Unreachable``, ``ServerRefused``.

        After an error too, the journal has the finished parts and the report has the records left out so far.
        """
        await target.totals()
        header = MoveHeader(server=shown(target.client.url), source=mover.source, size=mover.part_size)
        totals = Totals()
        journal = Journal.open(self.journal, header, Moved, resume=self.resume, restart=self.restart, seen=totals.add)
        earlier = totals.records
        began = monotonic()
        facts: dict[str, Any] = {}
        try:
            if journal.resumed:
                screen.say(f"resuming: finished already: {count(len(journal.done), 'part')}")
            await mover.begin(target, screen)
            for phase in mover.words:
                if mover.steps(phase):
                    await self._phase(phase, mover, target, journal, totals, screen)
            facts = await mover.finish(target, journal, totals, screen)
        finally:
            await journal.close()
            reported = self._write_report(journal, totals)
        seconds = monotonic() - began
        journal.remove()
        return {
            **totals.facts(),
            **facts,
            "resumed": journal.resumed,
            "report": str(self.report) if reported else None,
            "seconds": round(seconds, 3),
            "recordsPerSecond": round((totals.records - earlier) / seconds) if seconds > 0 else 0,
        }

    async def _phase(
        self, phase: int, mover: Mover[P], target: Target, journal: MoveJournal, totals: Totals, screen: Screen
    ) -> None:
        await journal.flush()
        screen.phase(mover.words[phase], mover.steps(phase))

        async def work(numbered: tuple[int, P]) -> None:
            number, part = number_of(phase, numbered[0]), numbered[1]
            if number in journal.done:
                await asyncio.sleep(0)  # many parts may be finished already: give other tasks a turn
            else:
                if journal.failed:
                    raise JournalProblem(f"{journal.path} cannot be written any more")
                entry = Moved(number=number)
                await mover.move(phase, part, target, entry)
                journal.note(entry)
                totals.add(entry)
            screen.advance(mover.steps_of(phase, part))

        # Messages whose numbers are taken follow in the order of their arrival.
        await in_parallel(mover.parts(phase, journal), work, 1 if phase == MESSAGES else self.concurrency)
        await journal.flush()

    def _write_report(self, journal: MoveJournal, totals: Totals) -> bool:
        """Write the report if there is something to report, or an old one, which is about another move, exists."""
        if not (totals.skipped or self.bad_lines or self.always_report or self.report.exists()):
            return False
        write_report(self.report, self.bad_lines, journal.entries())
        return True
