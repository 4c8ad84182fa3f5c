"""Everybody comes back at once: the server was killed and started again, and 2,000 clients only waited for that."""

import asyncio
import json

import psutil
import uvloop

from tests.faults.caller import Caller
from tests.faults.conftest import settings_for
from tests.integration.gateway.raw import Raw
from tests.support.rest import ADMIN, Rest
from tests.support.server_process import ServerProcess

CLIENTS = 2000
MOST_SECONDS = 20


async def _tokens(rest: Rest, users: list[str]) -> dict[str, str]:
    for at in range(0, len(users), 1000):
        await rest.register(*users[at : at + 1000])
    tokens = dict.fromkeys(users, "")  # in their order, whoever has a token first

    headers = {"operationID": "storm", "token": await rest.token(ADMIN)}

    async def fetch(some: list[str]) -> None:
        caller = Caller(rest.url)
        for user in some:
            body = {"userID": user, "platformID": 7}
            _, answer = await caller.post("/auth/get_user_token", headers, body)
            tokens[user] = json.loads(answer)["data"]["token"]
        await caller.close()

    await asyncio.gather(*(fetch(users[start::16]) for start in range(16)))
    return tokens


async def _connect(url: str, user: str, token: str) -> Raw:
    """Connect, again and again until the server is there, as clients do."""
    while True:
        raw = Raw(url)
        try:
            await raw.connect()
        except ConnectionError:
            await asyncio.sleep(0.2)
            continue
        await raw.upgrade({"sendID": user, "token": token, "platformID": "7", "operationID": "storm"})
        head = await raw.head()
        assert head.startswith("HTTP/1.1 101 "), head
        return raw


def test_two_thousand_clients_reconnect_at_once_after_the_server_was_killed(tmp_path, database_url):
    async def scene():
        settings = settings_for(database_url, "http://127.0.0.1:9", callbacks={})
        users = [f"user-{number}" for number in range(CLIENTS)]
        async with ServerProcess(tmp_path, settings) as server, Rest(server.url) as rest:
            url = f"ws://127.0.0.1:{server.gateway_port}"
            tokens = await _tokens(rest, users)
            clients = await asyncio.gather(*(_connect(url, user, token) for user, token in tokens.items()))
            server.kill()
            for each in await asyncio.gather(*(client.rest() for client in clients), return_exceptions=True):
                assert each == b"" or isinstance(each, ConnectionError), each
            for client in clients:
                client.close()
            coming = asyncio.gather(*(_connect(url, user, token) for user, token in tokens.items()))
            await server.start()
            async with asyncio.timeout(MOST_SECONDS):
                clients = await coming
            # Each is really there: an import tells it.
            told = asyncio.create_task(clients[0].frame())
            async with Rest(server.url) as again:
                assert (await again.import_friends(next(iter(tokens)), ["user-1"]))["errCode"] == 0
            assert (await told)[0] == 2
            assert psutil.Process(server.pid).memory_info().rss < 250 * 1024 * 1024
            assert "Traceback" not in server.output()
            for client in clients:
                client.close()
            assert await server.terminate() == 0

    uvloop.run(scene())
