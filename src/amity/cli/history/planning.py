"""Check a file of messages, and divide it into requests."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from amity.cli.history.notes import Note, Notes
from amity.cli.history.ordering import in_order
from amity.cli.history.reading import GoodLine, HistoryFile
from amity.importing.lines import BadLine, BadLines

BATCH_LIMIT: Final = 1000
BATCH_CHARACTERS: Final = 512 * 1024


class Batch(NamedTuple):
    """The lines of one request. ``number`` counts from 0; it is the same whenever the same file is divided by the same
    batch size."""

    number: int
    lines: list[GoodLine]


class HistoryPlan(NamedTuple):
    """What a file holds: how many messages, whose, and whether they stand in the order of their times. Each user is
    kept once in memory, and no message."""

    file: HistoryFile
    batch_size: int
    sha256: str
    messages: int
    is_sorted: bool
    people: list[str]
    bad_lines: list[BadLine]
    bad_line_count: int
    notes: list[Note]

    def batches(self) -> Iterator[Batch]:
        """Yield the requests, in the order of the messages' times. Raises ``FileProblem``."""
        number = size = 0
        lines: list[GoodLine] = []
        for line in in_order(self.file, is_sorted=self.is_sorted):
            if lines and (len(lines) >= self.batch_size or size + line.size > BATCH_CHARACTERS):
                yield Batch(number, lines)
                number, size, lines = number + 1, 0, []
            lines.append(line)
            size += line.size
        if lines:
            yield Batch(number, lines)


def make_plan(file: HistoryFile, batch_size: int, *, bad_lines_kept: int, notes: Notes) -> HistoryPlan:
    """Read a whole file. Raises ``FileProblem``."""
    people: dict[str, None] = {}
    bad = BadLines(bad_lines_kept)
    messages = latest = 0
    is_sorted = True
    for line in bad.others(file.lines()):
        message = line.message
        messages += 1
        notes.look(line)
        people[message.send_id] = people[message.recv_id] = None
        is_sorted = is_sorted and message.send_time >= latest
        latest = message.send_time
    return HistoryPlan(
        file, batch_size, file.sha256, messages, is_sorted, list(people), bad.first, bad.count, notes.found()
    )
