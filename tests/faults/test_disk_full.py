"""A disk that is full: imports fail with 90002 and leave nothing behind, reads go on, and so does the server when there
is room again.

Once as a limit on the size of files, which needs no rights: a write behind it fails as on a full disk, with another
error (EFBIG for ENOSPC). Once on a file system of its own that really is full, where one may be mounted.
"""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.faults.conftest import stage
from tests.faults.ledger import Outcome
from tests.faults.verification import drained

OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"]
TIMES = 2
"""Recovering once is not enough."""


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


@pytest.fixture(params=[LimitedFiles, TinyDisk])
def disk(request, tmp_path):
    """A disk that can be filled, for the server's database."""
    if request.param is TinyDisk and not may_mount():
        pytest.skip("a file system of one's own may not be mounted here")
    folder = tmp_path / "data"
    folder.mkdir()
    return request.param(folder)


async def test_a_full_disk_fails_imports_with_90002_and_the_server_goes_on_when_there_is_room(tmp_path, disk, chance):
    url = f"sqlite:///{tmp_path}/data/amity.db"
    async with stage(tmp_path, url, chance, tolerated=frozenset({90002}), prefix=disk.prefix) as scene:
        server, load = scene.server, scene.load
        page = {"pageNumber": 1, "showNumber": 9}
        scene.ledger.failed = Outcome.REFUSED  # nothing may have been written of these
        pid = server.pid
        async with load.running():
            for _ in range(TIMES):
                await load.answered(30)
                disk.fill(pid)
                await load.answered(30, code=90002)
                for person in scene.people[:8]:
                    await scene.rest.friends(person)
                    await scene.rest.data("/friend/get_friend_list", {"userID": person, "pagination": page})
                disk.make_room(pid)
                await load.answered(30)
        assert server.pid == pid
        await drained(scene.rest)  # before the look at the database, which may be a copy
        await scene.verify(disk.database_url(pid))
