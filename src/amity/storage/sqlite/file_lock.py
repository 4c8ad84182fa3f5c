"""Exclusive use of a SQLite database by one process, by whatever name it is opened.

A lock on the database file itself shows that it is in use. It is an *open file description* lock on one byte far beyond
those that SQLite locks. Unlike SQLite's own locks, it survives when this process closes another descriptor of the file,
and it does not conflict with them. It ends with the process, however that ends. A second lock, on ``NAME.lock`` beside
the file, protects the name, also after the file was removed; its content names the process.

Where the system has no such locks (Linux has), the one on ``NAME.lock`` is the only one.
"""

import contextlib
import errno
import fcntl
import os
import re
import sqlite3
import struct
import sys
import threading
from pathlib import Path
from typing import Final

from amity.storage.database import StorageError

_BYTE: Final = 1 << 61
"""The byte that is locked. SQLite locks 512 bytes from 1 GiB on, and no file is as long as this."""
_FLOCK: Final = "hhqqi4x"  # Linux's struct flock: type, whence, start, length, process
_HAS_FILE_LOCKS: Final = sys.platform == "linux" and hasattr(fcntl, "F_OFD_SETLK")

KEPT: Final = ".before-"
"""Separates a database's name from the time in the name under which a restore keeps the previous one."""
BESIDE: Final = ("-wal", "-shm", "-journal")
"""Suffixes of SQLite's companion files. SQLite applies them to whatever database has the name."""

_Identity = tuple[int, int]
_guard = threading.Lock()
_locked_files: set[_Identity] = set()
"""Files that this process has locked. It is checked before a file is opened: closing it again would release SQLite's
locks."""


class LockedFile:
    """A database file that this process has for itself, until ``release``.

    ``path`` is its name without symbolic links, by which SQLite names its log. ``file`` is a descriptor that is open
    until ``release``. Call ``release`` after the last connection is closed.
    """

    def __init__(self, path: Path, file: int, lock: int) -> None:
        self.path = path
        self.file = file
        self._lock = lock
        self._name = str(path)
        self._log_name = f"{path}-wal"
        self._identity = _identity(os.fstat(file))
        self._log: _Identity | None = None
        self._is_released = False
        _locked_files.add(self._identity)

    def note_log(self) -> None:
        """Note the identity of the write-ahead log for ``require_in_place``. A connection must have read or written
        before."""
        self._log = _identity(os.stat(self._log_name))  # noqa: PTH116

    def require_in_place(self) -> None:
        """Raise ``sqlite3.OperationalError`` if the file or its log no longer has its name: later servers would not
        find what is written then. Takes a few microseconds."""
        try:
            # As strings: this runs for each commit, and a Path takes as long as the ``stat`` itself.
            in_place = _identity(os.stat(self._name)) == self._identity  # noqa: PTH116
            if self._log is not None and in_place:
                in_place = _identity(os.stat(self._log_name)) == self._log  # noqa: PTH116
        except OSError:
            in_place = False
        if not in_place:
            raise sqlite3.OperationalError(
                f"{self.path} or its log was moved, replaced or removed while it is served: nothing can be stored until"
                " this server is started again"
            )

    def release(self) -> None:
        """Unlock the file. Calling it again does nothing."""
        with _guard:
            if self._is_released:
                return
            # Only once: the descriptors' numbers may later belong to other files.
            self._is_released = True
            _locked_files.discard(self._identity)
            os.close(self.file)
            os.close(self._lock)


