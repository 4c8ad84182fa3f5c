"""Several logins of one user: which ones each policy ends, what they receive, and the state of their tokens."""

import asyncio
import contextlib

import pytest

from amity.calls.token_hash import hash_of
from amity.errors import Code, ImError
from amity.settings import MultiLogin
from amity.wire.frames import Identifier
from tests.integration.gateway.raw import Raw
from tests.support.gateway_client import GatewayClient
from tests.support.lone_gateway import LoneGateway, until

IOS, ANDROID, WINDOWS, MAC, WEB, IPAD, ADMIN = 1, 2, 3, 4, 5, 9, 10


async def was_kicked(client: GatewayClient) -> bool:
    """Whether a client is told to go, and then is closed."""
    return (await client.pushed()).identifier == Identifier.KICK and await client.closed() == (1000, "kicked")


@pytest.mark.parametrize(
    ("policy", "before", "platform", "going"),
    [
        (0, [IOS, IOS, WEB], IOS, []),
        (1, [IOS, ANDROID, WINDOWS, MAC, WEB, IPAD], IOS, [IOS]),
        (4, [IOS, WINDOWS, WEB, IPAD], ANDROID, [IOS]),
        (4, [IOS, WINDOWS, WEB, IPAD], MAC, [WINDOWS]),
        (5, [WINDOWS, MAC, WINDOWS, WEB], MAC, []),
        (5, [WINDOWS, MAC, WEB], IPAD, [WEB]),
    ],
)
async def test_a_login_kicks_the_logins_that_the_policy_excludes(policy, before, platform, going):
    async with contextlib.AsyncExitStack() as stack:
        lone = await stack.enter_async_context(LoneGateway(login=MultiLogin(policy=policy)))
        clients = [
            (each, await stack.enter_async_context(lone.client("alice", each, number=number)))
            for number, each in enumerate(before)
        ]
        assert lone.ended == []
        await stack.enter_async_context(lone.client("alice", platform, number=99))
        for each, client in clients:
            if each in going:
                assert await was_kicked(client)
            else:
                assert (await client.request(Identifier.SET_BACKGROUND)).err_code == 0
        assert lone.ended == [("alice", each, hash_of(f"alice/{platform}/99")) for each in going]
        assert [session.platform_id for session in lone.sessions.of("alice")] == [
            *(each for each in before if each not in going),
            platform,
        ]


async def test_the_same_token_may_be_connected_twice():
    """A client that comes back over another network, whose old connection nobody has missed yet; or two windows."""
    async with LoneGateway() as lone, lone.client("alice") as old, lone.client("alice") as new:
        for client in (old, new):
            assert (await client.request(Identifier.SET_BACKGROUND)).err_code == 0
        assert (len(lone.sessions.of("alice")), lone.ended) == (2, [])


async def test_too_many_connections_on_a_platform_close_the_oldest():
    async with contextlib.AsyncExitStack() as stack:
        lone = await stack.enter_async_context(LoneGateway(login=MultiLogin(policy=0, max_num_one_end=3)))
        clients = [await stack.enter_async_context(lone.client("alice")) for _ in range(4)]
        await stack.enter_async_context(lone.client("alice", 5))
        assert (await clients[0].closed())[0] == 1008
        assert len(lone.sessions.of("alice")) == 4
        assert clients[0].pushes.empty()


async def test_administrators_do_not_kick_each_other():
    async with LoneGateway() as lone, lone.client("imAdmin", ADMIN, 1), lone.client("imAdmin", ADMIN, 2) as second:
        assert (await second.request(Identifier.SET_BACKGROUND)).err_code == 0
        assert len(lone.sessions.of("imAdmin")) == 2


async def test_the_observer_gets_the_kick_between_opened_and_closed():
    async with LoneGateway() as lone, lone.client("alice", number=1) as old, lone.client("alice", number=2):
        assert await was_kicked(old)
        assert lone.seen == [
            ("opened", "alice", 7),
            ("opened", "alice", 7),
            ("kicked", "alice", 7),
            ("closed", "alice", 7),
        ]


async def test_a_token_is_invalidated_before_its_client_is_kicked():
    async with LoneGateway() as lone:
        ending, go_on = asyncio.Event(), asyncio.Event()

        async def slow(user_id, platform_id, keep_token):
            ending.set()
            await go_on.wait()

        lone.invalidate = slow
        async with lone.client("alice", number=1) as old, lone.client("alice", number=2):
            await ending.wait()
            assert (await old.request(Identifier.SET_BACKGROUND)).err_code == 0
            assert old.pushes.empty()
            go_on.set()
            assert await was_kicked(old)


@pytest.mark.parametrize("failure", [ImError(Code.DATABASE), RuntimeError("the test says so")])
async def test_a_client_is_kicked_even_if_its_token_cannot_be_invalidated(failure, caplog):
    async def fail(user_id, platform_id, keep_token):
        raise failure

    async with LoneGateway() as lone:
        lone.invalidate = fail
        async with lone.client("alice", number=1) as old, lone.client("alice", number=2):
            assert await was_kicked(old)
    assert "could not be ended" in caplog.text


async def token(rest, user, platform):
    return (await rest.data("/auth/get_user_token", {"userID": user, "platformID": platform}))["token"]


async def outcome(url, user, token, platform) -> int:
    """The errCode with which a token is let in, or not."""
    async with Raw(url) as raw:
        query = {"sendID": user, "token": token, "platformID": str(platform), "operationID": "o", "isMsgResp": "true"}
        await raw.upgrade(query)
        await raw.head()
        _, text = await raw.frame()
        return int(text.split(b":")[1].split(b",")[0])


@pytest.mark.parametrize(("policy", "first", "second"), [(1, IOS, IOS), (4, IOS, ANDROID), (5, WEB, IPAD)])
async def test_a_kicked_login_cannot_reconnect(start_server, policy, first, second):
    rest = await start_server(multiLogin={"policy": policy})
    await rest.register("alice")
    url = start_server.gateway_url
    old_token = await token(rest, "alice", first)
    async with GatewayClient(url, "alice", old_token, first, codec="js") as old:
        new_token = await token(rest, "alice", second)
        async with GatewayClient(url, "alice", new_token, second, codec="js"):
            assert await was_kicked(old)
            assert await outcome(url, "alice", old_token, first) == 1506
            assert await outcome(url, "alice", new_token, second) == 0


async def test_a_forced_logout_kicks_exactly_the_clients_on_that_platform(start_server):
    rest = await start_server()
    await rest.register("alice", "bob")
    url = start_server.gateway_url
    async with contextlib.AsyncExitStack() as stack:
        phone, browser, bob = [
            await stack.enter_async_context(GatewayClient(url, user, await token(rest, user, platform), platform))
            for user, platform in (("alice", IOS), ("alice", WEB), ("bob", IOS))
        ]
        await rest.data("/auth/force_logout", {"userID": "alice", "platformID": IOS})
        assert await was_kicked(phone)
        for client in (browser, bob):
            assert (await client.request(Identifier.SET_BACKGROUND)).err_code == 0


async def test_a_client_that_reconnects_at_once_is_observed_in_order():
    async with LoneGateway() as lone:
        for _ in range(20):
            client = lone.client("alice")
            await client.connect()
            client.abort()
        await until(lambda: len(lone.seen) == 40)
        here = 0
        for event, _, _ in lone.seen:
            here += 1 if event == "opened" else -1
            assert here >= 0
        assert here == 0
