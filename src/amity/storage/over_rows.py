"""Statements over many rows that are their parameters: one round trip for all of them on PostgreSQL."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from amity.storage.database import Dialect, Row

_SIZES: Final = (64, 16, 4, 1)
"""Rows that one statement has on SQLite, which prepares a statement once for each of these numbers."""
_MOST: Final = 1000
"""Rows that one statement has on PostgreSQL at most."""
_ARRAYS: Final = {"integer": "text::bigint[]", "text": "text[]", "blob": "bytea[]"}


class Reader(Protocol):
    """What a statement is run by: a database, or a transaction."""

    dialect: Dialect

    async def fetch(self, sql: str, *args: Any) -> Sequence[Row]: ...


class OverRows:
    """A statement with ``ROWS`` in it where its rows are to stand, as in ``insert into t (a, b) ROWS`` or ``select ...
    from (ROWS) as v``: their columns are ``column1``, ``column2`` and so on.

    ``types`` are those of the columns: ``integer``, ``text`` or ``blob``. On SQLite the rows are ``values``; on
    PostgreSQL each column is one array, so that any number of rows is one text, prepared once.

    Source: https://www.postgresql.org/docs/15/functions-array.html, ``unnest``.
    """

    def __init__(self, sql: str, *types: str) -> None:
        arrays = ", ".join(f"${place}::{_ARRAYS[each]}" for place, each in enumerate(types, 1))
        names = ", ".join(f"column{place}" for place in range(1, len(types) + 1))
        self._as_arrays = [_literal if each == "integer" else list for each in types]
        self._arrays = sql.replace("ROWS", f"select * from unnest({arrays}) as each_of({names})")
        self._values = {rows: sql.replace("ROWS", _values(rows, len(types))) for rows in _SIZES}

    async def fetch(self, reader: Reader, rows: Sequence[Sequence[Any]]) -> list[Row]:
        """Run the statement over rows, which may be none, and return the rows of its result."""
        found: list[Row] = []
        for sql, args in self._statements(reader.dialect, rows):
            found += await reader.fetch(sql, *args)
        return found

    def _statements(self, dialect: Dialect, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Sequence[object]]]:
        if dialect == "postgres":
            for begin in range(0, len(rows), _MOST):
                columns = zip(*rows[begin : begin + _MOST], strict=True)
                yield (
                    self._arrays,
                    [as_array(column) for as_array, column in zip(self._as_arrays, columns, strict=True)],
                )
            return
        done = 0
        for size in _SIZES:
            while len(rows) - done >= size:
                yield self._values[size], [value for row in rows[done : done + size] for value in row]
                done += size


def _literal(numbers: Sequence[int]) -> str:
    """Return the text of an array. The driver would look at each number several times, to see whether it is an array
    itself: with six columns of them that takes a tenth of what a message takes."""
    return "{" + ",".join(map(int.__repr__, numbers)) + "}"


def _values(rows: int, columns: int) -> str:
    return "values " + ", ".join(
        "(" + ", ".join(f"${row * columns + column + 1}" for column in range(columns)) + ")" for row in range(rows)
    )
