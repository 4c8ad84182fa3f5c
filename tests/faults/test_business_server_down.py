"""The business server goes away and comes back while imports go on; what piles up meanwhile stays out of memory."""

import asyncio
import json
import sqlite3
from contextlib import AsyncExitStack

import psutil

from tests.faults.conftest import settings_for, stage
from tests.faults.ledger import Judge, approval
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.processes import free_port
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

BACKLOG = 20_000
OWNERS = 4_000
FRIENDS_OF_EVENT = 400
MOST_BYTES = 200 * 1024 * 1024
BREAKER_SECONDS = 10


async def test_a_business_server_that_is_down_refuses_or_passes_imports_and_learns_of_all_when_it_is_back(
    tmp_path, chance
):
    # Side by side, because each waits for a breaker.
    await asyncio.gather(*[goes_and_comes_back(tmp_path, chance, passes) for passes in (False, True)])


async def goes_and_comes_back(tmp_path, chance, failed_continue):
    folder = tmp_path / f"failed-continue-{failed_continue}"
    folder.mkdir()
    port = free_port()
    async with stage(
        folder,
        f"sqlite:///{folder}/amity.db",
        chance,
        tolerated=frozenset({90004}),
        before={"failedContinue": failed_continue},
        rule=approval,
        business_port=port,
    ) as scene:
        load = scene.load
        judge = Judge(scene.ledger, approval)
        async with AsyncExitStack() as up:
            await up.enter_async_context(BusinessServer(judge, port=port))
            async with load.running():
                await load.answered(30)
                await up.aclose()
                await load.answered(30, code=0 if failed_continue else 90004)
                await up.enter_async_context(BusinessServer(judge, port=port))
                asked = len(scene.ledger.consulted)
                async with asyncio.timeout(BREAKER_SECONDS + 20):
                    while len(scene.ledger.consulted) < asked + 30:
                        load.pause()  # a few calls now and then are enough to see when the breaker lets one through
                        await asyncio.sleep(0.2)
                        load.resume()
                        await asyncio.sleep(0.02)
            await scene.verify()


async def test_a_long_outbox_is_not_held_in_memory(tmp_path, sqlite_url, report):
    """A business server that takes no event; then it takes them, and the server has to hurry."""
    taking = asyncio.Event()
    sizes = []

    def react(request):
        if "Before" in request.path:
            return ALLOW
        if len(business.requests) % 50 == 0:
            sizes.append(psutil.Process(server.pid).memory_info().rss)
        return Answer(ALLOW, after=taking)

    async with BusinessServer(react) as business:
        server = ServerProcess(tmp_path, settings_for(sqlite_url, business.url))
        async with server, Rest(server.url) as rest:
            people = [f"person-{number}" for number in range(FRIENDS_OF_EVENT)]
            await rest.register(*people)
            assert await server.terminate() == 0
            fill_outbox(sqlite_url.removeprefix("sqlite:///"), people)
            await server.start()
            for owner, *friends in zip(people[::4], people[1::4], people[2::4], people[3::4], strict=True):
                answer = await rest.import_friends(owner, friends)
                assert answer["errCode"] == 0
            statistics = await rest.data("/callback/statistics", {})
            assert statistics["pending"] > BACKLOG
            already = len(business.requests)
            taking.set()
            await business.wait_for(already + 3000, 40)
            sizes.append(psutil.Process(server.pid).memory_info().rss)
            assert await server.terminate() == 0
    report(f"at most {max(sizes) / 1024 / 1024:.0f} MiB with {BACKLOG} events in the outbox")
    assert max(sizes) < MOST_BYTES


def fill_outbox(path, people):
    """Write a backlog as if these events had been recorded: some kilobytes each."""
    connection = sqlite3.connect(path)
    bodies = [
        json.dumps(
            {
                "callbackCommand": "callbackAfterImportFriendsCommand",
                "ownerUserID": f"owner-{owner}",
                "friendUserIDs": people,
            }
        )
        for owner in range(OWNERS)
    ]
    with connection:
        connection.executemany(
            "insert into outbox (event_id, owner, command, operation_id, created_at, state, attempts, next_at,"
            " last_error, body) values (?, ?, 'callbackAfterImportFriendsCommand', 'filled', 0, 0, 0, 0, '', ?)",
            [(f"evt_{n:08}", f"owner-{n % OWNERS}", bodies[n % OWNERS]) for n in range(BACKLOG)],
        )
    connection.close()
