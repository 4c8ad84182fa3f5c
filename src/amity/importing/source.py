"""The input of a command: a file, a pipe or standard input. Pipes are read once and copied."""

import io
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol, Self

STANDARD_INPUT = Path("-")
_COPIED_AT_ONCE = 1 << 20
_UNNAMED = "amity-import"


class FileProblem(Exception):
    """The input cannot be read; the text gives the reason, and the line if it concerns one."""


class Readable(Protocol):
    """An input with a name, which can be read any number of times, once at a time."""

    @property
    def name(self) -> str: ...

    def read(self) -> io.BufferedReader:
        """Return a reader of all bytes from the first one."""
        ...


class Source:
    """An open input that can be read any number of times. A context manager.

    A regular file stays open, so that each pass reads the same file even if another file gets its name meanwhile. Any
    other input gives its bytes once, so they are copied to an unnamed temporary file.
    """

    def __init__(self, name: str, file: BinaryIO, path: Path | None) -> None:
        self.name = name
        self.path = path
        """The path of a regular file; ``None`` for any other input."""
        self._file = file

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a path; ``-`` is standard input. A pipe is read to its end first. Raises ``FileProblem``."""
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
        """Return a reader of all bytes from the first one. Only one reader may be used at a time."""
        self._file.seek(0)
        return io.BufferedReader(_NonClosing(self._file), _COPIED_AT_ONCE)

    def beside(self, suffix: str) -> Path:
        """Return the path of a file for this input: beside a regular file, else in the current directory."""
        return Path(f"{_UNNAMED if self.path is None else self.path}{suffix}")


class _NonClosing(io.RawIOBase):
    """Reads from a file, and leaves that file open when it is closed itself."""

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
