"""Online status on a complete server with real clients: over HTTP, and to the business server."""

import asyncio

import pytest

from amity.wire.frames import Identifier
from tests.integration.callbacks.post_office import eventually
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.gateway_client import GatewayClient
from tests.support.rest import Rest

WEB, PHONE, WINDOWS = 5, 2, 3


class House:
    """A server with people on it, and the business server that it tells."""

    def __init__(self, start_server, rest, business):
        self.rest: Rest = rest
        self._start_server = start_server
        self._business = business

    async def login(self, user, platform=WEB):
        """Get a token and return a client that will connect with it."""
        data = await self.rest.data("/auth/get_user_token", {"userID": user, "platformID": platform})
        return self.client(user, data["token"], platform)

    def client(self, user, token, platform=WEB, **more):
        return GatewayClient(self._start_server.gateway_url, user, token, platform, more=more)

    async def status(self, *users):
        """Ask who is online, as a user may: platforms by user."""
        data = await self.rest.data("/user/get_users_status", {"userIDs": list(users)}, user=users[0])
        assert [each["status"] for each in data["statusList"]] == [
            int(bool(each["platformIDs"])) for each in data["statusList"]
        ]
        return {each["userID"]: each["platformIDs"] for each in data["statusList"]}

    async def told(self, count):
        """What the business server was told, once it is so much: ``Online lena Web``."""
        requests = await self._business.wait_for(count)
        return [
            f"{body['callbackCommand'][len('callbackAfterUser') : -len('Command')]} {body['userID']} {body['platform']}"
            for body in (request.json for request in requests)
        ]


@pytest.fixture
async def start(start_server, business):
    """Starts the server, with settings of the test's own."""

    async def start(**parts):
        callbacks = {"url": business.url}
        for setting in ("afterUserOnline", "afterUserOffline", "afterUserKickOff"):
            callbacks[setting] = {"enable": True, "timeout": 5}
        return House(start_server, await start_server(callbacks=callbacks, **parts), business)

    return start


@pytest.fixture
async def house(start):
    opened = await start()
    await opened.rest.register("lena", "max")
    return opened


async def test_a_user_is_online_from_the_first_client_to_the_end_of_the_last(house):
    assert await house.status("lena", "max") == {"lena": [], "max": []}
    phone, browser = await house.login("lena", PHONE), await house.login("lena", WEB)
    async with phone:
        async with browser:
            assert await house.status("lena", "max") == {"lena": [PHONE, WEB], "max": []}
        await eventually_status(house, {"lena": [PHONE]})
    await eventually_status(house, {"lena": []})
    assert await house.told(4) == ["Online lena Android", "Online lena Web", "Offline lena Web", "Offline lena Android"]


async def eventually_status(house, expected):
    """Return once users are online where they are expected to be: a client has gone before the server knows."""
    async with asyncio.timeout(10):
        while await house.status(*expected) != expected:  # noqa: ASYNC110 - each round asks the server
            await asyncio.sleep(0.005)


async def test_two_windows_of_one_browser_are_one_event(house):
    first = await house.login("lena")
    async with first:
        (connected,) = await connections(house, "lena")
        async with house.client("lena", connected["token"]):
            assert len(await connections(house, "lena")) == 2
            assert await house.status("lena") == {"lena": [WEB]}
    await eventually_status(house, {"lena": []})
    assert await house.told(2) == ["Online lena Web", "Offline lena Web"]


async def connections(house, user):
    (found,) = await house.rest.data("/user/get_users_online_status", {"userIDs": [user]})
    return found["detailPlatformStatus"]


async def test_an_administrator_sees_the_connections_and_their_tokens(house):
    client = await house.login("lena")
    async with client:
        (online, offline) = await house.rest.data("/user/get_users_online_status", {"userIDs": ["lena", "max"]})
        (request,) = await house._business.wait_for(1)
        (detail,) = online.pop("detailPlatformStatus")
        assert online == {"userID": "lena", "status": 1}
        assert detail["connID"] == request.json["connID"]
        assert (detail["platformID"], detail["isBackground"]) == (WEB, False)
        assert f"token={detail['token']}" in client.url
        assert offline == {"userID": "max", "status": 0, "detailPlatformStatus": []}
        tokens = await house.rest.data("/user/get_users_online_token_detail", {"userIDs": ["lena", "max"]})
        assert tokens == [
            {
                "userID": "lena",
                "status": 1,
                "singlePlatformToken": [{"platformID": WEB, "total": 1, "token": [detail["token"]]}],
            }
        ]


@ON_SQLITE_ALONE
@pytest.mark.parametrize("path", ["/user/get_users_online_status", "/user/get_users_online_token_detail"])
async def test_a_user_may_not_see_connections(house, path):
    answer = await house.rest.post(path, {"userIDs": ["lena"]}, user="lena")
    assert (answer["errCode"], answer["errMsg"]) == (1002, "NoPermissionError")


