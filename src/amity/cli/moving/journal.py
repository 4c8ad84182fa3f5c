"""What a move notes of itself: which of its parts are finished, and what was left out."""

from pathlib import Path
from typing import Self

import msgspec

from amity.cli.importing.journal import Header, Journal

USERS, RELATIONS = 0, 1
"""The phases of a move: whom records name has to be there before them."""


class MoveHeader(Header, kw_only=True, frozen=True):
    """A move. ``source`` is a server or the hash of a file, ``size`` how large its parts are."""

    source: str
    size: int

    def differs(self, path: Path, earlier: Self) -> str:
        """Say why the move cannot go on."""
        if earlier.source != self.source:
            return f"{path} is about another source, or the file has changed: --restart begins anew"
        if earlier.size != self.size:
            return f"the import was begun with parts of {earlier.size}: use the same --batch-size or --page-size"
        return super().differs(path, earlier)


class Skip(msgspec.Struct, array_like=True, frozen=True):
    """A record that was left out (or, without ``other``, a user's whole list): the server's code and its name, 0 and ""
    where there is none, and why."""

    kind: str
    user: str
    other: str
    code: int
    message: str
    reason: str


class Moved(msgspec.Struct, kw_only=True, omit_defaults=True, rename={"number": "n"}):
    """A part that is finished: how many records are where they belong, and which are not. ``ids`` are the users of a
    part that brought in users."""

    number: int
    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0
    ids: list[str] = []
    skipped: list[Skip] = []


MoveJournal = Journal[MoveHeader, Moved]


def number_of(phase: int, part: int) -> int:
    """The number of a part in the journal; those of a phase count from 0."""
    return part * 2 + phase


def phase_of(entry: Moved) -> int:
    """The phase that an entry belongs to."""
    return entry.number % 2
