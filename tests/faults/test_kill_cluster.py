"""``kill -9`` of processes that serve one database, at random moments while people write over all of them.

Each answered message is there once. Each client is pushed each conversation in order, without a gap, whichever process
it is connected to, and the sender, and has everything soon after.

``AMITY_KILLS=50`` kills 50 times on each bus.
"""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from amity.wire.conversation_ids import single_id
from tests.faults.chats import Chats, problems, pulled, told_problems, unread_problems
from tests.faults.conftest import KILLS, settings_for
from tests.faults.followers import PLATFORM, Follower, following, synced
from tests.faults.verification import drained
from tests.support.business_server import BusinessServer
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

PEOPLE = 6
EVENTS = ("afterSendSingleMsg", "afterMsgSaveDB")


@pytest.fixture(params=["notify", "redis"])
def bus(request):
    """The URL of the bus: PostgreSQL's own, or a Redis."""
    if request.param == "notify":
        yield ""
    else:
        with RedisServer() as redis:
            yield redis.url


@pytest.mark.timeout(90 + 15 * KILLS)
async def test_clients_of_killed_processes_and_of_others_have_every_message_in_order(
    tmp_path, postgres_server: PostgresServer, bus, chance, report
):
    began = time.monotonic()
    people = [f"person-{number}" for number in range(PEOPLE)]
    url = postgres_server.create_database(f"cluster_{chance.randrange(10**9)}")
    async with AsyncExitStack() as stack:
        business = await stack.enter_async_context(BusinessServer())
        settings = settings_for(url, business.url, bus=bus)
        settings["callbacks"] |= {event: {"enable": True, "timeout": 10} for event in EVENTS}
        servers = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            servers.append(await stack.enter_async_context(ServerProcess(tmp_path / name, settings)))
        running = list(servers)

        def anywhere() -> str:
            return f"ws://127.0.0.1:{chance.choice(running).gateway_port}"

        rests = {server: await stack.enter_async_context(Rest(server.url)) for server in servers}
        rest = rests[servers[0]]
        await rest.register(*people)
        admin = await rest.token("imAdmin")
        followers = []
        for user in people:
            asked = {"userID": user, "platformID": PLATFORM}
            answer = (await rest.raw("/auth/get_user_token", asked, token=admin)).json()
            followers.append(Follower(user, answer["data"]["token"], anywhere))
        chats = Chats(rest, anywhere, people, chance)
        for user in people:
            await rest.token(user)
        async with following(followers):
            async with chats.running():
                for _ in range(KILLS):
                    await chats.answered(chance.randrange(50, 300))
                    await asyncio.sleep(chance.uniform(0, 0.03))
                    killed = chance.choice(servers)
                    running.remove(killed)
                    killed.kill()
                    await chats.answered(chance.randrange(50))
                    await killed.start()
                    running.append(killed)
                await chats.answered(50)
            found = {
                (user, peer): await pulled(rest, anywhere(), user, peer)
                for user in people
                for peer in people
                if user != peer
            }

            def wanted(user: str) -> dict[str, int]:
                return {single_id(user, peer): len(found[user, peer]) for peer in people if peer != user}

            wrong = await synced(followers, wanted, within=10)
        wrong += [problem for each in followers for problem in each.problems]
        await drained(rest)
        wrong += problems(chats.sent, found) + await unread_problems(rest, found)
        wrong += told_problems(business.requests, found)
        shown = "\n".join(wrong[:20])
        assert not wrong, f"{len(wrong)} problems:\n{shown}\n{servers[0].log}\n{servers[1].log}"
        for server in servers:
            assert await server.terminate() == 0
    sent = chats.sent
    report(
        f"cluster, {'redis' if bus else 'notify'}: {KILLS} kills of one of two processes in"
        f" {time.monotonic() - began:.0f} s; {len(sent.answers)} messages answered, {sent.broken_off} broken off,"
        f" {sum(each.pushes for each in followers)} pushes to {sum(each.connections for each in followers)} connections"
    )
