"""Putting a copy of a SQLite database in its place, which no server has then. This blocks."""

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
from amity.storage.taking import BESIDE, KEPT, take


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put in place: the version of the database, and where the one that was there is kept, if there was
    one."""

    version: int
    kept: Path | None


def restore(path: Path, source: Path) -> Restored:
    """Put a copy of ``source`` in the place of the database at ``path``, whose owner and mode it gets.

    The database that was there is kept beside it. Clients fetch all their lists anew. Raises ``StorageError``; then the
    database is as it was.
    """
    origin = Path(os.path.realpath(source))
    real = Path(os.path.realpath(path))
    if not origin.is_file():
        raise StorageError(f"{source}: there is no such file")
    if real.exists() and origin.samefile(real):
        raise StorageError(f"{source}: this is the database itself")
    was_there = real.exists()
    taken = take(path, under_several_names=True)
    try:
        with written_beside(real) as new:
            copy(origin, new)
            version = require_whole(new)
            _forget_what_clients_have(new)
            _belong_as(new, real.stat() if was_there else real.parent.stat(), replaces=was_there)
            sync(new)
            kept = _keep(real) if was_there else None
            new.replace(real)
            sync(real.parent)
    except (sqlite3.Error, OSError, StorageError) as error:
        if not was_there and not real.stat().st_size:
            real.unlink()
        raise StorageError(f"{path} could not be restored from {source}: {reason(error)}") from error
    finally:
        taken.release()
    return Restored(version=version, kept=kept)


def _forget_what_clients_have(path: Path) -> None:
    """Give all lists a new identity: clients may have versions that the restored lists have yet to reach."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("update facts set value = ? where name = 'list_version_id'", (secrets.token_hex(12),))


def _belong_as(path: Path, model: os.stat_result, *, replaces: bool) -> None:
    """Give a file the owner and the mode of the one that it replaces. A new one gets the owner of its directory from
    root, who restores what a service has to open. Raises ``OSError`` if this user may not give it away."""
    here = path.stat()
    if (model.st_uid, model.st_gid) != (here.st_uid, here.st_gid) and (replaces or os.geteuid() == 0):
        os.chown(path, model.st_uid, model.st_gid)
    if replaces:
        path.chmod(stat.S_IMODE(model.st_mode))


def _keep(path: Path) -> Path:
    """Give the database a second name, and nothing that belongs to it stays beside its first. Return the new name.

    By its first name there is a database all the time, the old one or the new one, whenever this ends. By the second
    name, which comes first, ``take`` knows a restore that did not come to its end.
    """
    _carry_log_over(path)
    kept = _free_name(path)
    try:
        kept.hardlink_to(path)
    except OSError:  # a file system without links
        path.rename(kept)
    for suffix in BESIDE:
        # SQLite would take it for a part of the database that comes here.
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{kept}{suffix}")
    return kept


def _carry_log_over(path: Path) -> None:
    """Bring what stands in the log into the file; a damaged one keeps its log."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("select count(*) from sqlite_master").fetchone()


def _free_name(path: Path) -> Path:
    stamp = datetime.fromtimestamp(SYSTEM_CLOCK.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in itertools.count(1):
        name = path.with_name(f"{path.name}{KEPT}{stamp}{f'-{number}' if number > 1 else ''}")
        if not any(Path(f"{name}{suffix}").exists() for suffix in ("", *BESIDE)):
            return name
    raise AssertionError("unreachable")
