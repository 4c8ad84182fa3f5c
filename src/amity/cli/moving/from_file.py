"""The move of all data from a file of records."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, NamedTuple

from amity.cli.importing.screen import Screen
from amity.cli.moving.journal import CHATS, GROUPS, MEMBERS, MESSAGES, RELATIONS, USERS, Moved, MoveJournal
from amity.cli.moving.outcome import Totals
from amity.cli.moving.records import RecordFile
from amity.cli.moving.target import Batch, Target
from amity.client.moving import LISTS, Record
from amity.client.types.moving import (
    ChatRecord,
    GroupApplicationRecord,
    GroupRecord,
    MemberRecord,
    MessageRecord,
    UserRecord,
)
from amity.importing.lines import BadLine, BadLines

PHASES: dict[type[Record], int] = {
    UserRecord: USERS,
    GroupRecord: GROUPS,
    MemberRecord: MEMBERS,
    GroupApplicationRecord: MEMBERS,
    MessageRecord: MESSAGES,
    ChatRecord: CHATS,
}
"""The phases of records that are not brought in with the relations."""


class Checked(NamedTuple):
    """The result of checking a file: its numbers of records, and its unusable lines."""

    counts: dict[str, int]
    sha256: str
    has_end: bool
    bad_lines: list[BadLine]
    bad_line_count: int


def check(file: RecordFile, bad_lines_kept: int) -> Checked:
    """Read a whole file. Raises ``FileProblem``."""
    bad = BadLines(bad_lines_kept)
    for _ in bad.others(file.lines()):
        pass  # the file counts them itself
    return Checked(file.counts, file.sha256, file.end is not None, bad.first, bad.count)


class FileMover:
    """Imports a checked file, ``batch_size`` records at a time: phase by phase, each in the order of the file."""

    def __init__(self, file: RecordFile, checked: Checked, batch_size: int) -> None:
        self.source = checked.sha256
        self.words: Mapping[int, str] = {
            USERS: "users",
            RELATIONS: "friends, requests and blacklists",
            GROUPS: "groups",
            MEMBERS: "members of groups, and requests to join them",
            MESSAGES: "messages",
            CHATS: "chats",
        }
        self.part_size = batch_size
        self._file = file
        self._counts = checked.counts

    def steps(self, phase: int) -> int:
        """Count the records of a phase."""
        return sum([self._counts[name] for kind, name in LISTS.items() if PHASES.get(kind, RELATIONS) == phase])

    async def parts(self, phase: int, journal: MoveJournal) -> AsyncIterator[tuple[int, list[Record]]]:
        """Yield numbered batches, the same whenever the same file is read."""
        for numbered in enumerate(self._batches(phase)):
            yield numbered

    async def begin(self, target: Target, screen: Screen) -> None:
        """Do nothing: the file says itself who its users are."""

    def steps_of(self, phase: int, part: list[Record]) -> int:
        """Count the records of a batch."""
        return len(part)

    def _batches(self, phase: int) -> Iterator[list[Record]]:
        batch = Batch(self.part_size)
        for line in self._file.lines():
            if isinstance(line, BadLine) or PHASES.get(type(line.record), RELATIONS) != phase:
                continue
            if full := batch.add(line.record):
                yield full
        if rest := batch.take():
            yield rest

    async def move(self, phase: int, part: list[Record], target: Target, into: Moved) -> None:
        """Import one batch."""
        await target.put(part, into)

    async def finish(self, target: Target, journal: MoveJournal, totals: Totals, screen: Screen) -> dict[str, Any]:
        """Return no facts: there is nothing to compare, because the server answers for each record."""
        return {}