async def test_the_event_says_what_the_client_said_of_itself(house):
    data = await house.rest.data("/auth/get_user_token", {"userID": "lena", "platformID": PHONE})
    async with house.client("lena", data["token"], PHONE, operationID="connecting-lena", isBackground="true"):
        (request,) = await house._business.wait_for(1)
    assert request.headers["operationid"] == "connecting-lena"
    (connected,) = [request.json]
    assert connected.pop("seq") > 1_700_000_000_000
    assert len(connected.pop("connID")) == 32
    assert connected == {
        "callbackCommand": "callbackAfterUserOnlineCommand",
        "operationID": "connecting-lena",
        "platformID": PHONE,
        "platform": "Android",
        "userID": "lena",
        "isAppBackground": True,
    }


async def test_an_operation_id_that_no_database_could_store_does_not_hold_up_anybody(house):
    data = await house.rest.data("/auth/get_user_token", {"userID": "lena", "platformID": WEB})
    async with house.client("lena", data["token"], operationID="a\0b\r\nc\u00e9"), await house.login("max"):
        assert sorted(await house.told(2)) == ["Online lena Web", "Online max Web"]
        (request,) = [each for each in house._business.requests if each.json["userID"] == "lena"]
        assert request.json["operationID"] == "a\ufffdb\r\nc\u00e9"
        assert request.headers["operationid"].isprintable()


async def test_a_client_that_goes_without_a_word_is_offline_as_soon_as_its_socket_is(house):
    client = await house.login("lena")
    await client.connect()
    client.abort()
    assert await house.told(2) == ["Online lena Web", "Offline lena Web"]
    assert await house.status("lena") == {"lena": []}


async def test_a_client_that_logs_out_is_offline(house):
    client = await house.login("lena")
    async with client:
        await client.request(Identifier.LOGOUT)
        await client.closed()
    assert await house.told(2) == ["Online lena Web", "Offline lena Web"]


async def test_a_forced_logout_kicks_and_then_the_user_is_offline(house):
    client = await house.login("lena")
    async with client:
        await house.rest.data("/auth/force_logout", {"userID": "lena", "platformID": WEB})
        assert (await client.pushed()).identifier == Identifier.KICK
        assert await house.told(3) == ["Online lena Web", "KickOff lena Web", "Offline lena Web"]
        assert await house.status("lena") == {"lena": []}


async def test_a_second_device_of_the_same_platform_takes_over_and_nobody_goes_offline(house):
    first = await house.login("lena")
    async with first:
        await house.told(1)
        second = await house.login("lena")
        async with second:
            assert (await first.pushed()).identifier == Identifier.KICK
            assert await house.told(2) == ["Online lena Web", "KickOff lena Web"]
            assert len(await connections(house, "lena")) == 1
        assert await house.told(3) == ["Online lena Web", "KickOff lena Web", "Offline lena Web"]


async def test_where_the_policy_wants_one_computer_the_other_is_kicked_and_offline(start):
    house = await start(multiLogin={"policy": 4})
    await house.rest.register("lena")
    mac = await house.login("lena", 4)
    async with mac:
        await house.told(1)
        windows = await house.login("lena", WINDOWS)
        async with windows:
            events = await house.told(4)
            assert events[0] == "Online lena OSX"
            assert sorted(events[1:]) == ["KickOff lena OSX", "Offline lena OSX", "Online lena Windows"]
            assert events.index("KickOff lena OSX") < events.index("Offline lena OSX")
            assert await house.status("lena") == {"lena": [WINDOWS]}


async def test_when_the_server_stops_everybody_goes_offline_and_it_is_told_at_the_latest_by_the_next(
    house, start_server, business
):
    for user in ("lena", "max"):
        await (await house.login(user)).connect()
    assert sorted(await house.told(2)) == ["Online lena Web", "Online max Web"]
    await start_server.stop()
    following = House(
        start_server, await start_server(callbacks={"url": business.url, "afterUserOnline": {}}), business
    )
    assert sorted((await house.told(4))[2:]) == ["Offline lena Web", "Offline max Web"]
    assert await following.status("lena", "max") == {"lena": [], "max": []}


async def test_subscribing_over_http_answers_who_is_online_now(house):
    answer = await house.rest.data(
        "/user/subscribe_users_status", {"userID": "max", "userIDs": ["lena"], "genre": 1}, user="max"
    )
    assert answer == {"statusList": [{"userID": "lena", "status": 0, "platformIDs": []}]}
    async with await house.login("lena"):
        answer = await house.rest.data(
            "/user/subscribe_users_status", {"userID": "max", "userIDs": ["lena"], "genre": 1}, user="max"
        )
        assert answer == {"statusList": [{"userID": "lena", "status": 1, "platformIDs": [WEB]}]}
    await eventually(lambda: len(house._business.requests) == 2)
