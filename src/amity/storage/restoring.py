"""Restore of a SQLite database from a copy, while no server uses it. These functions block."""

import contextlib
import itertools
import os
import secrets
import sqlite3
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from amity.clock import SYSTEM_CLOCK
from amity.storage.backup import copy, reason, require_whole, sync, written_beside
from amity.storage.database import StorageError
from amity.storage.sqlite.file_lock import BESIDE, KEPT, lock_database


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A finished restore: the version of the database, and the path under which the previous one is kept, if there was
    one."""

    version: int
    kept: Path | None


def restore(path: Path, source: Path) -> Restored:
    """Replace the database at ``path`` with a copy of ``source``, keeping owner and mode.

    The previous database is kept beside it. Clients fetch all their lists anew. Raises ``StorageError``; then the
    database is unchanged.
    """
    origin = Path(os.path.realpath(source))
    real = Path(os.path.realpath(path))
    if not origin.is_file():
        raise StorageError(f"{source}: there is no such file")
    if real.exists() and origin.samefile(real):
        raise StorageError(f"{source}: this is the database itself")
    was_there = real.exists()
    locked = lock_database(path, under_several_names=True)
    try:
        with written_beside(real) as new:
            copy(origin, new)
            version = require_whole(new)
            _forget_what_clients_have(new)
            _copy_owner(new, real.stat() if was_there else real.parent.stat(), replaces=was_there)
            sync(new)
            kept = _keep_previous(real) if was_there else None
            new.replace(real)
            sync(real.parent)
    except (sqlite3.Error, OSError, StorageError) as error:
        if not was_there and not real.stat().st_size:
            real.unlink()
        raise StorageError(f"{path} could not be restored from {source}: {reason(error)}") from error
    finally:
        locked.release()
    return Restored(version=version, kept=kept)


def _forget_what_clients_have(path: Path) -> None:
    """Give all lists a new identity: clients may have versions that the restored lists have not reached yet."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("update facts set value = ? where name = 'list_version_id'", (secrets.token_hex(12),))


def _copy_owner(path: Path, model: os.stat_result, *, replaces: bool) -> None:
    """Give a file the owner and mode of the file that it replaces.

    If root restores a new file, it gets the owner of its directory, because a service must be able to open it. Raises
    ``OSError`` if this user may not change the owner.
    """
    here = path.stat()
    if (model.st_uid, model.st_gid) != (here.st_uid, here.st_gid) and (replaces or os.geteuid() == 0):
        os.chown(path, model.st_uid, model.st_gid)
    if replaces:
        path.chmod(stat.S_IMODE(model.st_mode))


def _keep_previous(path: Path) -> Path:
    """Give the database a second name, move its companion files there too, and return that name.

    The first name always has a database, the old one or the new one, wherever this is interrupted. The second name is
    created first: by it ``lock_database`` recognises an unfinished restore.
    """
    _checkpoint_log(path)
    kept = _free_name(path)
    try:
        kept.hardlink_to(path)
    except OSError:  # a file system without hard links
        path.rename(kept)
    for suffix in BESIDE:
        # SQLite would apply the file to the restored database.
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{kept}{suffix}")
    return kept


def _checkpoint_log(path: Path) -> None:
    """Checkpoint the log into the file. A damaged database keeps its log."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("select count(*) from sqlite_master").fetchone()


def _free_name(path: Path) -> Path:
    stamp = datetime.fromtimestamp(SYSTEM_CLOCK.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in itertools.count(1):
        name = path.with_name(f"{path.name}{KEPT}{stamp}{f'-{number}' if number > 1 else ''}")
        if not any(Path(f"{name}{suffix}").exists() for suffix in ("", *BESIDE)):
            return name
    raise AssertionError("unreachable")
