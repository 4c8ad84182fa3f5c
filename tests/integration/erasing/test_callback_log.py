"""What the callback log has of an erased user goes with it, wherever a body names the user."""

import asyncio

from tests.integration.conftest import import_callbacks
from tests.integration.erasing.conftest import GONE, PAGE, Town


async def entries(rest, count):
    """Return the entries of the log by owner and verdict, as soon as there are so many, each with its bodies."""
    async with asyncio.timeout(10):
        while (found := await rest.data("/callback/log", {"pagination": PAGE}))["total"] < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    read = [await rest.data("/callback/log_entry", {"seq": each["seq"]}) for each in found["entries"]]
    return {(each["entry"]["ownerUserID"], each["entry"]["verdict"]): each for each in read}


async def test_with_a_user_go_the_bodies_that_name_it_and_no_others(start_server, business):
    town = Town(await start_server(callbacks=import_callbacks(business), clientImport="open"))
    await town.people()
    business.reaction = lambda request: {"friendUserIDs": request.json["friendUserIDs"]}
    await town.rest.import_friends("bob", [GONE])
    await town.rest.import_friends("cy", ["dora"])
    before = await entries(town.rest, 4)
    assert GONE in before["bob", "modified"]["request"]
    assert GONE in before["bob", "modified"]["answer"]
    await town.erase()
    await town.finished()
    after = await entries(town.rest, 4)
    for verdict in ("modified", "delivered"):
        gone = after["bob", verdict]
        assert (gone["request"], gone["answer"]) == ("", "")
        assert gone["requestBytes"]
        assert after["cy", verdict] == before["cy", verdict]