def lock_database(path: Path, *, under_several_names: bool = False) -> LockedFile:
    """Lock the file for this process, and create it for its owner alone if it does not exist.

    Raises ``StorageError`` if another process has it, if it cannot be opened for writing, or if it has several names
    (hard links) and ``under_several_names`` is false.
    """
    real = Path(os.path.realpath(path))
    try:
        with _guard, contextlib.ExitStack() as undo:
            lock = _open_lock(real)
            undo.callback(os.close, lock)
            if not _try_lock(lock):
                raise _in_use(path, holder=_process(lock))
            if real.exists() and _identity(real.stat()) in _locked_files:
                raise _in_use(path, holder=str(os.getpid()))
            # The file contains everybody's friends, so a new one is readable by its owner alone.
            file = os.open(real, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            undo.callback(os.close, file)
            if not lock_file(file):
                raise _in_use(path, holder="")
            _undo_restore(real)
            _require_one_name(path, real, file, under_several_names=under_several_names)
            _note_process(lock, os.fstat(file))
            locked = LockedFile(real, file, lock)
            undo.pop_all()
            return locked
    except OSError as error:
        which = f"{error.filename}: " if error.filename not in {None, str(path), str(real)} else ""
        raise StorageError(f"{path} cannot be used as the database: {which}{error.strerror}") from error


def holder(path: Path) -> str | None:
    """Return the id of the process that has the database, ``unknown`` if it is not noted, ``None`` if none has it.

    Raises ``OSError`` if the file cannot be read.
    """
    real = Path(os.path.realpath(path))
    with contextlib.suppress(FileNotFoundError):
        lock = os.open(f"{real}.lock", os.O_RDONLY | os.O_CLOEXEC)
        try:
            if not _try_lock(lock, fcntl.LOCK_SH):
                return _process(lock) or "unknown"
        finally:
            os.close(lock)
    with _guard, contextlib.suppress(FileNotFoundError):
        if _identity(real.stat()) in _locked_files:
            return str(os.getpid())
        if _HAS_FILE_LOCKS:
            file = os.open(real, os.O_RDONLY | os.O_CLOEXEC)
            try:
                return None if _is_file_free(file) else "unknown"
            finally:
                os.close(file)
    return None


def is_at_rest(path: Path) -> bool:
    """Return whether no process has the database and it has no log: then reading it creates nothing beside it.

    Raises ``OSError`` if the file cannot be read.
    """
    log = Path(f"{os.path.realpath(path)}-wal")
    return not (log.exists() and log.stat().st_size) and holder(path) is None


def lock_file(file: int) -> bool:
    """Lock a file until its descriptor is closed, whatever SQLite does with the file; return whether nobody else has
    locked it. Returns ``True`` on systems without such locks."""
    if not _HAS_FILE_LOCKS:
        return True
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _BYTE, 1, 0))
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            return False
        raise
    return True


def _identity(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino


def _open_lock(real: Path) -> int:
    return os.open(f"{real}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)


def _try_lock(lock: int, how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_file_free(file: int) -> bool:
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _BYTE, 1, 0)
    kind: int = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_OFD_GETLK, asked))[0]
    return kind == fcntl.F_UNLCK


def _process(lock: int) -> str:
    return os.pread(lock, 32, 0).decode(errors="replace").strip()


def _note_process(lock: int, database: os.stat_result) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    if os.geteuid() == 0:
        # As SQLite does with its log: the service must be able to open files that root creates beside its database.
        os.fchown(lock, database.st_uid, database.st_gid)


def _require_one_name(path: Path, real: Path, file: int, *, under_several_names: bool) -> None:
    here = os.fstat(file)
    if not real.exists() or _identity(real.stat()) != _identity(here):
        raise StorageError(f"{path} was moved or replaced while it was opened: try again")
    if here.st_nlink > 1 and not under_several_names:
        raise StorageError(_several_names(path, real, here.st_nlink))


def several_names(path: Path) -> str:
    """Return why ``lock_database`` would refuse a file because of its names, or an empty string. Raises ``OSError``."""
    real = Path(os.path.realpath(path))
    count = real.stat().st_nlink - len(_restores_begun(real))
    return _several_names(path, real, count) if count > 1 else ""


def _several_names(path: Path, real: Path, count: int) -> str:
    return (
        f"{path} has {count} names (hard links), and SQLite looks for its log by the name, so under another"
        " one the newest data is not there. Remove the other names, or copy it and use the copy"
        f" (find / -xdev -samefile {real})"
    )


def _restores_begun(real: Path) -> list[Path]:
    """Return the second names that killed restores have given a database before they replaced it."""
    if real.stat().st_nlink == 1:
        return []
    kept = re.compile(re.escape(f"{real.name}{KEPT}") + r"\d{8}T\d{6}Z(-\d+)?")
    return [
        each
        for each in real.parent.iterdir()
        if kept.fullmatch(each.name) and _identity(each.lstat()) == _identity(real.stat())
    ]


def _undo_restore(real: Path) -> None:
    """Undo a killed restore that did not replace the database: remove its second name, and move its companion files
    back."""
    for second in _restores_begun(real):
        for suffix in BESIDE:
            moved = Path(f"{second}{suffix}")
            if moved.exists() and not Path(f"{real}{suffix}").exists():
                moved.rename(f"{real}{suffix}")
        second.unlink()


def _in_use(path: Path, *, holder: str) -> StorageError:
    who = holder or "unknown: it has opened the file by another name, or its .lock file was removed"
    return StorageError(
        f"{path} is in use by another amity (process {who}): one SQLite file serves one process; "
        "stop that one first, or use PostgreSQL"
    )
