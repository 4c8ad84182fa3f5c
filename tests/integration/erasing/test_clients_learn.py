"""The clients of friends, of group members and of who has a chat with an erased user learn of it."""

import json

import pytest

from tests.integration.erasing.conftest import GONE, Town, chat
from tests.support.devices import Received
from tests.support.gateway_client import GatewayClient


def of_types(received, *types):
    return [each for each in received if each.type in types]


async def test_friends_and_who_had_it_on_a_blacklist_are_told(town: Town, devices):
    await town.people()
    await town.rest.import_friends(GONE, ["bob"])
    await town.do("/friend/add_black", {"ownerUserID": "eve", "blackUserID": GONE}, "eve")
    bob, eve = await devices.connect(town.rest, "bob"), await devices.connect(town.rest, "eve")
    await town.erase()
    deleted, unblocked = await bob.next(), await eve.next()
    assert (deleted.type, deleted.detail["fromToUserID"]) == (1205, {"fromUserID": "bob", "toUserID": GONE})
    assert (unblocked.type, unblocked.detail["fromToUserID"]) == (1208, {"fromUserID": "eve", "toUserID": GONE})


async def test_their_lists_say_who_is_gone_to_clients_that_sync(town: Town):
    await town.people()
    await town.rest.import_friends(GONE, ["bob"])
    asked = {"userID": "bob", "versionID": "", "version": 0}
    before = await town.do("/friend/get_incremental_friends", asked, "bob")
    await town.erase()
    await town.finished()
    asked |= {"versionID": before["versionID"], "version": before["version"]}
    assert (await town.do("/friend/get_incremental_friends", asked, "bob"))["delete"] == [GONE]


async def test_members_of_its_groups_are_told(town: Town, devices):
    await town.people()
    await town.make_group("owned", GONE, "cy", admins=("bob",))
    cy = await devices.connect(town.rest, "cy")
    await town.erase()
    told: list[Received] = []
    while not told or told[-1].type != 1504:
        told.append(await cy.next())
    (transferred,) = of_types(told, 1507)
    assert transferred.detail["newGroupOwner"]["userID"] == "bob"
    assert (told[-1].detail["quitUser"]["userID"], told[-1].detail["quitUser"]["nickname"]) == (GONE, "Deleted user")


async def test_who_has_a_chat_with_it_is_told_which_messages_are_gone(town: Town):
    await town.people()
    await town.send(GONE, "one", to="bob")
    await town.send("bob", "two", to=GONE)
    await town.erase()
    await town.finished()
    notices = await town.pull("bob", "n_" + chat("bob").removeprefix("si_"))
    details = [json.loads(json.loads(each["content"])["detail"]) for each in notices if each["contentType"] == 2102]
    assert [(each["userID"], each["conversationID"], each["seqs"]) for each in details] == [(GONE, chat("bob"), [1])]


async def test_members_are_told_which_messages_are_gone(town: Town):
    await town.people()
    await town.make_group("g", "bob", GONE, "cy")
    await town.send(GONE, "one", group="g")
    await town.erase()
    await town.finished()
    notices = await town.pull("cy", "n_g")
    details = [json.loads(json.loads(each["content"])["detail"]) for each in notices if each["contentType"] == 2102]
    assert [(each["userID"], each["conversationID"]) for each in details] == [(GONE, "sg_g")]


@pytest.mark.parametrize("platform", [1, 5])
async def test_its_own_clients_are_disconnected(town: Town, start_server, platform):
    await town.people()
    token = (await town.rest.data("/auth/get_user_token", {"userID": GONE, "platformID": platform}))["token"]
    codec = "js" if platform == 5 else "go"
    async with GatewayClient(start_server.gateway_url, GONE, token, platform, codec=codec) as client:
        await town.erase()
        await client.closed()
