"""Statements over many rows, each row given as parameters: few texts, each prepared once."""

from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

SIZES: Final = (64, 16, 4, 1)
"""Rows of one statement."""


def values(rows: int, columns: int, cast: str = "") -> str:
    """Return the ``values`` of a statement over rows. Their columns are ``column1``, ``column2`` ... with ``cast`` the
    type of each."""
    cell = f"cast({{}} as {cast})" if cast else "{}"
    return "values " + ", ".join(
        "(" + ", ".join(cell.format(f"${row * columns + column + 1}") for column in range(columns)) + ")"
        for row in range(rows)
    )


def parts(rows: Sequence[T]) -> list[tuple[Sequence[T], int]]:
    """Return rows in parts for which there are statements, each with its number of rows."""
    found = []
    done = 0
    for size in SIZES:
        while len(rows) - done >= size:
            found.append((rows[done : done + size], size))
            done += size
    return found
