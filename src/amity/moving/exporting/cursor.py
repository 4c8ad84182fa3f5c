"""Where a page of an export begins."""

from typing import NamedTuple


class Cursor(NamedTuple):
    """The primary key of the row after which a page begins. ``second`` is 0 for a user and a message."""

    first: int = 0
    second: int = 0
