"""Give the messages of a file in the order of their times, with bounded memory."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import BinaryIO, Final

from amity.cli.history.reading import GoodLine, HistoryFile, parsed
from amity.importing.lines import BadLine, Text

RUN_CHARACTERS: Final = 64 * 1024 * 1024
"""Characters of the lines that are sorted in memory at a time."""

_Key = tuple[int, int, str]


def in_order(file: HistoryFile, *, is_sorted: bool, run_characters: int = RUN_CHARACTERS) -> Iterator[GoodLine]:
    """Yield the usable lines of a file in the order of their ``sendTime``, and among equal ones in that of the file.

    A file that is not sorted is sorted through temporary files, which need as much room as its text. Raises
    ``FileProblem`` and ``OSError``.
    """
    if is_sorted:
        for line in file.lines():
            if isinstance(line, GoodLine):
                yield line
        return
    with ExitStack() as stack:
        runs = [stack.enter_context(run) for run in _runs(file, run_characters)]
        for _, number, text in heapq.merge(*map(_read, runs)):
            line = parsed(Text(number, text))
            if isinstance(line, GoodLine):
                yield line


def _runs(file: HistoryFile, run_characters: int) -> Iterator[BinaryIO]:
    """Yield temporary files, each with some lines in their order."""
    keys: list[_Key] = []
    size = 0
    for text in file.texts():
        if isinstance(text, BadLine):
            continue
        line = parsed(text)
        if isinstance(line, BadLine):
            continue
        keys.append((line.message.send_time, text.number, text.text))
        size += len(text.text)
        if size >= run_characters:
            yield _written(keys)
            keys, size = [], 0
    if keys:
        yield _written(keys)


def _written(keys: Iterable[_Key]) -> BinaryIO:
    run = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    for time, number, text in sorted(keys):
        run.write(f"{time} {number} {text}\n".encode())
    run.seek(0)
    return run


def _read(run: BinaryIO) -> Iterator[_Key]:
    for line in run:
        time, number, text = line.decode().rstrip("\n").split(" ", 2)
        yield int(time), int(number), text
