"""A copy of a SQLite database while it is served.

SQLite takes the copy within one read transaction, so it is the database of one moment; who writes does not wait for it.
The copy is one file without a log. This blocks, and is for programs other than the server.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from amity.clock import monotonic
from amity.storage.database import StorageError
from amity.storage.migrations import pending
from amity.storage.sqlite_fitness import require_fit
from amity.storage.taking import BESIDE, lock_file

_BUSY_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A finished copy: its size in bytes, the database's version, and the seconds it took."""

    size: int
    version: int
    seconds: float


def back_up(path: Path, target: Path) -> BackedUp:
    """Copy the database at ``path`` to ``target``, which only its owner can read.

    What is at ``target`` is replaced when the copy is whole and on the disk. Raises ``StorageError``; then it is as it
    was.
    """
    began = monotonic()
    source = Path(os.path.realpath(path))
    to = Path(os.path.realpath(target))
    if not source.is_file():
        raise StorageError(f"{path}: there is no database to back up")
    _require_elsewhere(source, to, target)
    try:
        with written_beside(to) as new:
            copy(source, new)
            version = require_whole(new)
            sync(new)
            new.replace(to)
            sync(to.parent)
            size = to.stat().st_size
    except (sqlite3.Error, OSError, StorageError) as error:
        raise StorageError(f"{path} could not be backed up to {target}: {reason(error)}") from error
    return BackedUp(size=size, version=version, seconds=monotonic() - began)


def copy(source: Path, target: Path) -> None:
    """Copy a database, with what stands in its log, into one file. Raises ``sqlite3.Error``."""
    # Opened for writing, though nothing is: who only reads cannot clear away what a reader needs beside the file.
    with (
        contextlib.closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)) as reading,
        contextlib.closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        reading.execute("pragma query_only = 1")
        # It is of no use before all of it is there, and is brought to the disk then.
        writing.execute("pragma journal_mode = off")
        writing.execute("pragma synchronous = off")
        # All pages in one step: in several, a server that writes meanwhile makes each of them begin anew.
        reading.backup(writing, pages=-1)
        # What says that there is a log came along with the pages.
        writing.execute("pragma journal_mode = delete")


def require_whole(path: Path) -> int:
    """Return the version of a database that is amity's and not damaged. Raises ``StorageError``, ``sqlite3.Error``."""
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        found = [row[0] for row in connection.execute("pragma integrity_check(3)")]
        if found != ["ok"]:
            raise StorageError(f"it is damaged: {'; '.join(found)[:500]}")
        version = require_fit(connection)
    if not version:
        raise StorageError("it has none of amity's tables")
    pending("sqlite", version)
    return version


@contextlib.contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give an empty file beside ``path``, which only its owner can read, to be moved there; it is removed if it is not.

    What an earlier run left there that was killed is used again. Raises ``StorageError`` if another run has it.
    """
    new = path.with_name(f".{path.name}.part")
    file = os.open(new, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        if not lock_file(file):
            raise StorageError("another run writes there")
        if not (new.exists() and new.stat().st_ino == os.fstat(file).st_ino):
            raise StorageError("another run has just ended, try again")
        os.fchmod(file, 0o600)
        os.ftruncate(file, 0)
        try:
            _remove(Path(f"{new}{suffix}") for suffix in BESIDE)
            yield new
        finally:
            _remove(Path(f"{new}{suffix}") for suffix in ("", *BESIDE))
    finally:
        os.close(file)


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring a file, or what stands in a directory, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def reason(error: Exception) -> str:
    """Return an error's own words, with the file that it is about."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _require_elsewhere(source: Path, to: Path, target: Path) -> None:
    if to in {source, *(Path(f"{source}{suffix}") for suffix in (*BESIDE, ".lock"))}:
        raise StorageError(f"{target}: this is the database itself, or belongs to it")
    if not to.exists():
        return
    if to.samefile(source):
        raise StorageError(f"{target}: this is the database itself, by another name")
    if not stat.S_ISREG(to.stat().st_mode):
        raise StorageError(f"{target}: this is no file that could be replaced")
