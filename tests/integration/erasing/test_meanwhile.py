"""What was under way when a user was erased, and what other processes know of it."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from amity.app.server import Server
from amity.erasing import working
from tests.integration.conftest import import_callbacks, settings_for
from tests.integration.erasing.conftest import GONE, Town
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW
from tests.support.rest import Rest


async def test_a_friend_whom_the_business_server_still_thought_about_is_gone_too(
    start_server, business, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(working, "AGAIN_SECONDS", 2.0)
    town = Town(await start_server(callbacks=import_callbacks(business, timeout=5)))
    await town.people()
    decided = asyncio.Event()
    business.then(Answer(ALLOW, after=decided))
    importing = asyncio.create_task(town.rest.import_friends("bob", [GONE, "cy"]))
    await business.wait_for(1)
    await town.erase()
    while (await town.erasure())["state"] == "running":  # noqa: ASYNC110 - each round asks the server
        await asyncio.sleep(0.02)
    decided.set()
    assert (await importing)["errCode"] == 0
    assert GONE in await town.rest.friends("bob")
    await town.finished()
    assert await town.rest.friends("bob") == ["cy"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_another_process_does_not_know_the_user_a_moment_later(
    tmp_path_factory, database_url, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(working, "AGAIN_SECONDS", 2.0)
    async with AsyncExitStack() as stack:
        rests = []
        for name in ("one", "other"):
            server = Server(settings_for(tmp_path_factory.mktemp(name), database_url))
            await server.start()
            stack.push_async_callback(server.stop)
            rests.append(await stack.enter_async_context(Rest(f"http://127.0.0.1:{server.port}")))
        town, other = Town(rests[0]), rests[1]
        await town.people()
        assert (await other.import_friends("bob", [GONE]))["errCode"] == 0  # it has the number in memory now
        await town.erase()
        async with asyncio.timeout(10):
            while (await other.import_friends("cy", [GONE]))["errCode"] == 0:  # noqa: ASYNC110 - each round asks it
                await asyncio.sleep(0.05)
        await town.finished()
        assert (await town.rest.friends("bob"), await town.rest.friends("cy")) == ([], [])
