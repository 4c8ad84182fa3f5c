"""The rows of a report as a table."""

import csv
import io
from collections.abc import Iterable, Sequence

from amity.console.tables import MARK, table_of
from amity.importing.report import COLUMNS, Row


def csv_of(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV in UTF-8."""
    return table_of(rows)


def head() -> bytes:
    """Return the first line, with the mark by which spreadsheets know UTF-8."""
    return MARK + table_of([COLUMNS])


def rows_of(content: bytes, most: int) -> list[Sequence[str]]:
    """Return the first rows of such CSV."""
    found: list[Sequence[str]] = []
    for row in csv.reader(io.StringIO(content.decode(), newline="")):
        if len(found) == most:
            break
        found.append(row)
    return found
