"""Whoever is logged in sees an import the moment it is made, on every released client."""

import asyncio

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM, WEB, friend_of

PAIRS = {
    "native with native": (NATIVE, NATIVE),
    "native with an older native": (NATIVE, NATIVE_10),
    "web with native": (WASM, NATIVE),
}


@pytest.mark.parametrize(("kind", "other"), PAIRS.values(), ids=PAIRS)
async def test_owner_and_friend_see_an_import_and_their_lists_agree(house, kind, other):
    await house.rest.register("alice", "bob", "carol")
    alice = await house.login(kind, "alice")
    bob = await house.login(other, "bob")
    assert await alice.friends() == await bob.friends() == []
    await house.import_friends("alice", "bob", "carol")
    assert {friend_of(event.data) for event in await alice.events("OnFriendAdded", count=2)} == {"bob", "carol"}
    assert friend_of((await bob.event("OnFriendAdded")).data) == "alice"
    for client, friends in ((alice, ["bob", "carol"]), (bob, ["alice"])):
        assert await house.rest.friends(client.name) == friends
        await client.friends_become(*friends)
    assert not alice.unasked("OnFriendAdded")
    assert not bob.unasked("OnFriendAdded")


async def test_an_added_friend_comes_with_the_profile_that_it_has(house):
    await house.rest.data(
        "/user/user_register",
        {"users": [{"userID": "bob", "nickname": "Bob Ξ", "faceURL": "http://127.0.0.1/bob.png"}]},
    )
    await house.rest.register("alice")
    alice = await house.login(NATIVE, "alice")
    await house.import_friends("alice", "bob")
    friend = (await alice.event("OnFriendAdded")).data
    assert (friend["ownerUserID"], friend["userID"]) == ("alice", "bob")
    assert (friend["nickname"], friend["faceURL"]) == ("Bob Ξ", "http://127.0.0.1/bob.png")


async def test_two_devices_of_one_user_both_see_an_import(house):
    await house.rest.register("alice", "bob")
    computer = await house.login(NATIVE, "alice")
    browser = await house.login(WASM, "alice")
    await house.import_friends("alice", "bob")
    for device in (computer, browser):
        assert friend_of((await device.event("OnFriendAdded")).data) == "bob"
        await device.friends_become("bob")


async def test_the_pure_javascript_client_shows_the_friend_without_an_event(house):
    """It makes ready to sync its friends and never does: seen in its 0.0.14, with OpenIM's own server, too."""
    await house.rest.register("alice", "bob", "carol")
    await house.import_friends("alice", "bob")
    carol = await house.login(NATIVE, "carol")
    alice = await house.login(JAVASCRIPT, "alice")
    assert await alice.friends() == ["bob"]
    await house.import_friends("alice", "carol")
    assert friend_of((await carol.event("OnFriendAdded")).data) == "alice"
    await alice.friends_become("bob", "carol")
    assert not alice.unasked("OnFriendAdded", "OnFriendApplicationAccepted")
    await alice.close()
    assert await (await house.login(JAVASCRIPT, "alice")).friends() == ["bob", "carol"]


@pytest.mark.parametrize("kind", [NATIVE, WASM], ids=["native", "web"])
async def test_a_thousand_friends_of_one_import_are_told_one_by_one_and_hold_nothing_up(house, kind):
    """More than 500 new friends at once would jam the Go core (``internal/relation`` fills the queue that it is called
    from): it gets them in parts, without any of them being answered "full"."""
    people = [f"friend{number}" for number in range(1000)]
    await house.rest.register("alice", "bob")
    await house.rest.register(*people)
    alice = await house.login(kind, "alice")
    lists = await house.requests("/friend/get_friend_list")
    await house.import_friends("alice", *people)
    await house.import_friends("alice", "bob")
    added = await alice.events("OnFriendAdded", count=1001, within=60)
    assert sorted(friend_of(event.data) for event in added) == sorted([*people, "bob"])
    assert await house.requests("/friend/get_friend_list") == lists, "the increments were answered full"
    await alice.friends_become(*people, "bob")
    assert not alice.unasked("OnFriendAdded")


async def test_imports_in_quick_succession_are_told_one_by_one(house):
    batches = [[f"friend{batch}x{number}" for number in range(100)] for batch in range(10)]
    await house.rest.register("alice")
    await house.rest.register(*(person for batch in batches for person in batch))
    alice = await house.login(NATIVE, "alice")
    await asyncio.gather(*(house.import_friends("alice", *batch) for batch in batches))
    added = await alice.events("OnFriendAdded", count=1000, within=60)
    assert sorted(friend_of(event.data) for event in added) == await house.rest.friends("alice")
    await alice.friends_become(*await house.rest.friends("alice"))


async def test_a_thousand_friends_imported_while_a_client_was_away_are_told_one_by_one(house):
    people = [f"friend{number}" for number in range(1000)]
    await house.rest.register("alice")
    await house.rest.register(*people)
    alice = await house.login(NATIVE, "alice")
    await alice.close()
    await house.import_friends("alice", *people)
    alice = await house.login(NATIVE, "alice")
    added = await alice.events("OnFriendAdded", count=1000, within=60)
    assert sorted(friend_of(event.data) for event in added) == sorted(people)
    await alice.friends_become(*people)


@pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"], indirect=True)
async def test_each_friend_of_an_import_is_told_once(house):
    await house.rest.register("alice", "bob", "carol")
    bob = await house.login(NATIVE, "bob")
    carol = await house.login(NATIVE, "carol", WEB)
    before = await house.requests("/friend/get_incremental_friends")
    await house.import_friends("alice", "bob", "carol")
    for friend in (bob, carol):
        assert friend_of((await friend.event("OnFriendAdded")).data) == "alice"
    await house.import_friends("bob", "carol")
    assert friend_of((await bob.event("OnFriendAdded")).data) == "carol"
    assert friend_of((await carol.event("OnFriendAdded")).data) == "bob"
    assert await house.requests("/friend/get_incremental_friends") - before == 4
