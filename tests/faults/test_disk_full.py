"""A disk that is full: imports fail with 90002 and leave nothing behind, reads go on, and so does the server when there
is room again.

Once on a disk of limited files, once on a file system of its own that really is full, where one may be mounted.
"""

import pytest

from tests.faults.conftest import stage
from tests.faults.disks import LimitedFiles, TinyDisk, may_mount
from tests.faults.ledger import Outcome
from tests.faults.verification import drained

TIMES = 2
"""Recovering once is not enough."""


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
