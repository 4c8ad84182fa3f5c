"""Who is told when a profile changes, over real connections."""

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
    """What ann, bob, cy and eve, a stranger, were told: of each the type and the detail."""
    everybody = [await devices.connect(people, user) for user in ("ann", "bob", "cy", "eve")]

    async def told():
        return [[(each.type, each.detail) for each in await device.received()] for device in everybody]

    return told


OWN, FRIENDS = (1303, {"userID": "ann"}), (1209, {"userID": "ann"})


@pytest.mark.parametrize("caller", ["imAdmin", "ann"])
@pytest.mark.parametrize("change", [{"nickname": "Ann"}, {"faceURL": "https://example.com/a.png"}, {"ex": "{}"}])
@pytest.mark.parametrize("path", [UPDATE, UPDATE_EX])
async def test_a_changed_profile_is_told_to_the_user_and_to_those_who_see_it(people, told, path, change, caller):
    await people.data(path, {"userInfo": {"userID": "ann", **change}}, user=caller)
    assert await told() == [[OWN], [FRIENDS], [FRIENDS], []]


async def test_it_is_told_on_all_devices_of_the_user(people, devices):
    phone, web = [await devices.connect(people, "ann", platform) for platform in (1, 5)]
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}})
    assert [each.type for each in await phone.received()] == [1303]
    assert [each.type for each in await web.received()] == [1303]


async def test_who_no_longer_has_the_user_on_a_list_is_not_told(people, told):
    await people.data("/friend/delete_friend", {"ownerUserID": "bob", "friendUserID": "ann"})
    await told()
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}})
    assert await told() == [[OWN], [], [FRIENDS], []]


async def test_who_is_told_finds_the_change_among_its_friends(people, devices):
    bob = await devices.connect(people, "bob")
    version = await people.data("/friend/get_incremental_friends", {"userID": "bob"})
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}})
    assert (await bob.next()).type == 1209
    asked = {"userID": "bob", "versionID": version["versionID"], "version": version["version"]}
    (changed,) = (await people.data("/friend/get_incremental_friends", asked))["update"]
    assert changed["friendUser"]["nickname"] == "Ann"


async def test_what_others_do_not_see_is_told_to_the_user_alone(people, told):
    await people.data(UPDATE, {"userInfo": {"userID": "ann", "nickname": "ann"}})
    await people.data(UPDATE_EX, {"userInfo": {"userID": "ann", "globalRecvMsgOpt": 1}})
    assert await told() == [[OWN, OWN], [], [], []]


async def test_a_change_that_is_refused_and_a_registration_tell_nobody(people, told):
    refused = await people.post(UPDATE, {"userInfo": {"userID": "ann", "nickname": "Ann"}}, user="bob")
    assert refused["errCode"] == 1002
    refused = await people.post(UPDATE_EX, {"userInfo": {"userID": "nobody", "nickname": "x"}})
    assert refused["errCode"] == 1004
    await people.register("dee")
    assert await told() == [[], [], [], []]
