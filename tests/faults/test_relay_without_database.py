"""The relay while its database takes no writes: OpenIM's server repeats nothing, so its requests wait as long as it
does."""

import asyncio
import time

import httpx
import pytest

from tests.faults.disks import LimitedFiles
from tests.faults.relayed import Posting, relay_stage
from tests.support.postgres import PostgresServer

DOWN_SECONDS = 1.0


@pytest.fixture
def disk(tmp_path):
    """A disk that can be filled, for the relay's database."""
    folder = tmp_path / "data"
    folder.mkdir()
    return LimitedFiles(folder)


async def test_events_wait_for_room_on_the_disk_and_are_stored_in_their_order(tmp_path, disk, chance):
    async with relay_stage(tmp_path, disk.database_url(0), chance) as scene:
        pid = scene.relay.pid
        async with scene.posting.running():
            await scene.posting.answered(100)
            disk.fill(pid)
            await stands_still(scene.posting)
            disk.make_room(pid)
            await scene.posting.answered(100)
        assert not scene.posted.refused
        assert not scene.posted.open
        await scene.verify()


async def test_events_that_outlast_the_wait_of_openim_are_refused_logged_and_counted(tmp_path, disk, chance):
    brief = {"relay": {"maxWait": 0.6}, "others": {"enable": True, "timeout": 0.5}}
    async with relay_stage(tmp_path, disk.database_url(0), chance, **brief) as scene:
        pid = scene.relay.pid
        async with scene.posting.running():
            await scene.posting.answered(100)
            disk.fill(pid)
            await scene.posting.refused(20)
            disk.make_room(pid)
            await scene.posting.answered(100)
        refused = sum(map(len, scene.posted.refused.values()))
        async with httpx.AsyncClient(verify=False, base_url=scene.relay.url, trust_env=False) as probe:
            lines = (await probe.get("/metrics")).text.splitlines()
        lost = [line for line in lines if line.startswith("amity_relayed_total") and 'result="lost"' in line]
        assert sum(float(line.rpartition(" ")[2]) for line in lost) == refused
        assert scene.relay.output().count("LOST") == refused
        await scene.verify()


@pytest.mark.timeout(90)
async def test_events_wait_for_a_postgresql_that_is_killed_and_are_stored_in_their_order(tmp_path, chance):
    with PostgresServer() as postgres:
        async with relay_stage(tmp_path, postgres.create_database("relay"), chance) as scene:
            async with scene.posting.running():
                await scene.posting.answered(chance.randrange(100, 200))
                postgres.kill()
                killed_at = time.monotonic()
                await stands_still(scene.posting)
                await asyncio.sleep(DOWN_SECONDS - (time.monotonic() - killed_at))
                # In a thread, so that the workers go on waiting while it recovers.
                await asyncio.to_thread(postgres.start)
                await scene.posting.answered(100)
            assert not scene.posted.refused
            assert not scene.posted.open
            await scene.verify()


async def test_every_event_that_was_accepted_before_sigterm_is_answered_and_delivered(tmp_path, database_url, chance):
    async with relay_stage(tmp_path, database_url, chance) as scene:
        async with scene.posting.running():
            await scene.posting.answered(chance.randrange(50, 200))
            await asyncio.sleep(chance.uniform(0, 0.02))
            scene.posting.pause()
            assert await scene.relay.terminate() == 0
            await scene.relay.start()
            scene.posting.resume()
            await scene.posting.answered(50)
        await scene.verify()
        delivered = {(owner, number) for owner, numbers in scene.received.accepted.items() for number in numbers}
        unanswered = {(owner, number) for owner, numbers in scene.posted.open.items() for number in numbers}
        assert not delivered & unanswered


async def stands_still(posting: Posting) -> None:
    """Return once no worker has got an answer for a while: each waits for one."""
    async with asyncio.timeout(20):
        while await posting.news(within=0.3):
            pass
