"""Count what became of messages, and write the report, a file of the lines that were left out with reasons."""

import csv
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from amity.cli.history.journal import Sent
from amity.cli.history.notes import Note
from amity.cli.history.planning import HistoryPlan
from amity.cli.importing.report import show
from amity.cli.output import printable
from amity.importing.lines import BadLine
from amity.texts import count

COLUMNS = ("line", "sendID", "recvID", "errCode", "errMsg", "reason")
_WORDS = {
    "messages": "messages",
    "people": "people",
    "badLines": "bad lines",
    "imported": "messages imported",
    "existing": "messages that were there before",
    "skipped": "messages skipped",
}


class Totals:
    """The results of the requests so far."""

    def __init__(self) -> None:
        self.imported = self.existing = self.skipped = 0
        self._by_reason: Counter[tuple[int, str]] = Counter()

    def add(self, entry: Sent) -> None:
        """Count the messages of a request."""
        self.imported += entry.imported
        self.existing += entry.existing
        self.skipped += len(entry.skipped)
        for skip in entry.skipped:
            self._by_reason[skip.code, skip.message] += 1

    @property
    def messages(self) -> int:
        """Return the number of all messages, imported or not."""
        return self.imported + self.existing + self.skipped

    def facts(self) -> dict[str, Any]:
        """Return the numbers, under the names of the JSON summary."""
        return {
            "imported": self.imported,
            "existing": self.existing,
            "skipped": self.skipped,
            "skippedBy": [
                {"errCode": code, "reason": text, "messages": count}
                for (code, text), count in self._by_reason.most_common()
            ],
        }


def file_facts(plan: HistoryPlan) -> dict[str, Any]:
    """Return the numbers of a file, under the names of the JSON summary."""
    return {
        "messages": plan.messages,
        "people": len(plan.people),
        "badLines": plan.bad_line_count,
        "notes": [note.facts() for note in plan.notes],
    }


def show_notes(console: Console, notes: Iterable[Note]) -> None:
    """Print each note with the number of its messages and its first line."""
    for note in notes:
        where = f"{count(note.messages, 'message')}, the first on line {note.line}"
        console.print(f"  note: {printable(note.text)}: {where}", markup=False, highlight=False)


def show_facts(console: Console, title: str, facts: dict[str, Any], names: Iterable[str]) -> None:
    """Print some of the numbers, with a line for each reason of skipped messages."""
    rows = [(_WORDS[name], facts[name]) for name in names]
    reasons = [(f"... {entry['errCode']} {entry['reason']}", entry["messages"]) for entry in facts.get("skippedBy", ())]
    show(console, title, rows + reasons)


def write_report(path: Path, bad_lines: Iterable[BadLine], entries: Iterable[Sent]) -> None:
    """Write the report atomically. Raises ``OSError``."""
    temporary = path.with_name(path.name + ".writing")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for line in bad_lines:
            writer.writerow((line.number, "", "", 0, "", line.reason))
        for entry in entries:
            for skip in entry.skipped:
                writer.writerow((skip.line, skip.sender, skip.receiver, skip.code, skip.message, skip.reason))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
