"""Count the results of a move, and write the report, a file of the records left out with reasons."""

import csv
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from amity.cli.importing.report import show
from amity.cli.moving.journal import Moved
from amity.client.moving import LISTS, WIRE_NAMES
from amity.importing.lines import BadLine

COLUMNS = ("kind", "user", "other", "errCode", "errMsg", "reason")
_WORDS = {
    "users": "users",
    "friends": "friends on lists",
    "applications": "friend requests",
    "blacks": "blocked users",
    "groups": "groups",
    "groupMembers": "members of groups",
    "groupApplications": "requests to join groups",
    "messages": "messages",
    "chats": "chats on lists",
}


class Totals:
    """The results of the records so far."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(LISTS.values(), 0)
        self.skipped = 0
        self._existing = 0
        self.skipped_users = self.skipped_groups = 0
        self._by_reason: Counter[tuple[int, str]] = Counter()

    def add(self, entry: Moved) -> None:
        """Count the records of a part."""
        for name in self.counts:
            self.counts[name] += getattr(entry, name)
        self.skipped += len(entry.skipped)
        self._existing += entry.existing
        for skip in entry.skipped:
            self.skipped_users += skip.kind == "user"
            self.skipped_groups += skip.kind == "group"
            # A reason without a code contains numbers after its colon, which would give each a row of its own.
            self._by_reason[skip.code, skip.message or skip.reason.partition(":")[0]] += 1

    @property
    def records(self) -> int:
        """Return the number of all records: imported, left out, or there already."""
        return sum(self.counts.values()) + self.skipped + self._existing

    def facts(self) -> dict[str, Any]:
        """Return the numbers, under the names of the JSON summary."""
        return {
            **named(self.counts),
            "skipped": self.skipped,
            "skippedBy": [
                {"errCode": code, "reason": text, "records": count}
                for (code, text), count in self._by_reason.most_common()
            ],
        }


def named(counts: Mapping[str, int]) -> dict[str, int]:
    """Return numbers of records under the names that their lists have on the wire."""
    return {WIRE_NAMES[name]: count for name, count in counts.items()}


def write_report(path: Path, bad_lines: Iterable[BadLine], entries: Iterable[Moved]) -> None:
    """Write the report atomically. Raises ``OSError``."""
    temporary = path.with_name(path.name + ".writing")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for line in bad_lines:
            writer.writerow(("", "", "", 0, "", f"line {line.number} {line.reason}"))
        for entry in entries:
            for skip in entry.skipped:
                writer.writerow((skip.kind, skip.user, skip.other, skip.code, skip.message, skip.reason))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def show_counts(console: Console, title: str, facts: dict[str, Any]) -> None:
    """Print the numbers of records of each kind, and if there are any, the numbers left out for each reason."""
    rows = [(words, facts[name]) for name, words in _WORDS.items()]
    if facts.get("badLines"):
        rows.append(("bad lines", facts["badLines"]))
    if facts.get("skipped"):
        rows.append(("skipped", facts["skipped"]))
    show(console, title, rows + reasons(facts))


def reasons(facts: dict[str, Any]) -> list[tuple[str, int]]:
    """Return for each reason to leave records out how many it concerned, as rows to print."""
    rows = []
    for entry in facts.get("skippedBy", ()):
        code = f"{entry['errCode']} " if entry["errCode"] else ""
        rows.append((f"... {code}{entry['reason']}", entry["records"]))
    return rows
