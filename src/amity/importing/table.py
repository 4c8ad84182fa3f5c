"""Read CSV one line at a time, and find its columns by the first line or by the option ``--columns``."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from amity.importing.headers import looks_like_header, plain_name
from amity.importing.lines import BadLine, Text
from amity.importing.source import FileProblem
from amity.texts import count

T = TypeVar("T")

DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)


class Column(NamedTuple):
    """A column to find: its name, and the names (``plain_name``) that it may have in a header."""

    name: str
    known_as: frozenset[str]


class Cells(NamedTuple):
    """A line's cells in the order of the requested columns; ``""`` for a column that the file does not have."""

    number: int
    cells: tuple[str, ...]


def json_or_rows(
    texts: Iterator[Text | BadLine],
    columns: Sequence[Column],
    required: int,
    given: str | None,
    of_json: Callable[[Text], T | BadLine],
    of_row: Callable[[Cells], T | BadLine],
) -> Iterator[T | BadLine]:
    """Yield what a file has: JSON lines if the first one is an object, else CSV (``rows_of``). Raises
    ``FileProblem``."""
    for first in texts:
        if isinstance(first, BadLine):
            yield first
            continue
        everything = chain((first,), texts)
        if first.text.lstrip().startswith("{"):
            for line in everything:
                yield line if isinstance(line, BadLine) else of_json(line)
        else:
            for row in rows_of(everything, columns, required, given):
                yield row if isinstance(row, BadLine) else of_row(row)
        return


def rows_of(
    texts: Iterator[Text | BadLine], columns: Sequence[Column], required: int, given: str | None = None
) -> Iterator[Cells | BadLine]:
    """Yield the rows of CSV. The file must have the first ``required`` columns.

    ``given`` is the value of the option ``--columns``: the names of the columns in this file's first line, or their
    numbers from 1 if the first line is a row. Without it, the first line is a header if it names a known column, is
    refused if it looks like another header, and is a row otherwise.
    Raises ``FileProblem``.
    """
    delimiter, first, rest = _split_first(texts)
    if first is None:
        return
    names = _first_cells(first, delimiter)
    following = next(rest, None)
    places, is_header = _places(first, names, following, delimiter, columns, required, given)
    width = len(names) if is_header or given is not None else None
    lines = [] if is_header else [first]
    for line in chain(lines, () if following is None else (following,), rest):
        yield line if isinstance(line, BadLine) else _row(line, delimiter, places, width, len(columns), required)


class Beginning(NamedTuple):
    """How a file begins, to be shown: the cells of its first lines, those of the header apart, which are none if the
    first line is data; and at which place each requested column is, none if that is not known."""

    names: list[str]
    rows: list[list[str]]
    places: list[int | None]


def beginning_of(
    texts: Iterator[Text | BadLine], columns: Sequence[Column], required: int, given: str | None, most: int
) -> Beginning:
    """Read up to ``most`` rows of CSV, or of JSON lines as rows of one cell. Raises ``FileProblem`` as ``texts`` do."""
    delimiter, first, rest = _split_first(texts)
    lines = [each for each in chain((first,), islice(rest, most)) if isinstance(each, Text)]
    if not lines or lines[0].text.lstrip().startswith(("{", "[")):
        return Beginning([], [[line.text] for line in lines[:most]], [])
    cells = [_cells(line, delimiter) or [line.text] for line in lines]
    following = lines[1] if len(lines) > 1 else None
    try:
        places, is_header = _places(lines[0], cells[0], following, delimiter, columns, required, given)
    except FileProblem:
        return Beginning([], cells[:most], [])
    return Beginning(cells[0], cells[1:], places) if is_header else Beginning([], cells[:most], places)


def _first_cells(first: Text | BadLine, delimiter: str) -> list[str]:
    if isinstance(first, BadLine):
        raise FileProblem(f"line {first.number} {first.reason}")
    if first.text.lstrip().startswith("["):
        raise FileProblem("the file is one JSON array: write one JSON object per line instead")
    try:
        return cells_of(first.text, delimiter)
    except csv.Error:
        return []


def _places(
    first: Text | BadLine,
    names: list[str],
    following: Text | BadLine | None,
    delimiter: str,
    columns: Sequence[Column],
    required: int,
    given: str | None,
) -> tuple[list[int | None], bool]:
    """Return where each column is, and whether the first line is a header. Raises ``FileProblem``."""
    if given is not None:
        return _places_by_option(given, names, columns, required)
    places, is_header = _places_by_header(names, columns, required)
    if not is_header and looks_like_header(names, _cells(following, delimiter)):
        raise FileProblem(_unknown_header(first.number, names, required))
    return places, is_header


