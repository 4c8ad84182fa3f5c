"""``kill -9`` of PostgreSQL under load, while the server lives: it says so, and goes on by itself when it is back."""

import asyncio
import time

import httpx
import pytest

from tests.faults.conftest import KILLS, stage
from tests.support.postgres import PostgresServer

CRASHES = max(2, KILLS // 5)


@pytest.mark.timeout(60 + 30 * CRASHES)
async def test_a_server_whose_postgresql_is_killed_answers_90002_and_recovers_by_itself(tmp_path, chance, report):
    began = time.monotonic()
    with PostgresServer() as postgres:
        url = postgres.create_database("amity")
        async with stage(tmp_path, url, chance, tolerated=frozenset({90002})) as scene:
            server, load = scene.server, scene.load
            first_pid = server.pid
            async with load.running(), httpx.AsyncClient(verify=False, base_url=server.url, trust_env=False) as probe:
                for _ in range(CRASHES):
                    await load.answered(chance.randrange(10, 60))
                    await asyncio.sleep(chance.uniform(0, 0.05))
                    postgres.kill()
                    await load.answered(1, code=90002)
                    assert (await probe.get("/readyz")).status_code == 503
                    assert (await probe.get("/healthz")).status_code == 200
                    # In a thread, so that calls go on while it recovers.
                    await asyncio.to_thread(postgres.start)
                    await load.answered(20)
                    assert (await probe.get("/readyz")).status_code == 200
            assert server.pid == first_pid
            await scene.verify()
    report(f"{CRASHES} kills of PostgreSQL in {time.monotonic() - began:.0f} s; {scene.ledger.summary()}")
