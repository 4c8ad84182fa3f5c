"""Who else on this machine can get at the files that hold secrets or people's data."""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from amity.settings import Settings

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Exposed:
    """A file that others can read or write: ``text`` says so with its mode, ``mend`` is the command against it."""

    text: str
    mend: str


def private_files(settings: Settings, sources: Iterable[Path]) -> list[Path]:
    """Return the files that nobody else should read: those that the settings came from, the SQLite file, TLS keys."""
    files = [*sources]
    if settings.database.startswith(_SQLITE):
        files.append(Path(settings.database.removeprefix(_SQLITE)))
    tls = settings.callbacks.tls
    # Without a key of its own the certificate's file has it.
    if key := tls.client_key or tls.client_certificate:
        files.append(Path(key))
    return files


def exposed(files: Iterable[Path]) -> list[Exposed]:
    """Return those of the files that others can read or write.

    Left out are files that are not there, and those that this user could not change anyway: on what is mounted
    read-only, as a container's secrets are, whose modes are the platform's affair. A group does not count where it is
    only by the group that this process reads the file: somebody else owns it, and has given it so.
    """
    found = []
    for file in files:
        try:
            status = file.stat()
            if os.name == "nt" or os.statvfs(file).f_flag & os.ST_RDONLY:
                continue
        except OSError:
            continue
        mode = stat.S_IMODE(status.st_mode)
        seen = mode & (stat.S_IROTH | stat.S_IWOTH)
        if status.st_uid == os.geteuid() or status.st_gid not in {os.getegid(), *os.getgroups()}:
            seen |= mode & (stat.S_IRGRP | stat.S_IWGRP)
        if seen:
            what = "write" if seen & (stat.S_IWGRP | stat.S_IWOTH) else "read"
            text = f"{file}: other users of this machine can {what} it (mode {mode:o})"
            found.append(Exposed(text, f"chmod 600 {file}"))
    return found
