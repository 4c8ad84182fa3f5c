"""The file of a job, read part by part in a thread, at a pace that lets the event loop run."""

import asyncio
import io
import threading
import time
from typing import Any, Final

from amity.console.imports import store
from amity.console.imports.models import Job
from amity.importing.source import FileProblem
from amity.storage import Database

PART: Final = 256 * 1024
"""Bytes of a part."""
MOST_LINES: Final = 500_000
LINE_BYTES: Final = 256 * 1024
"""Bytes of a line: no other thread has a turn while a line is decoded, or divided into cells."""
_LINES_AT_ONCE: Final = 200


class Stopped(Exception):
    """The work on a job was told to stop."""


class StoredFile:
    """The bytes of a job's file. It is read in another thread than that of ``loop``."""

    def __init__(self, database: Database, job: Job, loop: asyncio.AbstractEventLoop) -> None:
        self.name = job.file_name
        self._database = database
        self._job = job
        self._loop = loop

    def read(self) -> io.BufferedReader:
        """Return a reader of all bytes from the first one."""
        return io.BufferedReader(_Parts(self), PART)

    def part(self, number: int) -> bytes:
        """Return a part, empty behind the end. Raises ``ImError``."""
        reading = store.part(self._database, self._job.seq, number)
        return asyncio.run_coroutine_threadsafe(reading, self._loop).result()


class _Parts(io.RawIOBase):
    def __init__(self, file: StoredFile) -> None:
        self._file = file
        self._number = 0
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = memoryview(self._file.part(self._number))
            self._number += 1
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


class Pace:
    """Is called with each line: it ends the reading of what is too large, or is to stop, and gives other threads
    turns."""

    def __init__(self, most_bytes: int, stopping: threading.Event) -> None:
        self._most_bytes = most_bytes
        self._stopping = stopping
        self._bytes = 0

    def __call__(self, number: int, line: bytes) -> None:
        """Raises ``FileProblem`` and ``Stopped``."""
        self._bytes += len(line) + 1
        if self._bytes > self._most_bytes + 1:
            raise FileProblem(f"unpacked, it has more than {self._most_bytes:,} bytes (console.importBytes)")
        if number > MOST_LINES:
            raise FileProblem(f"it has more than {MOST_LINES:,} lines: 'amity import' takes larger ones")
        if number % _LINES_AT_ONCE == 0:
            if self._stopping.is_set():
                raise Stopped
            time.sleep(0)  # the event loop need not wait until the interpreter takes the turn from this thread
