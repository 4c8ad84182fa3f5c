"""Print tables and colours on a terminal, plain columns elsewhere, and JSON for scripts.

Names and error texts come from strangers, so control characters in them are shown as escapes.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_COLOURS = {
    "ok": "green",
    "approved": "green",
    "modified": "green",
    "delivered": "green",
    "warn": "yellow",
    "pending": "yellow",
    "retrying": "yellow",
    "rejected": "magenta",
    "fail": "red",
    "failed": "red",
    "dead": "red",
}

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def printable(value: object) -> str:
    """Return a text with escapes in place of characters that move the cursor, change colours or hide text."""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def print_json(value: object) -> None:
    """Print one JSON document, indented on a terminal."""
    encoded = msgspec.json.encode(value)
    click.echo((msgspec.json.format(encoded, indent=2) if sys.stdout.isatty() else encoded).decode())


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, state: int | None = None) -> None:
    """Print rows in columns; ``state`` is the index of the column whose words are coloured."""
    cells = [[printable(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(columns, cells, state)
        return
    widths = [max(len(line[at]) for line in [list(columns), *cells]) for at in range(len(columns))]
    for line in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _rich_table(columns: Sequence[str], cells: list[list[str]], state: int | None) -> None:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for line in cells:
        styles = [_COLOURS.get(cell, "") if at == state else "" for at, cell in enumerate(line)]
        table.add_row(*map(Text, line, styles))
    Console().print(table)


def coloured(word: str) -> str:
    """Return a word of state in its colour, which click drops if the output is not a terminal."""
    return click.style(word, fg=_COLOURS.get(word), bold=True)


def at_time(milliseconds: int) -> str:
    """Return a time, given in milliseconds since 1970, as text in UTC; a dash for 0."""
    if not milliseconds:
        return "-"
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(" ", "seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return "-"


def to_builtins(value: Any) -> Any:
    """Return an answer as plain dictionaries with the names that it has on the wire."""
    return msgspec.to_builtins(value)
