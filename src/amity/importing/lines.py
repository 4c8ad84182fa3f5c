"""Read the lines of a text: plain or gzip, with the line ends of any system, with or without a byte order mark."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple, TypeVar

import msgspec

from amity.importing.source import FileProblem, Readable

T = TypeVar("T")

LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of a line. Every usable list of ids is shorter. The limit keeps a file without line breaks out of memory."""

# The first bytes of .xlsx, .ods and all ZIP archives, and those of .xls.
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class BadLine(NamedTuple):
    """A line that cannot be used; ``number`` counts from 1, blank lines included."""

    number: int
    reason: str


def no_json(number: int, error: msgspec.DecodeError | RecursionError) -> BadLine:
    """Return a line that is no JSON, with what its decoder says."""
    return BadLine(number, "is nested too deeply" if isinstance(error, RecursionError) else f"is not JSON: {error}")


class BadLines:
    """The unusable lines of a file: ``count`` of all of them, and the ``first`` ones, ``kept`` at most."""

    def __init__(self, kept: int) -> None:
        self.first: list[BadLine] = []
        self.count = 0
        self._kept = kept

    def others(self, lines: Iterable[T | BadLine]) -> Iterator[T]:
        """Yield the usable lines, and note the others."""
        for line in lines:
            if not isinstance(line, BadLine):
                yield line
                continue
            self.count += 1
            if len(self.first) < self._kept:
                self.first.append(line)


class Text(NamedTuple):
    """A line without its line end. It is not blank."""

    number: int
    text: str


Pace = Callable[[int, bytes], None]
"""Is called with the number and the bytes of each line, blank ones included; what it raises ends the reading."""


class _Hashing(io.RawIOBase):
    """Hashes the bytes that are read through it, so that the hash is that of the bytes that were parsed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.hash.update(data)
        return len(data)


class TextFile:
    """The lines of a source, none of more than ``line_limit`` bytes. After ``texts`` is exhausted, ``sha256`` is the
    hash of its bytes, in hexadecimal."""

    def __init__(self, source: Readable, pace: Pace | None = None, *, line_limit: int | None = None) -> None:
        self.source = source
        self._pace = pace
        self._line_limit = line_limit
        self.sha256 = ""

    def texts(self) -> Iterator[Text | BadLine]:
        """Yield every line that is not blank. Raises ``FileProblem``."""
        try:
            hashing = _Hashing(self.source.read())
            yield from texts_of(io.BufferedReader(hashing, 1 << 20), self._pace, self._line_limit)
            self.sha256 = hashing.hash.hexdigest()
        except FileProblem as problem:
            raise FileProblem(f"{self.source.name}: {problem}") from None
        except OSError as error:
            raise FileProblem(f"{self.source.name}: {error.strerror or error}") from None


def texts_of(
    stream: io.BufferedReader, pace: Pace | None = None, line_limit: int | None = None
) -> Iterator[Text | BadLine]:
    """Yield the lines of a stream that are not blank. Gzip data is decompressed first. Raises ``FileProblem``."""
    number = 0
    try:
        if stream.peek(2)[:2] == b"\x1f\x8b":
            unpacked: BinaryIO = io.BufferedReader(gzip.GzipFile(fileobj=stream, mode="rb"), 1 << 20)
        else:
            unpacked = stream
        for number, raw in _numbered(unpacked, line_limit or LINE_LIMIT):
            if pace is not None:
                pace(number, raw)
            try:
                text = raw.decode()
            except UnicodeDecodeError as error:
                yield BadLine(number, f"is not UTF-8 text (byte {error.start + 1} of the line)")
                continue
            if text and not text.isspace():
                yield Text(number, text)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileProblem(f"the gzip data is damaged or cut short after line {number}: {error}") from None
    if number == 0:
        raise FileProblem("the file is empty")


def _too_long(limit: int) -> str:
    """Return which length a line exceeds, and what that means."""
    if limit < LINE_LIMIT:
        return f"{limit >> 10} KiB: 'amity import' takes longer ones"
    return f"{limit >> 20} MiB: this is no list of people"


def _numbered(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines without their ends (those of Unix, Windows or an old Mac) and without a byte order mark."""
    number = 0
    while line := stream.readline(limit + 1):
        if len(line) > limit:
            raise FileProblem(f"line {number + 1} is longer than {_too_long(limit)}")
        if number == 0:
            if line[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                raise FileProblem("the file is UTF-16: save it as UTF-8")
            if line.startswith(_SPREADSHEETS):
                raise FileProblem("the file is a spreadsheet or an archive: save it as CSV in UTF-8")
            line = line.removeprefix(b"\xef\xbb\xbf")
        line = line.rstrip(b"\r\n")
        if b"\r" not in line:
            number += 1
            yield number, line
            continue
        for part in line.split(b"\r"):
            number += 1
            yield number, part
