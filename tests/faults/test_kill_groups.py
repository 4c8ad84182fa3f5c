"""``kill -9`` of the server at random moments while users come into groups, leave them and write there: no half member,
no wrong bound, no missing or doubled message, no event without its change.

``AMITY_KILLS=50`` kills 50 times on each database.
"""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from tests.faults import leases
from tests.faults.conftest import KILLS, settings_for
from tests.faults.crowd import Crowd, problems, told_problems
from tests.faults.verification import drained
from tests.support.business_server import BusinessServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

USERS = [f"user-{number}" for number in range(8)]
GROUPS = ["first", "second", "third"]
EVENTS = ("beforeSendGroupMsg", "afterSendGroupMsg", "afterQuitGroup", "afterKickGroupMember", "beforeMemberJoinGroup")


@pytest.mark.timeout(60 + 12 * KILLS)
@pytest.mark.parametrize("asks", [False, True], ids=["alone", "with a business server"])
async def test_a_killed_server_has_every_change_of_a_group_whole_and_every_answered_message_once(
    tmp_path, database_url, chance, report, asks
):
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        business = await stack.enter_async_context(BusinessServer())
        settings = settings_for(database_url, business.url)
        settings["callbacks"] |= {event: {"enable": asks, "timeout": 10} for event in EVENTS}
        server = await stack.enter_async_context(ServerProcess(tmp_path, settings))
        rest = await stack.enter_async_context(Rest(server.url))
        await rest.register(*USERS)
        for number, group in enumerate(GROUPS):
            info = {"groupID": group, "groupName": group, "groupType": 2, "needVerification": 2}
            body = {"ownerUserID": USERS[number], "adminUserIDs": [USERS[3]], "memberUserIDs": USERS[4:6]}
            await rest.data("/group/create_group", {**body, "groupInfo": info})
        crowd = Crowd(rest, USERS, GROUPS, chance)
        async with crowd.running():
            for _ in range(KILLS):
                await crowd.answered(chance.randrange(100))
                await asyncio.sleep(chance.uniform(0, 0.03))
                crowd.pause()
                server.kill()
                await leases.expire(database_url)
                await server.start()
                crowd.resume()
            await crowd.answered(50)
        await drained(rest)
        assert await server.terminate() == 0
        wrong, histories = await problems(database_url, crowd.done, {USERS[3]})
        wrong += told_problems(business.requests, histories) if asks else []
        shown = "\n".join(wrong[:20])
        assert not wrong, f"{len(wrong)} problems:\n{shown}\n{server.log}"
    assert all(crowd.done.actions.values()), crowd.done.actions
    assert bool(business.requests) == asks
    sent = sum(len(own) for own in crowd.done.messages.values())
    report(
        f"{database_url.split(':')[0]}: {KILLS} kills while users acted on groups in {time.monotonic() - began:.0f} s;"
        f" {crowd.done.count} actions done, {sent} of them messages, {crowd.done.broken_off} broken off"
    )
