"""Who is online, asked at one of several processes."""

import pytest

from amity.cluster.exchange import Exchange
from amity.presence import everywhere
from tests.support.gateway_client import GatewayClient

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
async def two(start_server):
    """Two servers on one database: each with the URL of its gateway."""
    here = await start_server()
    near = start_server.gateway_url
    there = await start_server()
    await here.register("alice", "bob", "carol")
    return here, near, there, start_server.gateway_url


@pytest.fixture
async def connect(two):
    here, near, _, far = two
    clients = []

    async def start(user, platform, *, is_near):
        token = (await here.data("/auth/get_user_token", {"userID": user, "platformID": platform}))["token"]
        client = GatewayClient(near if is_near else far, user, token, platform)
        await client.connect()
        clients.append(client)
        return client

    yield start
    for client in clients:
        if not client.ended.is_set():
            await client.close()


async def test_every_process_says_where_users_are_online(two, connect):
    here, _, there, _ = two
    await connect("alice", 5, is_near=True)
    await connect("alice", 1, is_near=False)
    await connect("bob", 2, is_near=False)
    for rest in (here, there):
        answer = await rest.data("/user/get_users_status", {"userID": "carol", "userIDs": ["carol", "bob", "alice"]})
        assert [(each["userID"], each["status"], each["platformIDs"]) for each in answer["statusList"]] == [
            ("carol", 0, []),
            ("bob", 1, [2]),
            ("alice", 1, [1, 5]),
        ]


async def test_tokens_of_connections_to_another_process_are_asked_for(two, connect):
    here, _, there, _ = two
    near = await connect("alice", 5, is_near=True)
    far = await connect("alice", 1, is_near=False)
    for rest in (here, there):
        (detail,) = await rest.data("/user/get_users_online_status", {"userIDs": ["alice"]})
        found = [(each["platformID"], each["token"]) for each in detail["detailPlatformStatus"]]
        assert found == [(5, near.token), (1, far.token)]
        (tokens,) = await rest.data("/user/get_users_online_token_detail", {"userIDs": ["alice", "bob"]})
        assert [(each["platformID"], each["total"], each["token"]) for each in tokens["singlePlatformToken"]] == [
            (1, 1, [far.token]),
            (5, 1, [near.token]),
        ]


async def test_a_process_that_does_not_answer_leaves_its_tokens_empty(two, connect, monkeypatch):
    _, _, there, _ = two
    monkeypatch.setattr(everywhere, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(Exchange, "tell", lambda *_: None)
    await connect("alice", 1, is_near=True)
    (detail,) = await there.data("/user/get_users_online_status", {"userIDs": ["alice"]})
    assert [(each["platformID"], each["token"]) for each in detail["detailPlatformStatus"]] == [(1, "")]


async def test_a_forced_logout_reaches_clients_of_another_process(two, connect):
    here, *_ = two
    far = await connect("alice", 1, is_near=False)
    await here.data("/auth/force_logout", {"userID": "alice", "platformID": 1})
    assert await far.closed() == (1000, "kicked")


async def test_who_went_away_is_offline_everywhere(two, connect):
    here, _, there, _ = two
    far = await connect("alice", 1, is_near=False)
    await far.close()
    asked = {"userID": "bob", "userIDs": ["alice"]}

    async def is_offline(rest):
        return not (await rest.data("/user/get_users_status", asked))["statusList"][0]["status"]

    for rest in (here, there):
        for _ in range(200):
            if await is_offline(rest):
                break
        assert await is_offline(rest)
