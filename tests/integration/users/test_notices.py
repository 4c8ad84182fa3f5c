"""Who is notified if a profile changes, over real connections."""

import pytest

from tests.support.devices import Devices

UPDATE, UPDATE_EX = "/user/update_user_info", "/user/update_user_info_ex"


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
    """Return the notifications of ann, bob, cy and eve, a stranger: type and detail of each."""
    everybody = [await devices.connect(people, user) for user in ("ann", "bob", "cy", "eve")]

    async def told():
        return [[(each.type, each.detail) for each in await device.received()] for device in everybody]

    return told


OWN, FRIENDS = (1303, {"userID": "ann"}), (1209, {"userID": "ann"})


@pytest.mark.parametrize("caller", ["imAdmin", "ann"])
@pytest.mark.parametrize("change", [{"nickname": "Ann"}, {"faceURL": "https://example.com/a.png"}, {"ex": "{}"}])
@pytest.mark.parametrize("path", [UPDATE, UPDATE_EX])
async def test_a_changed_profile_notifies_the_user_and_the_users_who_see_it(people, told, path, change, caller):
    await people.data(path, {"userInfo": {"userID": "ann", **change}}, user=caller)
    assert await told() == [[OWN], [FRIENDS], [FRIENDS], []]


async def test_a_changed_profile_notifies_all_devices_of_the_user(people, devices):
    phone, web = [await devices.connect(people, "ann", platform) for platform in (1, 5)]
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}})
    assert [each.type for each in await phone.received()] == [1303]
    assert [each.type for each in await web.received()] == [1303]


async def test_a_former_friend_is_not_notified_of_a_changed_profile(people, told):
    await people.data("/friend/delete_friend", {"ownerUserID": "bob", "friendUserID": "ann"})
    await told()
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}})
    assert await told() == [[OWN], [], [FRIENDS], []]


async def test_a_notified_friend_finds_the_change_on_its_list(people, devices):
    bob = await devices.connect(people, "bob")
    version = await people.data("/friend/get_incremental_friends", {"userID": "bob"})
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}})
    assert (await bob.next()).type == 1209
    asked = {"userID": "bob", "versionID": version["versionID"], "version": version["version"]}
    (changed,) = (await people.data("/friend/get_incremental_friends", asked))["update"]
    assert changed["friendUser"]["nickname"] == "Ann"


async def test_a_change_that_others_do_not_see_notifies_the_user_only(people, told):
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "ann"}})
    await people.data(UPDATE_EX, {"userInfo": {"userID": "ann", "globalRecvMsgOpt": 1}})
    assert await told() == [[OWN, OWN], [], [], []]


async def test_a_refused_change_and_a_registration_notify_nobody(people, told):
    refused = await people.post(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}}, user="bob")
    assert refused["errCode"] == 1002
    refused = await people.post(UPDATE_EX, {"userInfo": {"userID": "nobody", "nickname": "x"}})
    assert refused["errCode"] == 1004
    await people.register("dee")
    assert await told() == [[], [], [], []]
