"""Run one import, from the checked file to its report: classify the people, send the batches, keep the journal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amity.cli.importing.journal import FileHeader, Journal, JournalProblem
from amity.cli.importing.report import write_report
from amity.cli.importing.screen import Screen
from amity.client import AmityClient
from amity.clock import monotonic
from amity.importing.finished import Finished, Totals
from amity.importing.people import People
from amity.importing.planning import Batch, Plan
from amity.importing.report import outcome_facts
from amity.importing.retrying import Retrying
from amity.importing.sending import send_all
from amity.texts import count

PairsJournal = Journal[FileHeader, Finished]


class _Notes:
    """The notes of ``send_all``: the journal, and the numbers and the screen that follow it."""

    def __init__(self, journal: PairsJournal, totals: Totals, screen: Screen) -> None:
        self._journal = journal
        self._totals = totals
        self._screen = screen

    def key(self, number: int, friends: list[str]) -> str:
        """Return a batch's idempotency key."""
        return self._journal.header.key(number, friends)

    async def before_next(self) -> bool:
        """Raise ``JournalProblem`` if finished batches cannot be written any more."""
        if self._journal.failed:
            raise JournalProblem(f"{self._journal.path} cannot be written any more")
        return True

    def note(self, batch: Batch, entry: Finished) -> None:
        """Note a finished batch."""
        self._journal.note(entry)
        self._totals.add(entry)
        self._screen.finished(batch, entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to import, where to, and how. ``retry_for`` is in seconds. ``report`` is written if there is something to
    report, or always if ``always_report``."""

    plan: Plan
    server: str
    journal: Path
    report: Path
    always_report: bool = False
    resume: bool = False
    restart: bool = False
    register: bool = False
    concurrency: int = 8
    retry_for: float = 60.0

    async def run(self, client: AmityClient, screen: Screen) -> dict[str, Any]:
        """Import, and return the facts of the summary.

        Raises ``JournalProblem``, ``Unreachable``, and ``ImError`` if the caller may not import. After an error too,
        the journal has the finished batches and the report has the friends skipped so far.
        """
        header = FileHeader(
            file=self.plan.sha256,
            server=self.server,
            batch_size=self.plan.batch_size,
            batches=self.plan.batch_count,
        )
        totals = Totals()
        journal = Journal.open(
            self.journal, header, Finished, resume=self.resume, restart=self.restart, seen=totals.add
        )
        earlier = totals.imported + totals.existing + totals.skipped
        began = monotonic()
        try:
            if journal.resumed:
                screen.say(f"resuming: {len(journal.done)} of {header.batches} imports are finished already")
            people = await self._send(client, screen, journal, totals)
        finally:
            await journal.close()
            rows = self._write_report(journal, totals)
        seconds = monotonic() - began
        journal.remove()
        sent = totals.imported + totals.existing + totals.skipped - earlier
        return {
            **outcome_facts(totals),
            "registered": people.registered,
            "resumed": journal.resumed,
            "report": str(self.report) if rows is not None else None,
            "seconds": round(seconds, 3),
            "pairsPerSecond": round(sent / seconds) if seconds > 0 else 0,
        }

    async def _send(self, client: AmityClient, screen: Screen, journal: PairsJournal, totals: Totals) -> People:
        retrying = Retrying(self.retry_for, screen.waiting)
        people = People(client, retrying, screen.advance)
        everybody = self._people_left(journal)
        screen.phase("registering" if self.register else "asking who is registered", len(everybody))
        await people.classify(everybody, register=self.register)
        if people.refused:
            unknown = count(len(people.refused), "person", "people")
            advice = "" if self.register else " (--register registers them first)"
            screen.say(f"unknown to the server: {unknown}; their pairs are skipped{advice}")
        done = sum(len(batch.friends) for batch in self.plan.batches() if batch.number in journal.done)
        screen.phase("importing", self.plan.pairs, done=done)
        await send_all(
            (batch for batch in self.plan.batches() if batch.number not in journal.done),
            server=client,
            notes=_Notes(journal, totals, screen),
            people=people,
            retrying=retrying,
            concurrency=self.concurrency,
        )
        return people

    def _people_left(self, journal: PairsJournal) -> list[str]:
        if not journal.done:
            return self.plan.people
        left: dict[str, None] = {}
        for batch in self.plan.batches():
            if batch.number not in journal.done:
                left[batch.owner] = None
                left.update(dict.fromkeys(batch.friends))
        return list(left)

    def _write_report(self, journal: PairsJournal, totals: Totals) -> int | None:
        """Write the report if there is something to report, or an old one, which is about another import, exists."""
        if not (totals.skipped or self.plan.bad_lines or self.always_report or self.report.exists()):
            return None
        return write_report(self.report, self.plan.bad_lines, journal.entries())
