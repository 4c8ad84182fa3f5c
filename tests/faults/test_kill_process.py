"""``kill -9`` of one of two servers on one PostgreSQL: who is online is right within 2 s, and so are logins."""

import asyncio
import contextlib
import time

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import SubUserOnlineStatus, SubUserOnlineStatusTips
from tests.faults.conftest import KILLS
from tests.support.gateway_client import ConnectionEnded, GatewayClient
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

WITHIN = 2.0
USERS = [f"person-{number}" for number in range(30)]


def shown(reply):
    tips = SubUserOnlineStatusTips.FromString(reply.data)
    return {each.userID: list(each.onlinePlatformIDs) for each in tips.subscribers}


class Scene:
    """Two servers, a client of the first one that watches everybody, and everybody's clients of the second one."""

    def __init__(self, folder, database_url):
        settings = {"secret": SECRET, "admins": [ADMIN], "database": database_url}
        self.stack = contextlib.AsyncExitStack()
        folders = [folder / name for name in ("left", "right")]
        for each in folders:
            each.mkdir()
        self.left, self.right = (ServerProcess(each, settings) for each in folders)

    async def __aenter__(self):
        enter = self.stack.enter_async_context
        await enter(self.left)
        await enter(self.right)
        self.rest = await enter(Rest(self.left.url))
        await self.rest.register("watcher", *USERS)
        self.tokens = {user: await self.token(user) for user in USERS}
        return self

    async def __aexit__(self, *error):
        return await self.stack.__aexit__(*error)

    async def token(self, user):
        answer = await self.rest.data("/auth/get_user_token", {"userID": user, "platformID": 1})
        return answer["token"]

    async def connect(self, server, user, token=None):
        url = f"ws://127.0.0.1:{server.gateway_port}"
        client = GatewayClient(url, user, token or self.tokens[user], 1)
        await client.connect()
        return client

    async def online(self):
        answer = await self.rest.data("/user/get_users_status", {"userID": "watcher", "userIDs": USERS})
        return {each["userID"] for each in answer["statusList"] if each["status"]}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_was_connected_to_a_killed_process_is_offline_within_two_seconds(database_url, tmp_path, report):
    async with Scene(tmp_path, database_url) as scene:
        token = (await scene.rest.data("/auth/get_user_token", {"userID": "watcher", "platformID": 1}))["token"]
        watcher = await scene.connect(scene.left, "watcher", token)
        for _ in range(KILLS):
            clients = [await scene.connect(scene.right, user) for user in USERS]
            request = SubUserOnlineStatus(subscribeUserID=USERS).SerializeToString()
            known = shown(await watcher.request(Identifier.SUBSCRIBE_ONLINE, request))
            assert known == {user: [1] for user in USERS}
            scene.right.kill()
            killed_at = time.monotonic()
            while any(known.values()):
                known |= shown(await watcher.pushed(timeout=5))
            told_after = time.monotonic() - killed_at
            while await scene.online():  # noqa: ASYNC110 - asked at the server, which tells nobody over HTTP
                await asyncio.sleep(0.01)
            asked_after = time.monotonic() - killed_at
            report(f"killed process: watchers told after {told_after:.2f} s, answers right after {asked_after:.2f} s")
            assert max(told_after, asked_after) < WITHIN + 0.5  # as many processes as cores share this machine
            await asyncio.gather(*(client.ended.wait() for client in clients))
            await scene.right.start()
        await watcher.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_clients_of_a_killed_process_log_in_elsewhere_at_once(database_url, tmp_path):
    """With the same token, and with newer ones: what the dead process had excludes nobody, and neither is it kicked."""
    async with Scene(tmp_path, database_url) as scene:
        for user in USERS:
            await scene.connect(scene.right, user)
        scene.right.kill()
        again = [await scene.connect(scene.left, user) for user in USERS]
        assert await scene.online() == set(USERS)
        newer = {user: await scene.token(user) for user in USERS[:5]}
        instead = [await scene.connect(scene.left, user, token) for user, token in newer.items()]
        for client in again[:5]:
            with contextlib.suppress(ConnectionEnded):
                assert (await client.pushed()).identifier == Identifier.KICK
            assert (await client.closed())[1] == "kicked"
        for client in (*instead, *again[5:]):
            assert (await client.request(Identifier.SET_BACKGROUND)).err_code == 0
        for _ in range(50):  # longer than the lease of the dead process
            assert await scene.online() == set(USERS)
            await asyncio.sleep(0.05)
        for client in (*instead, *again[5:]):
            await client.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_login_at_one_process_kicks_a_client_of_another(database_url, tmp_path):
    async with Scene(tmp_path, database_url) as scene:
        user = USERS[0]
        old = await scene.connect(scene.right, user)
        new = await scene.connect(scene.left, user, await scene.token(user))
        assert (await old.pushed()).identifier == Identifier.KICK
        assert await old.closed() == (1000, "kicked")
        assert (await new.request(Identifier.SET_BACKGROUND)).err_code == 0
        await new.close()
