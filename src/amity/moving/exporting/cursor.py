"""Where a page of an export begins, and what the export has."""

from typing import NamedTuple


class Cursor(NamedTuple):
    """The primary key of the row after which a page begins. ``second`` is 0 for a user, a group and a message."""

    first: int = 0
    second: int = 0


class Newest(NamedTuple):
    """The highest numbers of a user and of a group that are in an export: those of its first page."""

    user: int
    group: int
