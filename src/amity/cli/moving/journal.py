"""The journal of a move: the finished parts, and the records that were left out."""

from pathlib import Path
from typing import Final, Self

import msgspec

from amity.cli.importing.journal import Header, Journal

USERS, RELATIONS, GROUPS, MEMBERS, MESSAGES, CHATS = range(6)
"""The phases of a move. Users come first, because the other records refer to them, groups before what is in them, and
chats after their messages, because they say how far these were read."""
_PHASES: Final = 8
_FORMAT: Final = 2


class MoveHeader(Header, kw_only=True, frozen=True):
    """The header of a move. ``source`` is a server or the hash of a file, ``size`` the size of a part."""

    amity_import: int = _FORMAT
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
    """A record that was left out, by its ``Key``, or a whole list if ``other`` is empty: the server's code and its name
    (0 and "" if there is none), and the reason."""

    kind: str
    user: str
    other: str
    code: int
    message: str
    reason: str


class Moved(msgspec.Struct, kw_only=True, omit_defaults=True, rename={"number": "n"}):
    """A finished part: the numbers of imported records, and the skipped ones. ``existing`` were there already and stay
    as they are. ``ids`` are the users, or the groups, of a part of their phase."""

    number: int
    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0
    groups: int = 0
    group_members: int = 0
    group_applications: int = 0
    messages: int = 0
    chats: int = 0
    existing: int = 0
    ids: list[str] = []
    skipped: list[Skip] = []


MoveJournal = Journal[MoveHeader, Moved]


def number_of(phase: int, part: int) -> int:
    """Return the number of a part in the journal; ``part`` counts from 0 in each phase."""
    return part * _PHASES + phase


def phase_of(entry: Moved) -> int:
    """Return the phase of an entry."""
    return entry.number % _PHASES


def part_of(entry: Moved) -> int:
    """Return the number of an entry's part in its phase."""
    return entry.number // _PHASES