def cells_of(text: str, delimiter: str) -> list[str]:
    """Return the cells of one line. Raises ``csv.Error``."""
    if '"' not in text:
        return text.split(delimiter)
    # One line at a time, so that an unclosed quote makes only its own line bad, not the rest of the file.
    return next(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))


def _cells(line: Text | BadLine | None, delimiter: str) -> list[str]:
    """Return the cells of a line; none if there is no line or it is not CSV."""
    if not isinstance(line, Text):
        return []
    try:
        return cells_of(line.text, delimiter)
    except csv.Error:
        return []


def _split_first(texts: Iterator[Text | BadLine]) -> tuple[str, Text | BadLine | None, Iterator[Text | BadLine]]:
    """Return the delimiter, the first line and an iterator of the others. A line ``sep=;``, as spreadsheets write it,
    sets the delimiter."""
    first = next(texts, None)
    if isinstance(first, Text):
        if named := _SEPARATOR_LINE.fullmatch(first.text.strip(" \"'")):
            return named[1], next(texts, None), texts
        return next((mark for mark in DELIMITERS if mark in first.text), ","), first, texts
    return ",", first, texts


def _places_by_header(names: list[str], columns: Sequence[Column], required: int) -> tuple[list[int | None], bool]:
    plain = [plain_name(name) for name in names]
    found = [[at for at, name in enumerate(plain) if name in column.known_as] for column in columns]
    if not any(found):
        return list(range(len(columns))), False
    for column, there in zip(columns, found, strict=True):
        if len(there) > 1 or (not there and column in columns[:required]):
            needed = " and ".join(f"one column {each.name}" for each in columns[:required])
            again = "" if len(there) < 2 else f"; {column.name} is there {len(there)} times"
            raise FileProblem(f"the header needs {needed}{again}")
    unknown = [name.strip()[:64] for name, place in zip(names, plain, strict=True) if not _is_known(place, columns)]
    if unknown and required < len(columns):
        # An unknown column may be an optional column that is misspelt.
        known = ", ".join(column.name for column in columns)
        raise FileProblem(f"the column {unknown[0]!r} is unknown; known: {known} (or say with --columns which count)")
    return [there[0] if there else None for there in found], True


def _is_known(plain: str, columns: Sequence[Column]) -> bool:
    return any(plain in column.known_as for column in columns)


def _places_by_option(
    given: str, names: list[str], columns: Sequence[Column], required: int
) -> tuple[list[int | None], bool]:
    wanted = [part.strip() for part in given.split(",")]
    if not required <= len(wanted) <= len(columns) or not all(wanted):
        order = ",".join(column.name for column in columns)
        expected = f"{required} to {len(columns)}" if required < len(columns) else required
        raise FileProblem(f"--columns: names {count(len(wanted), 'column')} where {expected} are expected: {order}")
    missing: list[int | None] = [None] * (len(columns) - len(wanted))
    if all(part.isascii() and part.isdigit() for part in wanted):
        places = [int(part) - 1 if len(part) < 6 else len(names) for part in wanted]
        if any(not 0 <= place < len(names) for place in places):
            raise FileProblem(f"--columns: the first line has {count(len(names), 'column')}, numbered from 1")
        return [*places, *missing], False
    stripped = [name.strip() for name in names]
    for part in wanted:
        if stripped.count(part) != 1:
            there = ", ".join(name[:64] for name in stripped[:20])
            raise FileProblem(f"--columns: {part} is not one column of the first line, which has: {there}")
    return [*[stripped.index(part) for part in wanted], *missing], True


def _unknown_header(number: int, names: list[str], required: int) -> str:
    shown = ", ".join(name.strip()[:64] for name in names[:20])
    named = ",".join(name.strip()[:64] for name in names[:required])
    numbered = ",".join(map(str, range(1, required + 1)))
    return (
        f"line {number} looks like a header with unknown names: {shown}\n"
        f"  if it is one, say which columns count, for example: --columns {named!r}\n"
        f"  if it is data, say so by the columns' numbers: --columns {numbered}"
    )


def _row(
    line: Text, delimiter: str, places: Sequence[int | None], width: int | None, columns: int, required: int
) -> Cells | BadLine:
    try:
        cells = cells_of(line.text, delimiter)
    except csv.Error as error:
        return BadLine(line.number, f"is not CSV: {error}")
    if width is None:
        if not required <= len(cells) <= columns:
            expected = required if required == columns else f"{required} to {columns}"
            parted = ", parted by commas, semicolons or tabs" if len(cells) == 1 else ""
            return BadLine(line.number, f"has {count(len(cells), 'column')} where {expected} are expected{parted}")
    elif len(cells) != width:
        return BadLine(line.number, f"has {count(len(cells), 'column')} where {width} are expected")
    return Cells(
        line.number,
        tuple("" if place is None or place >= len(cells) else cells[place].strip() for place in places),
    )
