"""Whoever was away, or whose server was, has the friends that were imported meanwhile."""

import asyncio

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM, friend_of

KINDS = {"native": NATIVE, "older native": NATIVE_10, "web": WASM}
RECONNECTS = 30.0
"""Seconds within which every client has tried again: they wait longer after each failure."""
DEAF = 5.2
"""Seconds after a sync within which the Go core does not sync when it connects again: it lets 5 pass, in its
``internal/interaction/msg_sync.go``, and tells nobody."""


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_who_logs_in_again_has_the_friends_imported_meanwhile(house, kind):
    await house.rest.register("alice", "bob", "carol")
    await house.import_friends("alice", "bob")
    alice = await house.login(kind, "alice")
    assert await alice.friends() == ["bob"]
    await alice.close()
    await house.import_friends("alice", "carol")
    alice = await house.login(kind, "alice")
    assert friend_of((await alice.event("OnFriendAdded")).data) == "carol"
    await alice.friends_become("bob", "carol")


async def test_who_logs_out_and_in_within_one_program_has_the_friends_imported_meanwhile(house):
    await house.rest.register("alice", "bob")
    alice = await house.login(NATIVE, "alice")
    await alice.call("logout")
    await house.import_friends("alice", "bob")
    await alice.login(await house.token("alice", NATIVE.platform))
    assert friend_of((await alice.event("OnFriendAdded")).data) == "bob"
    await alice.friends_become("bob")


async def test_who_logs_in_on_a_new_device_has_all_friends(house):
    people = [f"friend{number}" for number in range(1000)]
    await house.rest.register("alice", *people[:900])
    await house.rest.register(*people[900:])
    await house.import_friends("alice", *people)
    alice = await house.login(NATIVE, "alice")
    assert await alice.friends() == sorted(people)


async def test_clients_connect_again_by_themselves_after_a_restart_and_see_imports(house):
    clients = await one_of_each_kind(house)
    assert await house.server.terminate() == 0
    await house.server.start()
    for client in clients:
        await house.import_friends(client.name, "friend1")
    for client in clients:
        assert friend_of((await client.event("OnFriendAdded", within=RECONNECTS)).data) == "friend1"
        await house.import_friends(client.name, "friend2")
        assert friend_of((await client.event("OnFriendAdded")).data) == "friend2"
        await client.friends_become("friend1", "friend2")


async def test_imports_that_were_stored_and_not_told_are_there_after_a_kill(house):
    clients = await one_of_each_kind(house)
    for client in clients:
        await house.import_friends(client.name, "friend1", notify=False)
    house.server.kill()
    assert not any(client.unasked("OnFriendAdded") for client in clients)
    await house.server.start()
    for client in clients:
        assert friend_of((await client.event("OnFriendAdded", within=RECONNECTS)).data) == "friend1"
        await client.friends_become("friend1")


async def test_a_server_killed_right_after_an_answer_has_lost_nothing(house):
    """The client may have come back between the two kills: then it does not sync when it comes back after the second
    (``DEAF``), and learns of that friend with the next one."""
    await house.rest.register("alice", "bob", "carol", "dave")
    alice = await house.login(NATIVE, "alice")
    for friend in ("bob", "carol"):
        await house.import_friends("alice", friend)
        house.server.kill()
        await house.server.start()
    await connected(house, "alice")
    await house.import_friends("alice", "dave")
    added = await alice.events("OnFriendAdded", count=3)
    assert sorted(friend_of(event.data) for event in added) == ["bob", "carol", "dave"]
    await alice.friends_become("bob", "carol", "dave")


async def test_the_pure_javascript_client_connects_again_and_shows_who_came_meanwhile(house):
    await house.rest.register("alice", "bob")
    alice = await house.login(JAVASCRIPT, "alice")
    await house.import_friends("alice", "bob", notify=False)
    house.server.kill()
    await house.server.start()
    await alice.event("OnSyncServerFinish", within=RECONNECTS)
    assert await alice.friends() == ["bob"]


async def connected(house, user):
    """Wait until a client of a user is connected to the server as it runs now, which only the server knows."""
    asked = {"userIDs": [user]}
    async with asyncio.timeout(RECONNECTS):
        while not any(  # noqa: ASYNC110 - it tells clients, by notifications that these tests are not about
            each["status"] for each in await house.rest.data("/user/get_users_online_status", asked)
        ):
            await asyncio.sleep(0.05)


async def one_of_each_kind(house):
    """Users on each kind of the Go core, which are logged in and would sync when they connect again."""
    users = {"alice": NATIVE, "bob": NATIVE_10, "carol": WASM}
    await house.rest.register("friend1", "friend2", *users)
    clients = [await house.login(kind, user) for user, kind in users.items()]
    await asyncio.sleep(DEAF)
    return clients
