"""Users ask each other to be friends, agree and refuse with their clients, and both see what becomes of it.

The pure JavaScript client tells of a new friend only where its own user has agreed: it makes ready to sync its friends
when it is told of an agreement and never does, seen in its 0.0.14, with OpenIM's own server, too. So it is the one who
agrees here, and where it asks its list is looked at instead.
"""

import asyncio

import pytest

from tests.clients.client import (
    JAVASCRIPT,
    NATIVE,
    NATIVE_10,
    SDK_INTERNAL_ERROR,
    WASM,
    CallFailedError,
    friend_of,
)

PAIRS = {
    "native asks web": (NATIVE, WASM),
    "older native asks native": (NATIVE_10, NATIVE),
    "native asks older native": (NATIVE, NATIVE_10),
    "web asks native": (WASM, NATIVE),
    "native asks JavaScript": (NATIVE, JAVASCRIPT),
}
REFUSED, WAITING, AGREED = -1, 0, 1
PAGE = {"offset": 0, "count": 100}


def between(applicant, to):
    """Accepts an event about a request from one user to another."""
    return lambda data: (data["fromUserID"], data["toUserID"]) == (applicant.name, to.name)


async def ask(applicant, to, text="hello"):
    await applicant.call("addFriend", {"toUserID": to.name, "reqMsg": text, "ex": "from the choir"})


async def agree(user, applicant):
    await user.call("acceptFriendApplication", {"toUserID": applicant.name, "handleMsg": "gladly"})


async def refuse(user, applicant):
    await user.call("refuseFriendApplication", {"toUserID": applicant.name, "handleMsg": "not now"})


async def listed(applicant, to):
    """What both clients list as the state of the one request from one user to another."""
    [received] = await to.call("getFriendApplicationListAsRecipient", {**PAGE, "handleResults": []})
    [sent] = await applicant.call("getFriendApplicationListAsApplicant", PAGE)
    assert sent == {**sent, **received}
    assert between(applicant, to)(sent)
    return sent["handleResult"]


async def they_are_friends_once(house, *clients):
    """Wait for the event of each of two clients, and for one after it: no other has come in between."""
    await house.rest.register(last := f"{clients[0].name}-last")
    for client, friend in zip(clients, reversed(clients), strict=True):
        assert friend_of((await client.event("OnFriendAdded")).data) == friend.name
        await house.import_friends(client.name, last)
        assert friend_of((await client.event("OnFriendAdded")).data) == last
        await client.friends_become(friend.name, last)


@pytest.mark.parametrize("kinds", PAIRS.values(), ids=PAIRS)
async def test_a_request_that_is_agreed_to_makes_friends_on_both_clients(shared_house, kinds):
    alice, bob = await shared_house.people(*kinds)
    await ask(alice, bob)
    for client in (alice, bob):
        asked = (await client.event("OnFriendApplicationAdded", where=between(alice, bob))).data
        assert (asked["handleResult"], asked["reqMsg"], asked["ex"]) == (WAITING, "hello", "from the choir")
        assert (asked["fromNickname"], asked["toNickname"]) == (alice.name, bob.name)
    assert await listed(alice, bob) == WAITING
    await agree(bob, alice)
    for client in (alice, bob):
        agreed = (await client.event("OnFriendApplicationAccepted", where=between(alice, bob))).data
        assert (agreed["handleResult"], agreed["handleMsg"], agreed["handlerUserID"]) == (AGREED, "gladly", bob.name)
    assert friend_of((await alice.event("OnFriendAdded")).data) == bob.name
    assert friend_of((await bob.event("OnFriendAdded")).data) == alice.name
    await alice.friends_become(bob.name)
    await bob.friends_become(alice.name)
    assert await listed(alice, bob) == AGREED


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair != "native asks web"])
async def test_a_request_that_is_refused_is_seen_by_both_and_may_be_made_again(shared_house, pair):
    alice, bob = await shared_house.people(*PAIRS[pair])
    await ask(alice, bob)
    await bob.event("OnFriendApplicationAdded", where=between(alice, bob))
    await refuse(bob, alice)
    for client in (alice, bob):
        refused = (await client.event("OnFriendApplicationRejected", where=between(alice, bob))).data
        assert (refused["handleResult"], refused["handleMsg"]) == (REFUSED, "not now")
    assert await listed(alice, bob) == REFUSED
    await ask(alice, bob, "please")
    assert (await bob.event("OnFriendApplicationAdded")).data["reqMsg"] == "please"
    assert await listed(alice, bob) == WAITING
    assert not alice.unasked("OnFriendApplicationAccepted", "OnFriendAdded")


async def test_who_asks_with_the_javascript_client_has_the_friend_that_agrees(shared_house):
    alice, bob = await shared_house.people(JAVASCRIPT, NATIVE)
    await ask(alice, bob)
    await bob.event("OnFriendApplicationAdded", where=between(alice, bob))
    await agree(bob, alice)
    await alice.event("OnFriendApplicationAccepted", where=between(alice, bob))
    await alice.friends_become(bob.name)


