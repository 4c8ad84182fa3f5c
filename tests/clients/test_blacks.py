"""Users block each other and take it back with their clients; it shows on their own devices, and nowhere else."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from tests.clients.client import (
    JAVASCRIPT,
    NATIVE,
    NATIVE_10,
    SDK_INTERNAL_ERROR,
    WASM,
    CallFailedError,
    becomes,
    friend_of,
)

KINDS = {"native": NATIVE, "older native": NATIVE_10, "web": WASM, "JavaScript": JAVASCRIPT}
AWAY = {"native": NATIVE, "older native": NATIVE_10, "JavaScript": JAVASCRIPT}
TOLD = ("OnBlackAdded", "OnBlackDeleted")
PAGE = {"offset": 0, "count": 100}
BLOCKED = 1302
REFUSED = -1


async def block(owner, user):
    await owner.call("addBlack", {"toUserID": user.name, "ex": "spam"})


async def unblock(owner, user):
    await owner.call("removeBlack", user.name)


async def people(house, *kinds):
    """Log in a new user on each of these clients, and the first on a tablet, too; return the tablet last."""
    async with fetched(house, NATIVE, *kinds):
        clients = await house.people(*kinds)
        tablet = await house.login(NATIVE, clients[0].name, platform=8)
    return *clients, tablet


@asynccontextmanager
async def fetched(house, *kinds):
    """Wait until clients of these kinds, which log in meanwhile, have fetched their blacklists.

    A Go core fetches its own after it has said that it has synced, and raises no events of what it finds then. A block
    that it makes at the same time fails: it stores what it fetched twice.
    """
    before = await house.requests("/friend/get_black_list")
    yield
    cores = sum(kind is not JAVASCRIPT for kind in kinds)
    async with asyncio.timeout(10):
        while await house.requests("/friend/get_black_list") < before + cores:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def shows(client, kind, *blacks):
    """Wait until a client shows these on its blacklist and no others."""

    async def names():
        return sorted(friend_of(black) for black in await blacklist(client, kind))

    await becomes(names, sorted(blacks))


async def blacklist(client, kind):
    return await client.call("getBlackList", *([PAGE] if kind is JAVASCRIPT else [])) or []


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_block_and_its_end_are_seen_once_on_all_devices_of_its_owner_and_on_no_other(shared_house, kind):
    alice, bob, tablet = await people(shared_house, kind, NATIVE)
    for blocks, unblocks in ((alice, tablet), (tablet, alice)):
        await block(blocks, bob)
        for device, it_is in ((alice, kind), (tablet, NATIVE)):
            added = (await device.event("OnBlackAdded")).data
            assert (friend_of(added), added["nickname"], added["ex"]) == (bob.name, bob.name, "spam")
            await shows(device, it_is, bob.name)
        await unblock(unblocks, bob)
        for device, it_is in ((alice, kind), (tablet, NATIVE)):
            assert friend_of((await device.event("OnBlackDeleted")).data) == bob.name
            await shows(device, it_is)
    assert not [event for client in (alice, tablet, bob) for event in client.unasked(*TOLD)]


async def test_a_block_that_the_administrator_sets_and_ends_is_seen(shared_house):
    alice, bob, tablet = await people(shared_house, NATIVE, NATIVE)
    pair = {"ownerUserID": alice.name, "blackUserID": bob.name}
    await shared_house.rest.data("/friend/add_black", pair)
    for device in (alice, tablet):
        assert friend_of((await device.event("OnBlackAdded")).data) == bob.name
    await shared_house.rest.data("/friend/remove_black", pair)
    for device in (alice, tablet):
        assert friend_of((await device.event("OnBlackDeleted")).data) == bob.name
    assert not bob.unasked(*TOLD)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_who_is_blocked_or_blocks_cannot_ask_and_its_client_says_why(shared_house, kind):
    async with fetched(shared_house, NATIVE, kind):
        alice, bob = await shared_house.people(NATIVE, kind)
    await block(alice, bob)
    code_of_bob = SDK_INTERNAL_ERROR if kind is JAVASCRIPT else BLOCKED
    for applicant, to, code in ((bob, alice, code_of_bob), (alice, bob, BLOCKED)):
        with pytest.raises(CallFailedError, match="BlockedByPeer") as refused:
            await applicant.call("addFriend", {"toUserID": to.name, "reqMsg": "hello"})
        assert refused.value.code == code
    await unblock(alice, bob)
    await bob.call("addFriend", {"toUserID": alice.name, "reqMsg": "hello"})
    await alice.event("OnFriendApplicationAdded")


async def test_a_block_refuses_the_request_that_waits_and_tells_nobody(shared_house):
    alice, bob, _ = await people(shared_house, NATIVE, NATIVE)
    await bob.call("addFriend", {"toUserID": alice.name, "reqMsg": "hello"})
    await alice.event("OnFriendApplicationAdded")
    await block(alice, bob)
    await alice.event("OnBlackAdded")
    [sent] = await bob.call("getFriendApplicationListAsApplicant", PAGE)
    assert sent["handleResult"] == REFUSED
    await unblock(alice, bob)
    await alice.call("addFriend", {"toUserID": bob.name, "reqMsg": "hello"})
    await bob.event("OnFriendApplicationAdded", where=lambda data: data["fromUserID"] == alice.name)
    assert not bob.unasked("OnFriendApplicationRejected", *TOLD), "that came before"


@pytest.mark.parametrize("kind", AWAY.values(), ids=AWAY)
async def test_a_block_made_while_a_device_was_away_is_there_after_login(shared_house, kind):
    alice, bob = await shared_house.people(kind, NATIVE)
    await alice.close()
    await shared_house.rest.data("/friend/add_black", {"ownerUserID": alice.name, "blackUserID": bob.name})
    await shows(await shared_house.login(kind, alice.name), kind, bob.name)


async def test_a_friend_who_is_blocked_stays_a_friend_whom_the_client_leaves_out_where_asked_to(shared_house):
    alice, bob, _ = await people(shared_house, NATIVE, NATIVE)
    await shared_house.import_friends(alice.name, bob.name)
    await alice.event("OnFriendAdded")
    await block(alice, bob)
    await alice.event("OnBlackAdded")
    assert [friend_of(friend) for friend in await alice.call("getFriendList", False)] == [bob.name]
    assert not await alice.call("getFriendList", True)
    assert (await alice.call("checkFriend", [bob.name]))[0]["result"] == 0
    await bob.friends_become(alice.name)
