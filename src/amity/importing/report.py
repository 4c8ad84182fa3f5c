"""What the report of an import has: a row for each skipped friend and each bad line, and the numbers of both."""

from collections.abc import Iterable, Iterator
from typing import Any

from amity.importing.finished import Finished, Totals
from amity.importing.lines import BadLine
from amity.importing.planning import Plan

COLUMNS = ("owner", "friend", "errCode", "errMsg", "reason")
Row = tuple[str, str, int, str, str]


def rows(bad_lines: Iterable[BadLine], entries: Iterable[Finished]) -> Iterator[Row]:
    """Yield the rows of a report, in the order of ``COLUMNS``: the bad lines, then the skipped friends."""
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
