"""Run one import of messages: classify the people, send the requests one after the other, keep the journal."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amity.cli.history.journal import HistoryHeader, HistoryJournal, Sent, Skip
from amity.cli.history.planning import Batch, HistoryPlan
from amity.cli.history.reading import GoodLine
from amity.cli.history.report import Totals, write_report
from amity.cli.importing.failures import ServerRefused
from amity.cli.importing.journal import Journal, JournalProblem
from amity.cli.importing.screen import Screen
from amity.client import AmityClient
from amity.clock import monotonic
from amity.errors import ImError
from amity.importing.people import ABOUT_THE_CALLER, People
from amity.importing.retrying import Retrying
from amity.texts import count


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryJob:
    """What to import, where to, and how. ``retry_for`` is in seconds. ``report`` is written if there is something to
    report, or always if ``always_report``."""

    plan: HistoryPlan
    server: str
    journal: Path
    report: Path
    always_report: bool = False
    resume: bool = False
    restart: bool = False
    register: bool = False
    retry_for: float = 60.0

    async def run(self, client: AmityClient, screen: Screen) -> dict[str, Any]:
        """Import, and return the facts of the summary.

        Raises ``JournalProblem``, ``Unreachable``, ``FileProblem``, and ``ServerRefused`` if the caller may not import.
        After an error too, the journal has the answered requests and the report has the lines skipped so far.
        """
        header = HistoryHeader(server=self.server, messages=self.plan.sha256, batch_size=self.plan.batch_size)
        totals = Totals()
        journal = Journal.open(self.journal, header, Sent, resume=self.resume, restart=self.restart, seen=totals.add)
        earlier = totals.messages
        began = monotonic()
        retrying = Retrying(self.retry_for, screen.waiting)
        people = People(client, retrying, screen.advance)
        try:
            if journal.resumed:
                screen.say(f"resuming: finished already: {count(earlier, 'message')}")
            screen.phase("registering" if self.register else "asking who is registered", len(self.plan.people))
            await people.classify(self.plan.people, register=self.register)
            if people.refused:
                unknown = count(len(people.refused), "person", "people")
                advice = "" if self.register else " (--register registers them first)"
                screen.say(f"unknown to the server: {unknown}; their messages are skipped{advice}")
            screen.phase("importing", self.plan.messages)
            await _Sending(client, retrying, people, journal, totals, screen).send(self.plan)
        finally:
            await journal.close()
            reported = self._write_report(journal, totals)
        seconds = monotonic() - began
        journal.remove()
        return {
            **totals.facts(),
            "registered": people.registered,
            "resumed": journal.resumed,
            "report": str(self.report) if reported else None,
            "seconds": round(seconds, 3),
            "messagesPerSecond": round((totals.messages - earlier) / seconds) if seconds > 0 else 0,
        }

    def _write_report(self, journal: HistoryJournal, totals: Totals) -> bool:
        """Write the report if there is something to report, or an old one, which is about another import, exists."""
        if not (totals.skipped or self.plan.bad_lines or self.always_report or self.report.exists()):
            return False
        write_report(self.report, self.plan.bad_lines, journal.entries())
        return True


class _Sending:
    """Sends the requests that are not answered yet, one after the other: a conversation's messages get their numbers in
    the order of their arrival. The next request is made while the server works on one."""

    def __init__(
        self,
        client: AmityClient,
        retrying: Retrying,
        people: People,
        journal: HistoryJournal,
        totals: Totals,
        screen: Screen,
    ) -> None:
        self._client = client
        self._retrying = retrying
        self._people = people
        self._journal = journal
        self._totals = totals
        self._screen = screen

    async def send(self, plan: HistoryPlan) -> None:
        under_way: asyncio.Task[None] | None = None
        try:
            for batch in plan.batches():
                if batch.number in self._journal.done:
                    self._screen.advance(len(batch.lines))
                    await asyncio.sleep(0)  # many may be finished already: give other tasks a turn
                    continue
                if under_way is not None:
                    await under_way
                if self._journal.failed:
                    raise JournalProblem(f"{self._journal.path} cannot be written any more")
                under_way = asyncio.create_task(self._finish(batch))
                await asyncio.sleep(0)  # the request is on its way before the next is made
            if under_way is not None:
                await under_way
        finally:
            if under_way is not None and not under_way.done():
                under_way.cancel()
                await asyncio.gather(under_way, return_exceptions=True)
        await self._journal.flush()

    async def _finish(self, batch: Batch) -> None:
        entry = Sent(number=batch.number)
        known = []
        for line in batch.lines:
            refused = self._people.refused
            if (skip := refused.get(line.message.send_id) or refused.get(line.message.recv_id)) is not None:
                reason = f"{skip.friend}: {skip.reason}"
                entry.skipped.append(_skip(line, skip.code, skip.message, reason))
            else:
                known.append(line)
        await self._put(known, entry)
        self._journal.note(entry)
        self._totals.add(entry)
        self._screen.advance(len(batch.lines))

    async def _put(self, lines: Sequence[GoodLine], into: Sent) -> None:
        if not lines:
            return
        messages = [line.message for line in lines]
        try:
            answer = await self._retrying.call(lambda: self._client.import_messages(messages))
        except ImError as error:
            if error.code in ABOUT_THE_CALLER:
                raise ServerRefused(self._client, error) from None
            if len(lines) == 1:
                into.skipped.append(_skip(lines[0], error.code, error.message, error.detail))
                return
            # One line has what no request may have. The halves keep the order.
            half = len(lines) // 2
            await self._put(lines[:half], into)
            await self._put(lines[half:], into)
            return
        into.imported += answer.imported
        into.existing += answer.existing
        into.skipped += [_skip(lines[each.index], each.err_code, each.err_msg, each.err_dlt) for each in answer.skipped]


def _skip(line: GoodLine, code: int, message: str, reason: str) -> Skip:
    return Skip(line.number, line.message.send_id, line.message.recv_id, code, message, reason)
