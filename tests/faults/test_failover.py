"""The primary of two PostgreSQL servers is killed under load, and its synchronous replica promoted: nothing that was
answered is lost, and the server goes on by itself."""

import asyncio
import time

import httpx
import pytest

from tests.faults.conftest import stage
from tests.support.postgres import PostgresServer
from tests.support.replica import Replica


def url_of(*servers: PostgresServer) -> str:
    hosts = ",".join(f"127.0.0.1:{each.port}" for each in servers)
    return f"postgresql://amity@{hosts}/amity"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("level", ["on", "remote_apply"])
async def test_a_server_whose_primary_is_killed_goes_on_with_the_promoted_replica(tmp_path, chance, report, level):
    with PostgresServer() as primary:
        primary.create_database("amity")
        with Replica(primary) as replica:
            replica.confirm(level)
            async with stage(tmp_path, url_of(primary, replica), chance, tolerated=frozenset({90002})) as scene:
                server, load = scene.server, scene.load
                first_pid = server.pid
                async with load.running(), httpx.AsyncClient(base_url=server.url, trust_env=False) as probe:
                    await load.answered(chance.randrange(20, 60))
                    await asyncio.sleep(chance.uniform(0, 0.05))
                    primary.kill()
                    await load.answered(1, code=90002)
                    assert (await probe.get("/readyz")).status_code == 503
                    await asyncio.to_thread(replica.promote)
                    promoted = time.monotonic()
                    await load.answered(1)
                    away = time.monotonic() - promoted
                    await load.answered(30)
                    assert (await probe.get("/readyz")).status_code == 200
                assert server.pid == first_pid
                assert away < 5
                await scene.verify(replica.url("amity"))
    report(f"{level}: {away:.2f} s from the promotion to the first answer; {scene.ledger.summary()}")
