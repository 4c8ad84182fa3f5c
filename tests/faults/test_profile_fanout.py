"""``kill -9`` while a changed profile is on its way to a thousand friend lists: all of them show it in the end."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from tests.faults import leases
from tests.faults.conftest import KILLS
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

FRIENDS = [f"f{number:04}" for number in range(1000)]
WATCHED = FRIENDS[::20]
"""Some of each part."""


@pytest.mark.timeout(120 + 12 * KILLS)
async def test_a_killed_server_goes_on_with_what_it_had_begun(tmp_path, database_url, chance):
    settings = {"secret": SECRET, "admins": [ADMIN], "database": database_url}
    async with ServerProcess(tmp_path, settings) as server, Rest(server.url) as rest:
        for part in range(0, len(FRIENDS), 500):
            await rest.register(*FRIENDS[part : part + 500])
        await rest.register("ann")
        await rest.import_friends("ann", FRIENDS)
        version_id = (await increment(rest, FRIENDS[0], "", 0))["versionID"]
        await rest.token("ann")
        for kill in range(KILLS):
            before = await versions(rest, version_id)
            answered = await changes_until_killed(server, rest, kill, chance)
            if kill:  # after the first, the lease of the server that was killed expires by itself
                await leases.expire(database_url)
            await server.start()
            await everybody_sees(rest, version_id, before, kill, answered)


async def changes_until_killed(server, rest, kill, chance):
    """Change the profile again and again, and kill the server on the way; return the names that were answered."""
    answered = []

    async def change(number):
        body = {"userInfo": {"userID": "ann", "nickname": f"Ann {kill}-{number}"}}
        with suppress(httpx.TransportError):
            assert (await rest.post("/user/update_user_info", body, user="ann"))["errCode"] == 0
            answered.append(f"Ann {kill}-{number}")

    calls = [asyncio.create_task(change(number)) for number in range(3)]
    await asyncio.sleep(chance.uniform(0, 0.25))
    server.kill()
    await asyncio.gather(*calls)
    return answered


async def increment(rest, user, version_id, version):
    body = {"userID": user, "versionID": version_id, "version": version}
    return await rest.data("/friend/get_incremental_friends", body)


async def versions(rest, version_id):
    async def version(user):
        return (await increment(rest, user, version_id, 1))["version"]

    return dict(zip(WATCHED, await asyncio.gather(*(version(user) for user in WATCHED)), strict=True))


async def everybody_sees(rest, version_id, before, kill, answered):
    """Return when every list shows what was stored: within seconds of the start, or of the end of the lease of the
    server that was killed."""
    name = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"][0]["nickname"]
    if not name.startswith(f"Ann {kill}-"):
        assert not answered, "a change that was answered is lost"
        return

    async with asyncio.timeout(40):
        for user in WATCHED:
            while (more := await increment(rest, user, version_id, before[user]))["version"] == before[user]:  # noqa: ASYNC110 - each round asks the server
                await asyncio.sleep(0.02)
            assert [each["friendUser"]["nickname"] for each in more["update"]] == [name]
