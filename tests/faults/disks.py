"""Disks that can be filled: once as a limit on the size of files, which needs no rights, once a real file system.

A write behind the limit fails as on a full disk, with another error (EFBIG for ENOSPC).
"""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"]


class LimitedFiles:
    """The server's files may not grow: the write-ahead log is the one that would have to."""

    prefix = ()

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._usual = resource.getrlimit(resource.RLIMIT_FSIZE)

    def database_url(self, pid: int) -> str:
        return f"sqlite:///{self._folder}/amity.db"

    def fill(self, pid: int) -> None:
        largest = max(file.stat().st_size for file in self._folder.iterdir())
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest, self._usual[1]))

    def make_room(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, self._usual)


class TinyDisk:
    """A file system in memory that only the server and what it starts see, and we through ``/proc``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        mount = f'mount -t tmpfs -o size=64m tmpfs "{folder}" && exec "$@"'
        self.prefix = (*OWN_MOUNTS, "sh", "-c", mount, "sh")

    def database_url(self, pid: int) -> str:
        """Copy the database to where SQLite finds it: it would follow /proc/1/root to the root of this process."""
        os.kill(pid, signal.SIGSTOP)
        try:
            for name in ("amity.db", "amity.db-wal"):
                shutil.copy(self._seen(pid) / name, self._folder / name)
        finally:
            os.kill(pid, signal.SIGCONT)
        return f"sqlite:///{self._folder}/amity.db"

    def fill(self, pid: int) -> None:
        with (self._seen(pid) / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(b"\0" * 4096):
                pass

    def make_room(self, pid: int) -> None:
        (self._seen(pid) / "ballast").unlink()

    def _seen(self, pid: int) -> Path:
        return Path(f"/proc/{pid}/root{self._folder}")


def may_mount() -> bool:
    """Whether this user may mount a file system for one program, as on most machines and in few containers."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True)
    return tried.returncode == 0
