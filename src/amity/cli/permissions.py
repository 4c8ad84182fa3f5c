"""Find files with secrets or personal data that other users of this machine can read or write."""

import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from amity.settings import RelaySettings, Settings

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Exposed:
    """A file that others can read or write. ``text`` says so with its mode; ``mend`` is the command against it."""

    text: str
    mend: str


def private_files(settings: Settings | RelaySettings, sources: Iterable[Path]) -> list[Path]:
    """Return the files that nobody else should read: those that the settings came from, the SQLite file with its log,
    TLS keys."""
    files = [*sources]
    if settings.database.startswith(_SQLITE):
        database = settings.database.removeprefix(_SQLITE)
        files += [Path(database), Path(f"{database}-wal")]
    tls = settings.callbacks.tls
    # If no key file is set, the certificate's file contains the key.
    if key := tls.client_key or tls.client_certificate:
        files.append(Path(key))
    return files


def exposed(files: Iterable[Path]) -> list[Exposed]:
    """Return what others can read, write or replace: the files themselves, and their directories.

    Files that do not exist are left out. So are files on a read-only mount, such as a container's secrets: this user
    could not change them, and the platform sets their modes. A group's rights do not count if this process itself reads
    the file only by its group, because then the owner gave that right on purpose. Files of root count as this user's
    own. If root runs this to check a service user's files, those of the first owner other than root count too.
    """
    existing = [(file, status) for file in files if (status := _status(file)) is not None]
    owners = {0, os.geteuid()}
    if owners == {0}:
        owners |= {*[status.st_uid for _, status in existing if status.st_uid][:1]}
    found = []
    for file, status in existing:
        found += _by_owner(file, status, owners) + _by_mode(file, status)
    for directory in dict.fromkeys(file.absolute().parent for file, _ in existing):
        mode = stat.S_IMODE(directory.stat().st_mode)
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            text = f"{directory}: other users of this machine can replace the files in it (mode {mode:o})"
            found.append(Exposed(text, f"chmod o-w {directory}"))
    return found


def _status(file: Path) -> os.stat_result | None:
    try:
        if os.name == "nt" or os.statvfs(file).f_flag & os.ST_RDONLY:
            return None
        status = file.stat()
        return status if stat.S_ISREG(status.st_mode) else None
    except OSError:
        return None


def _by_owner(file: Path, status: os.stat_result, owners: set[int]) -> list[Exposed]:
    if status.st_uid in owners:
        return []
    return [
        Exposed(
            f"{file}: belongs to {user_name(status.st_uid)}, who can change it",
            f"chown {user_name(max(owners))} {file}",
        )
    ]


def _by_mode(file: Path, status: os.stat_result) -> list[Exposed]:
    mode = stat.S_IMODE(status.st_mode)
    seen = mode & (stat.S_IROTH | stat.S_IWOTH)
    if status.st_uid == os.geteuid() or status.st_gid not in {os.getegid(), *os.getgroups()}:
        seen |= mode & (stat.S_IRGRP | stat.S_IWGRP)
    if not seen:
        return []
    what = "write" if seen & (stat.S_IWGRP | stat.S_IWOTH) else "read"
    return [Exposed(f"{file}: other users of this machine can {what} it (mode {mode:o})", f"chmod 600 {file}")]


def user_name(number: int) -> str:
    """Return a user's name, or ``user 1000`` if the number has no name."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
