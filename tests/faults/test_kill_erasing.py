"""``kill -9`` while a user is erased who has many friends, groups and messages: the erasure goes on, and does nothing
twice."""

import asyncio

import pytest

from tests.faults import leases
from tests.faults.conftest import KILLS
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess
from tests.support.stored_rows import stored_rows

FRIENDS = [f"f{number:03}" for number in range(400)]
WRITTEN_TO = FRIENDS[:40]
MESSAGES = 50
"""Messages in each chat, every other one of the user who is erased."""
GROUPS = 12
TIME = 1_700_000_000_000


@pytest.mark.timeout(120 + 20 * KILLS)
async def test_a_killed_server_goes_on_and_does_nothing_twice(tmp_path, database_url, chance):
    settings = {"secret": SECRET, "admins": [ADMIN], "database": database_url}
    async with ServerProcess(tmp_path, settings) as server, Rest(server.url) as rest:
        await fill(rest)
        await rest.data("/user/erase_user", {"userID": "ann"})
        rounds = []
        for kill in range(KILLS):
            if kill:
                await server.start()
            await asyncio.sleep(chance.uniform(0.0, 0.3 if kill else 0.02))
            server.kill()
            rounds += await stored_rows(database_url, "select round from erasures")
            await leases.expire(database_url)
        assert (0,) in rounds, "no kill came before all was gone, so nothing was tested"
        await server.start()
        erasure = await gone(rest)
        counts = [erasure[each] for each in ("friendCount", "messageCount", "conversationCount")]
        # Each group has its conversation and the chats theirs, so they are as many as were there before.
        assert counts == [len(FRIENDS), len(WRITTEN_TO) * MESSAGES // 2, len(WRITTEN_TO) + GROUPS]
        assert erasure["groupCount"] in range(GROUPS - KILLS, GROUPS + 1)  # one that is left just before a kill
    await nothing_is_left(database_url)


async def fill(rest):
    await rest.register("ann", *FRIENDS)
    await rest.import_friends("ann", FRIENDS)
    for friend in WRITTEN_TO:
        pairs = [("ann", friend), (friend, "ann")] * (MESSAGES // 2)
        messages = [
            {
                "sendID": sender,
                "recvID": receiver,
                "sendTime": TIME + number,
                "contentType": 101,
                "content": {"content": f"{sender} wrote {number}"},
                "clientMsgID": f"{sender}-{receiver}-{number}",
            }
            for number, (sender, receiver) in enumerate(pairs)
        ]
        await rest.data("/msg/import_messages", {"messages": messages})
    for number in range(GROUPS):
        owner, member = ("ann", FRIENDS[number]) if number % 2 else (FRIENDS[number], "ann")
        info = {"groupID": f"g{number}", "groupName": "G", "groupType": 2}
        await rest.data("/group/create_group", {"ownerUserID": owner, "memberUserIDs": [member], "groupInfo": info})


async def gone(rest):
    """Wait until all is gone, and return the erasure: a minute later it would be looked for what came meanwhile."""
    asked = {"userIDs": ["ann"], "pagination": {"pageNumber": 1, "showNumber": 1}}
    async with asyncio.timeout(60):
        while True:
            (erasure,) = (await rest.data("/user/get_erasures", asked))["erasures"]
            if erasure["state"] != "running":
                return erasure
            await asyncio.sleep(0.05)


async def nothing_is_left(database_url):
    left = "select count(*) from friends where owner_seq = u.user_seq or (friend_seq = u.user_seq and deleted = 0)"
    in_groups = "select count(*) from group_members where user_seq = u.user_seq and deleted = 0"
    owned = "select count(*) from chat_groups where owner_seq = u.user_seq"
    rows = await stored_rows(
        database_url, f"select ({left}), ({in_groups}), ({owned}) from users as u where u.user_id = 'ann'"
    )
    assert rows == [(0, 0, 0)]
    bodies = [bytes(row[0]) for row in await stored_rows(database_url, "select body from messages")]
    assert not any(b"ann wrote" in body for body in bodies)
    assert sum(b" wrote " in body for body in bodies) == len(WRITTEN_TO) * MESSAGES // 2
    numbers = "select timeline, count(*), max(seq) from messages group by timeline"
    assert all(count == last for _, count, last in await stored_rows(database_url, numbers))
