"""Who may not be connected hears why, in the words of its client."""

import time
from contextlib import suppress

import pytest

from amity.auth import tokens
from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM, CallFailedError
from tests.support.rest import SECRET

KINDS = {"native": NATIVE, "older native": NATIVE_10, "web": WASM, "JavaScript": JAVASCRIPT}
LOGGED_IN = 3
"""What ``getLoginStatus`` says of a client that is logged in."""


def forged(user, platform, *, secret=SECRET, lasts=3600):
    """A token that the server has not issued."""
    now = int(time.time())
    return tokens.sign(secret, user, platform, now, now + lasts)


async def refused(client, token):
    """Log in with a token that is not let in: some clients say so at once, all of them tell an event."""
    with suppress(CallFailedError):
        await client.call("login", client.name, token)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_token_that_has_expired_is_told_as_expired(house, kind):
    await house.rest.register("alice")
    alice = await house.start(kind, "alice")
    await refused(alice, forged("alice", kind.platform, lasts=-60))
    await alice.event("OnUserTokenExpired")
    assert not alice.unasked("OnConnectSuccess")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_token_signed_by_somebody_else_is_told_as_invalid(house, kind):
    await house.rest.register("alice")
    alice = await house.start(kind, "alice")
    await refused(alice, forged("alice", kind.platform, secret="the secret of somebody else, as long"))
    await alice.event("OnUserTokenInvalid")
    assert not alice.unasked("OnConnectSuccess")


async def test_somebody_elses_token_lets_nobody_in(house):
    await house.rest.register("alice", "mallory")
    mallory = await house.start(NATIVE, "alice")
    await refused(mallory, await house.token("mallory", NATIVE.platform))
    await mallory.event("OnUserTokenInvalid", "OnConnectFailed")
    assert not mallory.unasked("OnConnectSuccess")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_second_login_on_the_same_platform_ends_the_first(house, kind):
    await house.rest.register("alice")
    first = await house.login(kind, "alice")
    second = await house.login(NATIVE, "alice", kind.platform)
    await first.event("OnKickedOffline")
    assert await second.call("getLoginStatus") == LOGGED_IN


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_forced_logout_ends_the_connection(house, kind):
    await house.rest.register("alice")
    alice = await house.login(kind, "alice")
    await house.rest.data("/auth/force_logout", {"userID": "alice", "platformID": kind.platform})
    await alice.event("OnKickedOffline")


async def test_a_login_on_another_platform_ends_nothing(house):
    await house.rest.register("alice", "bob")
    first = await house.login(NATIVE, "alice")
    await house.login(JAVASCRIPT, "alice")
    await house.import_friends("alice", "bob")
    await first.event("OnFriendAdded")
    assert not first.unasked("OnKickedOffline")