@pytest.mark.parametrize("kinds", [(NATIVE, WASM), (NATIVE_10, NATIVE)], ids=["native and web", "older native, native"])
async def test_two_who_ask_each_other_at_once_are_friends_once(shared_house, kinds):
    alice, bob = await shared_house.people(*kinds)
    await asyncio.gather(ask(alice, bob), ask(bob, alice))
    await they_are_friends_once(shared_house, alice, bob)
    assert await listed(alice, bob) == AGREED
    assert await listed(bob, alice) == AGREED


async def test_who_asks_back_agrees(shared_house):
    alice, bob = await shared_house.people(NATIVE, NATIVE)
    await ask(alice, bob)
    await bob.event("OnFriendApplicationAdded")
    await ask(bob, alice)
    for client in (alice, bob):
        assert (await client.event("OnFriendApplicationAccepted", where=between(alice, bob))).data["handlerUserID"] == (
            bob.name
        )
    await they_are_friends_once(shared_house, alice, bob)


async def test_the_javascript_client_is_told_that_its_own_request_was_agreed_to_by_who_asks_back(shared_house):
    alice, bob = await shared_house.people(JAVASCRIPT, NATIVE)
    await ask(alice, bob)
    await bob.event("OnFriendApplicationAdded")
    await ask(bob, alice)
    await alice.event("OnFriendApplicationAccepted", where=between(alice, bob))
    await alice.friends_become(bob.name)


async def test_a_request_is_seen_on_the_other_devices_of_both(shared_house):
    alice, bob = await shared_house.people(NATIVE, NATIVE)
    browser = await shared_house.login(JAVASCRIPT, alice.name)
    phone = await shared_house.login(NATIVE, bob.name, platform=2)
    await ask(alice, bob)
    for device in (browser, phone):
        await device.event("OnFriendApplicationAdded", where=between(alice, bob))
    await agree(bob, alice)
    for device in (browser, phone):
        await device.event("OnFriendApplicationAccepted", where=between(alice, bob))
    assert friend_of((await phone.event("OnFriendAdded")).data) == alice.name
    await browser.friends_become(bob.name)


@pytest.mark.parametrize("kind", [NATIVE, JAVASCRIPT], ids=["native", "JavaScript"])
async def test_an_answer_given_while_the_applicant_was_away_is_there_after_login(shared_house, kind):
    alice, bob, carol = await shared_house.people(kind, NATIVE, NATIVE)
    for other in (bob, carol):
        await ask(alice, other)
        await other.event("OnFriendApplicationAdded")
    await alice.close()
    await agree(bob, alice)
    await refuse(carol, alice)
    alice = await shared_house.login(kind, alice.name)
    if kind is not JAVASCRIPT:  # which keeps nothing on disk, and so cannot know who is new
        assert friend_of((await alice.event("OnFriendAdded")).data) == bob.name
    await alice.friends_become(bob.name)
    sent = await alice.call("getFriendApplicationListAsApplicant", PAGE)
    assert {each["toUserID"]: each["handleResult"] for each in sent} == {bob.name: AGREED, carol.name: REFUSED}


async def test_a_request_made_while_a_user_was_away_waits_for_it(shared_house):
    alice, bob = await shared_house.people(NATIVE, NATIVE)
    await bob.close()
    await ask(alice, bob)
    bob = await shared_house.login(NATIVE, bob.name)
    assert await bob.call("getFriendApplicationUnhandledCount", {"time": 0}) == 1
    assert await listed(alice, bob) == WAITING
    await agree(bob, alice)
    await they_are_friends_once(shared_house, alice, bob)
    assert await bob.call("getFriendApplicationUnhandledCount", {"time": 0}) == 0


@pytest.mark.parametrize("kind", [NATIVE, NATIVE_10], ids=["native", "older native"])
async def test_what_is_refused_has_openims_code_in_the_client(shared_house, kind):
    alice, bob = await shared_house.people(kind, NATIVE)
    wrong = {"addFriend": (alice.name, 1301), "acceptFriendApplication": (bob.name, 1004)}
    for method, (user, code) in wrong.items():
        with pytest.raises(CallFailedError) as refused:
            await alice.call(method, {"toUserID": user, "reqMsg": "", "handleMsg": ""})
        assert refused.value.code == code
    await shared_house.import_friends(alice.name, bob.name)
    with pytest.raises(CallFailedError) as refused:
        await ask(alice, bob)
    assert refused.value.code == 1304


async def test_what_is_refused_has_openims_name_in_the_javascript_client(shared_house):
    [alice] = await shared_house.people(JAVASCRIPT)
    with pytest.raises(CallFailedError, match="CanNotAddYourselfError") as refused:
        await ask(alice, alice)
    assert refused.value.code == SDK_INTERNAL_ERROR
