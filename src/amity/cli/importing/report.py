"""Write the report of an import, a file of skipped friends with reasons, and print the summary."""

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from amity.cli.importing.journal import Finished
from amity.cli.importing.lines import BadLine
from amity.cli.importing.planning import Plan
from amity.cli.importing.sending import Totals

COLUMNS = ("owner", "friend", "errCode", "errMsg", "reason")


def write_report(path: Path, bad_lines: Iterable[BadLine], entries: Iterable[Finished]) -> int:
    """Write the report atomically, and return its number of rows. Raises ``OSError``."""
    temporary = path.with_name(path.name + ".writing")
    count = 0
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in _rows(bad_lines, entries):
            writer.writerow(row)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return count


def _rows(bad_lines: Iterable[BadLine], entries: Iterable[Finished]) -> Iterator[tuple[str, str, int, str, str]]:
    for line in bad_lines:
        yield "", "", 0, "", f"line {line.number} {line.reason}"
    for entry in entries:
        for skip in entry.skipped:
            yield entry.owner, skip.friend, skip.code, skip.message, skip.reason


def file_facts(plan: Plan) -> dict[str, Any]:
    """Return the numbers of a file, under the names of the JSON summary."""
    return {
        "people": len(plan.people),
        "pairs": plan.pairs,
        "owners": plan.owners,
        "imports": plan.batch_count,
        "duplicates": plan.duplicates,
        "reverseDuplicates": plan.reverse_duplicates,
        "badLines": plan.bad_line_count,
    }


def outcome_facts(totals: Totals) -> dict[str, Any]:
    """Return the numbers of the results, under the names of the JSON summary."""
    return {
        "imported": totals.imported,
        "existing": totals.existing,
        "added": totals.added,
        "skipped": totals.skipped,
        "skippedBy": [
            {"errCode": code, "reason": text, "pairs": count} for (code, text), count in totals.by_reason.most_common()
        ],
    }


_FILE_WORDS = {
    "people": "people",
    "pairs": "pairs",
    "owners": "owners",
    "imports": "imports to send",
    "duplicates": "repeated pairs, taken once",
    "reverseDuplicates": "... of these the other way round",
    "badLines": "bad lines",
}
_OUTCOME_WORDS = {
    "imported": "pairs imported",
    "existing": "pairs that were friends before",
    "added": "friends that the business server added",
    "skipped": "pairs skipped",
}


def show_file(console: Console, title: str, facts: dict[str, Any]) -> None:
    """Print the numbers of a file."""
    show(
        console, title, [(words, facts[name]) for name, words in _FILE_WORDS.items() if facts[name] or name == "pairs"]
    )


def show_outcome(console: Console, title: str, facts: dict[str, Any]) -> None:
    """Print the numbers of the results, with a line for each reason of skipped pairs."""
    rows = [(words, facts[name]) for name, words in _OUTCOME_WORDS.items() if facts[name] or name == "imported"]
    for entry in facts["skippedBy"]:
        code = f"{entry['errCode']} " if entry["errCode"] else ""
        rows.append((f"... {code}{entry['reason']}", entry["pairs"]))
    show(console, title, rows)


def show(console: Console, title: str, rows: list[tuple[str, int]]) -> None:
    """Print numbers: as a table on a terminal, as lines elsewhere."""
    if not console.is_terminal:
        console.print(title, markup=False, highlight=False, soft_wrap=True)
        for words, number in rows:
            console.print(f"  {words}: {number}", markup=False, highlight=False, soft_wrap=True)
        return
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column()
    table.add_column(justify="right", style="bold")
    for words, number in rows:
        table.add_row(words, f"{number:,}")
    console.print(table)
