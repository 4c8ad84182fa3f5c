"""Entries of the audit log."""

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What became of an action. ``BEGUN``: nobody knows; the server ended meanwhile, or its database failed."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class Entry(NamedTuple):
    """Who did what, about whom, when (milliseconds since 1970), under which operationID, and what became of it."""

    seq: int
    at: int
    admin: str
    action: str
    about: str
    operation_id: str
    outcome: str
    detail: str


class Filters(NamedTuple):
    """Which entries to show; an empty text is all. ``about`` is one or several words of what an entry is about."""

    admin: str = ""
    action: str = ""
    about: str = ""
