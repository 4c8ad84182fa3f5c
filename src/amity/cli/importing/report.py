"""Write the report of an import, a file of skipped friends with reasons, and print the summary."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from amity.importing.finished import Finished
from amity.importing.lines import BadLine
from amity.importing.report import COLUMNS, rows


def write_report(path: Path, bad_lines: Iterable[BadLine], entries: Iterable[Finished]) -> int:
    """Write the report atomically, and return its number of rows. Raises ``OSError``."""
    temporary = path.with_name(path.name + ".writing")
    count = 0
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows(bad_lines, entries):
            writer.writerow(row)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return count


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
