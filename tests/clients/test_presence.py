"""Who asked to be told of a user hears when it comes and goes, however it goes."""

import pytest

from tests.clients.client import JAVASCRIPT, LINUX, NATIVE, WASM, WASM_ALONE, WEB

KINDS = {"native": NATIVE, "web": WASM, "JavaScript": JAVASCRIPT}
ONLINE, OFFLINE = 1, 0


async def watching(house, *users):
    """A client that is told of these users, and what it was told at first."""
    alice = await house.login(NATIVE, "alice")
    return alice, await alice.call("subscribeUsersStatus", list(users))


async def told(client, user, status, *platforms):
    """Wait until the client is told that a user is there on these platforms and on no others."""
    await client.event(
        "OnUserStatusChanged",
        where=lambda data: (
            (data["userID"], data["status"], sorted(data.get("platformIDs") or [])) == (user, status, sorted(platforms))
        ),
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_login_and_a_logout_are_told(house, kind):
    await house.rest.register("alice", "bob")
    alice, first = await watching(house, "bob")
    assert [(each["userID"], each["status"]) for each in first] == [("bob", OFFLINE)]
    bob = await house.login(kind, "bob")
    await told(alice, "bob", ONLINE, kind.platform)
    await bob.call("logout")
    await told(alice, "bob", OFFLINE)


@pytest.mark.parametrize("kind", [NATIVE, WASM_ALONE, JAVASCRIPT], ids=KINDS)
async def test_a_client_that_crashes_is_told_as_gone(house, kind):
    await house.rest.register("alice", "bob")
    bob = await house.login(kind, "bob")
    alice, first = await watching(house, "bob")
    assert [(each["userID"], each["status"], each["platformIDs"]) for each in first] == [
        ("bob", ONLINE, [kind.platform])
    ]
    bob.kill()
    await told(alice, "bob", OFFLINE)


async def test_each_device_of_a_user_is_told(house):
    await house.rest.register("alice", "bob")
    alice, _ = await watching(house, "bob")
    computer = await house.login(NATIVE, "bob")
    await told(alice, "bob", ONLINE, LINUX)
    browser = await house.login(WASM, "bob")
    await told(alice, "bob", ONLINE, LINUX, WEB)
    await computer.close()
    await told(alice, "bob", ONLINE, WEB)
    await browser.close()
    await told(alice, "bob", OFFLINE)


async def test_after_a_crash_of_the_server_nobody_is_told_as_there_who_is_not(house):
    await house.rest.register("alice", "bob")
    bob = await house.login(NATIVE, "bob")
    alice, _ = await watching(house, "bob")
    house.server.kill()
    bob.kill()
    await house.server.start()
    await alice.event("OnConnectSuccess", within=30)
    answer = await house.rest.data("/user/get_users_online_status", {"userIDs": ["bob"]})
    assert [each["status"] for each in answer] in ([], [OFFLINE])


async def test_who_asked_to_be_told_no_more_is_not(house):
    await house.rest.register("alice", "bob", "carol")
    alice, _ = await watching(house, "bob", "carol")
    await alice.call("unsubscribeUsersStatus", ["bob"])
    await house.login(NATIVE, "bob")
    await house.login(NATIVE, "carol")
    await told(alice, "carol", ONLINE, LINUX)
    assert not [event for event in alice.unasked("OnUserStatusChanged") if event.data["userID"] == "bob"]
