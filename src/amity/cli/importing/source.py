"""What a command reads: a file, a pipe or standard input, read from its origin once."""

import io
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, Self

STANDARD_INPUT = Path("-")
_COPIED_AT_ONCE = 1 << 20
_UNNAMED = "amity-import"


class FileProblem(Exception):
    """The input cannot be read at all; the text says why and from which line on."""


class Source:
    """An open input, which can be gone through as often as is needed. A context manager.

    A regular file stays open: each pass reads the same file, whatever takes its name meanwhile. Anything else gives its
    bytes once, so they are copied to an unnamed temporary file, which is read instead.
    """

    def __init__(self, name: str, file: BinaryIO, path: Path | None) -> None:
        self.name = name
        self.path = path
        """Where a regular file is; ``None`` for anything else."""
        self._file = file

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a path; ``-`` is standard input. Returns once all of a pipe has come. Raises ``FileProblem``."""
        is_stdin = path == STANDARD_INPUT
        name = "standard input" if is_stdin else str(path)
        try:
            if is_stdin:
                return cls(name, _copy_of(sys.stdin.buffer), None)
            file = path.open("rb", 0)
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return cls(name, file, path)
            with file:
                return cls(name, _copy_of(file), None)
        except OSError as error:
            raise FileProblem(f"{name}: {error.strerror or error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self) -> io.BufferedReader:
        """Return a reader of all bytes, from the first one on. One reader is used at a time."""
        self._file.seek(0)
        return io.BufferedReader(_Unclosed(self._file), _COPIED_AT_ONCE)

    def beside(self, suffix: str) -> Path:
        """Return the path of a file that belongs to this one: beside a regular file, else in the current directory."""
        return Path(f"{_UNNAMED if self.path is None else self.path}{suffix}")


class _Unclosed(io.RawIOBase):
    """Reads from a file and leaves it open at its own end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _copy_of(file: BinaryIO) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the source closes it
    try:
        shutil.copyfileobj(file, copy, _COPIED_AT_ONCE)
        copy.flush()
    except BaseException:
        copy.close()
        raise
    return copy
