"""The table of docs/groups.md: what who has a role may do in a group."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_PAGE: Final = (Path(__file__).parents[2] / "docs" / "groups.md").read_text(encoding="utf-8")


class Cell(NamedTuple):
    """What who has a role is answered who does something; 0 is success."""

    operation: str
    role: str
    code: int


def cells() -> Iterator[Cell]:
    """Yield the cells of the table, operation by operation."""
    table = re.search(r"^\| Operation \|.*?\n\n", _PAGE, re.MULTILINE | re.DOTALL)
    assert table
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table[0].strip().splitlines())
    for operation, *codes in rows:
        for role, code in zip(head[1:], codes, strict=True):
            yield Cell(operation, role, 0 if code == "yes" else int(code))
