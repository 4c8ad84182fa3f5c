"""Who is notified if a list changes by other operations than an import, over real connections."""

import pytest

from tests.support.devices import Devices

DELETE, REMARK, UPDATE = "/friend/delete_friend", "/friend/set_friend_remark", "/friend/update_friends"


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cy", "eve")
    await rest.import_friends("ann", ["bob", "cy"])
    return rest


@pytest.fixture
async def devices(start_server):
    async with Devices(start_server) as devices:
        yield devices


@pytest.fixture
async def told(people, devices):
    """Return the notifications of ann's two devices, which are the same; her friends and strangers got none."""
    hers = [await devices.connect(people, "ann", platform) for platform in (1, 5)]
    others = [await devices.connect(people, user) for user in ("bob", "cy", "eve")]

    async def told():
        first, second = [await device.received() for device in hers]
        assert first == second
        assert [await device.received() for device in others] == [[], [], []]
        return [(each.type, each.conversation, each.detail) for each in first]

    return told


@pytest.mark.parametrize("caller", ["imAdmin", "ann"])
async def test_a_deletion_notifies_the_owner(people, told, caller):
    await people.data(DELETE, {"ownerUserID": "ann", "friendUserID": "bob"}, user=caller)
    detail = {"fromToUserID": {"fromUserID": "ann", "toUserID": "bob"}, "friendVersion": 0, "friendVersionID": ""}
    assert await told() == [(1205, "n_ann_bob", detail)]


async def test_a_deletion_of_a_stranger_notifies_nobody(people, told):
    for stranger in ("eve", "nobody"):
        await people.data(DELETE, {"ownerUserID": "ann", "friendUserID": stranger})
    assert (await people.post(DELETE, {"ownerUserID": "ann", "friendUserID": "bob"}, user="eve"))["errCode"] == 1002
    assert await told() == []


async def test_a_remark_notifies_the_owner(people, told):
    await people.data(REMARK, {"ownerUserID": "ann", "friendUserID": "bob", "remark": "the builder"})
    detail = {
        "fromToUserID": {"fromUserID": "ann", "toUserID": "bob"},
        "friendVersion": 0,
        "friendVersionID": "",
        "friendSortVersion": 0,
    }
    assert await told() == [(1206, "n_ann_bob", detail)]


async def test_a_remark_for_a_stranger_notifies_nobody(people, told):
    refused = await people.post(REMARK, {"ownerUserID": "ann", "friendUserID": "eve", "remark": "x"})
    assert refused["errCode"] == 1004
    assert await told() == []


async def test_an_update_of_several_notifies_the_owner_once_and_names_friends_only(people, told):
    await people.data(UPDATE, {"ownerUserID": "ann", "friendUserIDs": ["cy", "eve", "bob"], "isPinned": True})
    detail = {
        "fromToUserID": {"fromUserID": "", "toUserID": "ann"},
        "friendIDs": ["cy", "bob"],
        "friendVersion": 0,
        "friendVersionID": "",
    }
    assert await told() == [(1210, "n_ann_ann", detail)]


async def test_an_update_of_nothing_notifies_nobody(people, told):
    await people.data(UPDATE, {"ownerUserID": "ann", "friendUserIDs": ["eve"], "isPinned": True})
    await people.data(UPDATE, {"ownerUserID": "ann", "friendUserIDs": ["bob"]})
    assert await told() == []
