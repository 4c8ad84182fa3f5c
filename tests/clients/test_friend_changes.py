"""What becomes of a friend is seen by whoever is logged in: deletions, remarks, new profiles."""

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM, friend_of

KINDS = {"native": NATIVE, "older native": NATIVE_10, "web": WASM, "JavaScript": JAVASCRIPT}
TOLD = {"native": NATIVE, "JavaScript": JAVASCRIPT}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_friend_that_a_user_deletes_is_gone_from_all_its_devices(house, kind):
    await house.rest.register("alice", "bob", "carol")
    await house.import_friends("alice", "bob", "carol")
    alice = await house.login(kind, "alice")
    other = await house.login(NATIVE, "alice", platform=3)
    await alice.call("deleteFriend", "bob")
    for device in (alice, other):
        assert friend_of((await device.event("OnFriendDeleted")).data) == "bob"
        await device.friends_become("carol")
    assert await house.rest.friends("bob") == ["alice"], "the other direction stays"


@pytest.mark.parametrize("kind", TOLD.values(), ids=TOLD)
async def test_a_friend_that_the_administrator_deletes_is_gone(house, kind):
    await house.rest.register("alice", "bob")
    await house.import_friends("alice", "bob")
    alice = await house.login(kind, "alice")
    await house.rest.data("/friend/delete_friend", {"ownerUserID": "alice", "friendUserID": "bob"})
    assert friend_of((await alice.event("OnFriendDeleted")).data) == "bob"
    await alice.friends_become()


async def test_a_friend_that_is_imported_again_is_told_again(house):
    await house.rest.register("alice", "bob")
    await house.import_friends("alice", "bob")
    alice = await house.login(NATIVE, "alice")
    await house.rest.data("/friend/delete_friend", {"ownerUserID": "alice", "friendUserID": "bob"})
    await alice.event("OnFriendDeleted")
    await house.import_friends("alice", "bob")
    assert friend_of((await alice.event("OnFriendAdded")).data) == "bob"
    await alice.friends_become("bob")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_remark_that_a_user_sets_is_seen_on_its_other_devices(house, kind):
    await house.rest.register("alice", "bob")
    await house.import_friends("alice", "bob")
    alice = await house.login(kind, "alice")
    other = await house.login(NATIVE, "alice", platform=3)
    await alice.call("updateFriends", {"friendUserIDs": ["bob"], "remark": "from the choir"})
    for device in (alice, other):
        changed = (await device.event("OnFriendInfoChanged")).data
        assert (friend_of(changed), changed["remark"]) == ("bob", "from the choir")


@pytest.mark.parametrize("kind", TOLD.values(), ids=TOLD)
async def test_a_remark_that_the_administrator_sets_is_seen(house, kind):
    await house.rest.register("alice", "bob")
    await house.import_friends("alice", "bob")
    alice = await house.login(kind, "alice")
    bob = await house.login(NATIVE, "bob")
    await house.rest.data(
        "/friend/set_friend_remark", {"ownerUserID": "alice", "friendUserID": "bob", "remark": "from the choir"}
    )
    assert (await alice.event("OnFriendInfoChanged")).data["remark"] == "from the choir"
    assert not bob.unasked("OnFriendInfoChanged")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_the_new_profile_of_a_friend_is_seen(house, kind):
    await house.rest.register("alice", "bob")
    await house.import_friends("alice", "bob")
    alice = await house.login(kind, "alice")
    bob = await house.login(NATIVE, "bob")
    await bob.call("setSelfInfo", {"nickname": "Robert"})
    changed = (await alice.event("OnFriendInfoChanged")).data
    assert (friend_of(changed), changed["nickname"]) == ("bob", "Robert")
    assert (await bob.event("OnSelfInfoUpdated")).data["nickname"] == "Robert"


async def test_the_administrator_renames_somebody_who_is_logged_in(house):
    await house.rest.register("alice")
    alice = await house.login(NATIVE, "alice")
    await house.rest.data("/user/update_user_info_ex", {"userInfo": {"userID": "alice", "nickname": "Alicia"}})
    assert (await alice.event("OnSelfInfoUpdated")).data["nickname"] == "Alicia"
