"""The journal of a move: the finished parts, and the records that were left out."""

from pathlib import Path
from typing import Self

import msgspec

from amity.cli.importing.journal import Header, Journal

USERS, RELATIONS, MESSAGES, CHATS = range(4)
"""The phases of a move. Users come first, because the other records refer to them, and chats after their messages,
because they say how far these were read."""


class MoveHeader(Header, kw_only=True, frozen=True):
    """The header of a move. ``source`` is a server or the hash of a file, ``size`` the size of a part."""

    source: str
    size: int

    def differs(self, path: Path, earlier: Self) -> str:
        """Return why the move cannot be resumed; empty if it can."""
        if earlier.source != self.source:
            return f"{path} is about another source, or the file has changed: --restart begins anew"
        if earlier.size != self.size:
            return f"the import was begun with parts of {earlier.size}: use the same --batch-size or --page-size"
        return super().differs(path, earlier)


class Skip(msgspec.Struct, array_like=True, frozen=True):
    """A record that was left out, or a user's whole list if ``other`` is empty: the server's code and its name (0 and
    "" if there is none), and the reason."""

    kind: str
    user: str
    other: str
    code: int
    message: str
    reason: str


class Moved(msgspec.Struct, kw_only=True, omit_defaults=True, rename={"number": "n"}):
    """A finished part: the numbers of imported records, and the skipped ones. ``ids`` are the users of a part of the
    first phase."""

    number: int
    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0
    messages: int = 0
    chats: int = 0
    ids: list[str] = []
    skipped: list[Skip] = []


MoveJournal = Journal[MoveHeader, Moved]


def number_of(phase: int, part: int) -> int:
    """Return the number of a part in the journal; ``part`` counts from 0 in each phase."""
    return part * 4 + phase


def phase_of(entry: Moved) -> int:
    """Return the phase of an entry."""
    return entry.number % 4


def part_of(entry: Moved) -> int:
    """Return the number of an entry's part in its phase."""
    return entry.number // 4
