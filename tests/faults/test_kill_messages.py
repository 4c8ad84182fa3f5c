"""``kill -9`` of the server at random moments while people write to each other: each answered message is there once,
and the business server is told of it.

``AMITY_KILLS=50`` kills 50 times on each database.
"""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from tests.faults import leases
from tests.faults.chats import Chats, problems, pulled, told_problems, unread_problems
from tests.faults.conftest import KILLS, settings_for
from tests.faults.verification import drained
from tests.support.business_server import BusinessServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

PEOPLE = 6


EVENTS = ("beforeSendSingleMsg", "afterSendSingleMsg", "afterMsgSaveDB")


@pytest.mark.timeout(60 + 12 * KILLS)
@pytest.mark.parametrize("asks", [False, True], ids=["alone", "with a business server"])
async def test_a_killed_server_has_every_answered_message_once_and_its_numbers_have_no_gap(
    tmp_path, database_url, chance, report, asks
):
    began = time.monotonic()
    people = [f"person-{number}" for number in range(PEOPLE)]
    async with AsyncExitStack() as stack:
        business = await stack.enter_async_context(BusinessServer())
        settings = settings_for(database_url, business.url)
        settings["callbacks"] |= {event: {"enable": asks, "timeout": 10} for event in EVENTS}
        server = await stack.enter_async_context(ServerProcess(tmp_path, settings))
        rest = await stack.enter_async_context(Rest(server.url))
        await rest.register(*people)
        chats = Chats(rest, f"ws://127.0.0.1:{server.gateway_port}", people, chance)
        async with chats.running():
            for _ in range(KILLS):
                await chats.answered(chance.randrange(300))
                await asyncio.sleep(chance.uniform(0, 0.03))
                chats.pause()
                server.kill()
                await leases.expire(database_url)
                await server.start()
                chats.resume()
            await chats.answered(50)
        sent = chats.sent
        found = {
            (user, peer): await pulled(rest, f"ws://127.0.0.1:{server.gateway_port}", user, peer)
            for user in people
            for peer in people
            if user != peer
        }
        await drained(rest)
        wrong = problems(sent, found) + await unread_problems(rest, found)
        wrong += told_problems(business.requests, found) if asks else []
        shown = "\n".join(wrong[:20])
        assert not wrong, f"{len(wrong)} problems:\n{shown}\n{server.log}"
        assert await server.terminate() == 0
        assert bool(business.requests) == asks
    assert sent.repeats
    assert sent.broken_off
    report(
        f"{database_url.split(':')[0]}: {KILLS} kills while people wrote in {time.monotonic() - began:.0f} s;"
        f" {len(sent.answers)} messages answered, {sent.broken_off} broken off, {sent.repeats} repeated"
    )
