"""The primary of two PostgreSQL servers is killed under load, and its synchronous replica promoted: nothing that was
answered is lost, and the server goes on by itself."""

import asyncio
import time

import httpx
import pytest

from tests.faults.chats import Chats, problems, pulled
from tests.faults.conftest import settings_for, stage
from tests.support.business_server import BusinessServer
from tests.support.postgres import PostgresServer
from tests.support.replica import Replica
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess


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


@pytest.mark.timeout(120)
async def test_messages_that_were_answered_before_the_primary_was_killed_are_there_once_and_without_a_gap(
    tmp_path, chance, report
):
    people = [f"person-{number}" for number in range(6)]
    with PostgresServer() as primary:
        primary.create_database("amity")
        with Replica(primary) as replica:
            replica.confirm("remote_apply")
            async with (
                BusinessServer() as business,
                ServerProcess(tmp_path, settings_for(url_of(primary, replica), business.url)) as server,
                Rest(server.url) as rest,
            ):
                gateway = f"ws://127.0.0.1:{server.gateway_port}"
                await rest.register(*people)
                chats = Chats(rest, gateway, people, chance)
                async with chats.running():
                    await chats.answered(chance.randrange(100, 300))
                    chats.pause()  # who is connected goes on, and whose sending fails connects after the promotion
                    primary.kill()
                    await asyncio.to_thread(replica.promote)
                    promoted = time.monotonic()
                    chats.resume()
                    await chats.answered(1)
                    away = time.monotonic() - promoted
                    await chats.answered(100)
                assert away < 5
                found = {
                    (user, peer): await pulled(rest, gateway, user, peer)
                    for user in people
                    for peer in people
                    if user != peer
                }
                wrong = problems(chats.sent, found)
                shown = "\n".join(wrong[:20])
                assert not wrong, f"{len(wrong)} problems:\n{shown}\n{server.log}"
                assert await server.terminate() == 0
    report(f"messages: {away:.2f} s from the promotion to the first answer; {len(chats.sent.answers)} answered")
