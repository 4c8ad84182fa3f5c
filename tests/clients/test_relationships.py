"""Friend requests, their answers and blocks are seen by whoever is logged in, and made from clients."""

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM, friend_of

CORES = {"native": NATIVE, "native of patch 10": NATIVE_10, "web": WASM}


def of(user):
    return lambda data: data["fromUserID"] == user


@pytest.mark.parametrize("kind", CORES.values(), ids=CORES)
async def test_a_request_that_is_accepted_makes_friends_on_both_devices(house, kind):
    await house.rest.register("alice", "bob")
    alice, bob = await house.login(kind, "alice"), await house.login(NATIVE, "bob")
    await alice.call("addFriend", {"toUserID": "bob", "reqMsg": "hi"})
    asked = (await bob.event("OnFriendApplicationAdded", where=of("alice"))).data
    assert (asked["reqMsg"], asked["fromNickname"], asked["handleResult"]) == ("hi", "alice", 0)
    await bob.call("acceptFriendApplication", {"toUserID": "alice", "handleMsg": "gladly"})
    accepted = (await alice.event("OnFriendApplicationAccepted")).data
    assert (accepted["toUserID"], accepted["handleMsg"], accepted["handleResult"]) == ("bob", "gladly", 1)
    assert friend_of((await alice.event("OnFriendAdded")).data) == "bob"
    assert friend_of((await bob.event("OnFriendAdded")).data) == "alice"
    assert (await alice.friends(), await bob.friends()) == (["bob"], ["alice"])


@pytest.mark.parametrize("kind", CORES.values(), ids=CORES)
async def test_a_request_that_is_refused_is_seen_as_that(house, kind):
    await house.rest.register("alice", "bob")
    alice, bob = await house.login(kind, "alice"), await house.login(NATIVE, "bob")
    await alice.call("addFriend", {"toUserID": "bob", "reqMsg": "hi"})
    await bob.event("OnFriendApplicationAdded", where=of("alice"))
    await bob.call("refuseFriendApplication", {"toUserID": "alice", "handleMsg": "no"})
    refused = (await alice.event("OnFriendApplicationRejected")).data
    assert (refused["toUserID"], refused["handleMsg"], refused["handleResult"]) == ("bob", "no", -1)
    assert await alice.friends() == []


@pytest.mark.parametrize("kind", CORES.values(), ids=CORES)
async def test_two_who_ask_each_other_are_friends(house, kind):
    await house.rest.register("alice", "bob")
    alice, bob = await house.login(kind, "alice"), await house.login(NATIVE, "bob")
    await alice.call("addFriend", {"toUserID": "bob", "reqMsg": "hi"})
    await bob.event("OnFriendApplicationAdded", where=of("alice"))
    await bob.call("addFriend", {"toUserID": "alice", "reqMsg": "hi yourself"})
    assert friend_of((await alice.event("OnFriendAdded")).data) == "bob"
    assert friend_of((await bob.event("OnFriendAdded")).data) == "alice"


@pytest.mark.parametrize("kind", CORES.values(), ids=CORES)
async def test_a_block_shows_on_the_owners_devices_only(house, kind):
    await house.rest.register("alice", "bob")
    alice, bob = await house.login(kind, "alice"), await house.login(NATIVE, "bob")
    tablet = await house.login(NATIVE, "alice", platform=3)
    await alice.call("addBlack", {"toUserID": "bob", "ex": ""})
    for device in (alice, tablet):
        assert friend_of((await device.event("OnBlackAdded")).data) == "bob"
    await tablet.call("removeBlack", "bob")
    for device in (alice, tablet):
        assert friend_of((await device.event("OnBlackDeleted")).data) == "bob"
    assert not bob.unasked("OnBlackAdded", "OnBlackDeleted")


async def test_the_javascript_client_sees_requests_and_answers(house):
    await house.rest.register("alice", "bob")
    alice, bob = await house.login(JAVASCRIPT, "alice"), await house.login(NATIVE, "bob")
    await bob.call("addFriend", {"toUserID": "alice", "reqMsg": "hi"})
    assert (await alice.event("OnFriendApplicationAdded")).data["fromUserID"] == "bob"
    await alice.call("acceptFriendApplication", {"toUserID": "bob", "handleMsg": "ok"})
    assert friend_of((await bob.event("OnFriendAdded")).data) == "alice"
    assert await house.rest.friends("alice") == ["bob"]
