"""Online backup of a SQLite database.

SQLite copies within one read transaction, so the copy is a consistent snapshot and writers do not wait. The copy is one
file without a log. These functions block; they are for programs other than the server.
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
from amity.storage.sqlite.file_lock import BESIDE, lock_file
from amity.storage.sqlite.fitness import require_fit

_BUSY_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A finished copy: its size in bytes, the database's version, and the seconds the copy took."""

    size: int
    version: int
    seconds: float


def back_up(path: Path, target: Path) -> BackedUp:
    """Copy the database at ``path`` to ``target``, which only its owner can read.

    An existing ``target`` is replaced once the copy is complete and synced to the disk. Raises ``StorageError``;
    ``target`` is unchanged then.
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
    """Copy a database, including the content of its log, into one file. Raises ``sqlite3.Error``."""
    # Opened for writing although nothing is written: a read-only connection cannot remove the files that a reader
    # creates beside the database.
    with (
        contextlib.closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)) as reading,
        contextlib.closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        reading.execute("pragma query_only = 1")
        # The copy is of no use until it is complete, and is synced to the disk then.
        writing.execute("pragma journal_mode = off")
        writing.execute("pragma synchronous = off")
        # All pages in one step: between steps, a write of the server would restart the copy.
        reading.backup(writing, pages=-1)
        # The WAL mode is stored in the database's header and was copied with the pages.
        writing.execute("pragma journal_mode = delete")


def require_whole(path: Path) -> int:
    """Return the version of a database that belongs to amity and is undamaged. Raises ``StorageError``,
    ``sqlite3.Error``."""
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        found = [row[0] for row in connection.execute("pragma integrity_check(3)")]
        if found != ["ok"]:
            raise StorageError(f"it is damaged: {'; '.join(found)[:500]}")
        applied = require_fit(connection)
    if not applied.version:
        raise StorageError("it has none of amity's tables")
    pending("sqlite", applied)
    return applied.version


@contextlib.contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Yield an empty file beside ``path`` that only its owner can read.

    The caller moves it to ``path``; it is removed otherwise. A file left by a killed run is used again. Raises
    ``StorageError`` if another run uses it.
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
    """Sync a file, or the entries of a directory, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def reason(error: Exception) -> str:
    """Return an error's text with the name of the file concerned."""
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
