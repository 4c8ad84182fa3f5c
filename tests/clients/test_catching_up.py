"""Whoever was away, or whose server was, has the friends that were imported meanwhile."""

import pytest

from tests.clients.client import NATIVE, NATIVE_10, WASM, friend_of

KINDS = {"native": NATIVE, "older native": NATIVE_10, "web": WASM}
RECONNECTS = 30.0
"""Seconds within which every client has tried again: they wait longer after each failure."""


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_who_logs_in_again_has_the_friends_imported_meanwhile(house, kind):
    await house.rest.register("alice", "bob", "carol")
    await house.import_friends("alice", "bob")
    alice = await house.login(kind, "alice")
    assert await alice.friends() == ["bob"]
    await alice.close()
    await house.import_friends("alice", "carol")
    alice = await house.login(kind, "alice")
    assert await alice.friends() == ["bob", "carol"]


async def test_who_logs_out_and_in_within_one_program_has_the_friends_imported_meanwhile(house):
    await house.rest.register("alice", "bob")
    alice = await house.login(NATIVE, "alice")
    await alice.call("logout")
    await house.import_friends("alice", "bob")
    await alice.login(await house.token("alice", NATIVE.platform))
    assert await alice.friends() == ["bob"]


async def test_who_logs_in_on_a_new_device_has_all_friends(house):
    people = [f"friend{number}" for number in range(1000)]
    await house.rest.register("alice", *people[:900])
    await house.rest.register(*people[900:])
    await house.import_friends("alice", *people)
    alice = await house.login(NATIVE, "alice")
    assert await alice.friends() == sorted(people)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_client_connects_again_by_itself_after_a_restart_and_sees_imports(house, kind):
    await house.rest.register("alice", "bob", "carol")
    alice = await house.login(kind, "alice")
    assert await house.server.terminate() == 0
    await house.server.start()
    await house.import_friends("alice", "bob")
    assert friend_of((await alice.event("OnFriendAdded", within=RECONNECTS)).data) == "bob"
    await house.import_friends("alice", "carol")
    assert friend_of((await alice.event("OnFriendAdded", within=RECONNECTS)).data) == "carol"
    assert await alice.friends() == ["bob", "carol"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_an_import_that_was_stored_and_not_told_is_there_after_a_kill(house, kind):
    await house.rest.register("alice", "bob")
    alice = await house.login(kind, "alice")
    await house.import_friends("alice", "bob", notify=False)
    house.server.kill()
    assert not alice.unasked("OnFriendAdded")
    await house.server.start()
    assert friend_of((await alice.event("OnFriendAdded", within=RECONNECTS)).data) == "bob"
    assert await alice.friends() == ["bob"]


async def test_a_server_killed_right_after_an_answer_has_lost_nothing(house):
    people = [f"friend{number}" for number in range(5)]
    await house.rest.register("alice", *people)
    alice = await house.login(NATIVE, "alice")
    for person in people:
        await house.import_friends("alice", person)
        house.server.kill()
        await house.server.start()
    await alice.friends_become(*people, within=RECONNECTS)
