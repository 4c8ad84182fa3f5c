"""The rows of a report as CSV that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from amity.importing.report import COLUMNS, Row

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def csv_of(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8", "replace")


def head() -> bytes:
    """Return the first line, with the mark by which spreadsheets know UTF-8."""
    return b"\xef\xbb\xbf" + csv_of([COLUMNS])  # type: ignore[list-item]


def rows_of(content: bytes, most: int) -> list[Sequence[str]]:
    """Return the first rows of such CSV."""
    found: list[Sequence[str]] = []
    for row in csv.reader(io.StringIO(content.decode(), newline="")):
        if len(found) == most:
            break
        found.append(row)
    return found


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet shows as it is. One that begins as a formula does gets a quotation mark before
    it, as OWASP advises against "CSV injection"."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
