"""Who may import for whom, for each value of ``clientImport``."""

import pytest

from tests.integration.conftest import import_callbacks
from tests.support.behaviour import Answer
from tests.support.databases import ON_SQLITE_ALONE


async def people(rest):
    await rest.register("ann", "bob", "cy")
    return rest


@ON_SQLITE_ALONE
async def test_users_may_not_import_if_gated_without_a_callback(start_server):
    rest = await people(await start_server())
    refused = await rest.import_friends("ann", ["bob"], user="ann")
    assert (refused["errCode"], refused["errMsg"]) == (1002, "NoPermissionError")
    assert "gated" in refused["errDlt"]


async def test_users_may_import_for_themselves_if_gated_and_the_callback_approves(start_server, business):
    rest = await people(await start_server(callbacks=import_callbacks(business)))
    assert (await rest.import_friends("ann", ["bob"], user="ann"))["data"]["imported"] == ["bob"]
    business.reaction = {"nextCode": 1, "errCode": 7001, "errMsg": "no"}
    assert (await rest.import_friends("ann", ["cy"], user="ann"))["errCode"] == 7001


async def test_a_failed_callback_refuses_if_gated_whatever_failed_continue_says(start_server, business):
    rest = await people(await start_server(callbacks=import_callbacks(business, failedContinue=True)))
    business.reaction = Answer(b"", 500)
    assert (await rest.import_friends("ann", ["bob"], user="ann"))["errCode"] == 90004
    assert (await rest.import_friends("ann", ["bob"]))["errCode"] == 0


@ON_SQLITE_ALONE
@pytest.mark.parametrize("mode", ["gated", "open", "off"])
async def test_nobody_imports_for_another_user(start_server, business, mode):
    rest = await people(await start_server(clientImport=mode, callbacks=import_callbacks(business)))
    refused = await rest.import_friends("ann", ["bob"], user="cy")
    assert refused["errCode"] == 1002
    assert [each for each in business.requests if "Import" in each.path] == []


async def test_users_may_not_import_at_all_if_off(start_server, business):
    rest = await people(await start_server(clientImport="off", callbacks=import_callbacks(business)))
    assert (await rest.import_friends("ann", ["bob"], user="ann"))["errCode"] == 1002
    assert (await rest.import_friends("ann", ["bob"]))["errCode"] == 0


async def test_users_may_import_without_a_callback_if_open(start_server):
    rest = await people(await start_server(clientImport="open"))
    assert (await rest.import_friends("ann", ["bob"], user="ann"))["data"]["imported"] == ["bob"]
    listed = await rest.data("/friend/get_designated_friends", {"ownerUserID": "ann", "friendUserIDs": ["bob"]})
    assert listed["friendsInfo"][0]["operatorUserID"] == "ann"


@ON_SQLITE_ALONE
async def test_permission_is_checked_before_the_list(start_server):
    rest = await people(await start_server())
    for friends in ([], ["zoe"], ["bob", "bob"], ["ann"]):
        assert (await rest.import_friends("ann", friends, user="bob"))["errCode"] == 1002


async def test_users_may_not_import_a_friend_who_blacklisted_them_but_administrators_may(start_server):
    rest = await people(await start_server(clientImport="open"))
    await rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "ann"})
    refused = await rest.import_friends("ann", ["cy", "bob"], user="ann")
    assert (refused["errCode"], refused["errMsg"]) == (1302, "BlockedByPeer")
    assert "bob" in refused["errDlt"]
    assert await rest.friends("ann") == []
    partial = await rest.import_friends("ann", ["cy", "bob"], user="ann", partial=True)
    assert partial["data"]["imported"] == ["cy"]
    assert partial["data"]["skipped"] == [{"userID": "bob", "errCode": 1302, "errMsg": "BlockedByPeer"}]
    assert (await rest.import_friends("ann", ["bob"]))["data"]["imported"] == ["bob"]
