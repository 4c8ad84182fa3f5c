"""Two servers behind each proxy of ``deploy/``: what passes, and what becomes of it when one of them goes."""

import asyncio
import contextlib

import asyncpg
import pytest
from picows import WSError

from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq
from tests.integration.conftest import import_callbacks
from tests.integration.gateway.raw import Raw
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW
from tests.support.deployed_proxies import DeployedProxy
from tests.support.gateway_client import ConnectionEnded, GatewayClient
from tests.support.lone_gateway import until
from tests.support.rest import Rest
from tests.support.tls import client_context

REQUESTS = "amity_requests_total"
LOGINS = "amity_connections_opened_total"


async def ask(rest, times):
    """Ask for a user so many times, each on a connection of its own to the proxy; return the ``errCode`` of each."""
    codes = []
    token = await rest.token("imAdmin")
    for _ in range(times):
        async with Rest(rest.url) as fresh:
            codes.append((await fresh.post("/user/account_check", {"checkUserIDs": ["alice"]}, token=token))["errCode"])
    return codes


async def log_in(deployment, users):
    """Connect a client for each of these users through the proxy, and have each answered; return them."""
    clients = [await deployment.client(user) for user in users]
    for client in clients:
        await client.connect()
        assert await is_answered(client)
    return clients


async def is_answered(client):
    """Return whether a client is connected and answered."""
    with contextlib.suppress(ConnectionEnded):
        asked = GetMaxSeqReq(userID=client.user).SerializeToString()
        return (await client.request(Identifier.GET_MAX_SEQ, asked)).err_code == 0
    return False


async def test_both_servers_get_requests_and_clients(deploy, kind):
    async with deploy(kind) as deployment:
        users = [f"user-{number}" for number in range(6)]
        await deployment.rest.register(*users)
        before = [await deployment.count(REQUESTS, server) for server in deployment.servers]
        assert await ask(deployment.rest, 10) == [0] * 10
        clients = await log_in(deployment, users)
        after = [await deployment.count(REQUESTS, server) for server in deployment.servers]
        assert all(now > then for now, then in zip(after, before, strict=True))
        logins = [await deployment.count(LOGINS, server) for server in deployment.servers]
        assert sum(logins) == 6
        assert min(logins) >= 1
        for client in clients:
            await client.close()


async def test_when_a_server_is_killed_the_other_gets_everything(deploy, kind):
    async with deploy(kind) as deployment:
        users = [f"user-{number}" for number in range(6)]
        await deployment.rest.register(*users)
        clients = await log_in(deployment, users)
        deployment.servers[0].kill()
        assert await ask(deployment.rest, 20) == [0] * 20
        alive = [client for client in clients if await is_answered(client)]
        assert 0 < len(alive) < 6
        again = await log_in(deployment, [client.user for client in clients if client not in alive])
        for client in (*alive, *again):
            assert await is_answered(client)
            await client.close()


async def test_a_server_that_comes_back_gets_requests_again(deploy, kind):
    async with deploy(kind) as deployment:
        first, _ = deployment.servers
        first.kill()
        assert await ask(deployment.rest, 10) == [0] * 10
        await first.start()
        async with asyncio.timeout(30):
            while not await deployment.count(REQUESTS, first):
                assert set(await ask(deployment.rest, 5)) == {0}


async def test_a_server_that_stops_answers_what_it_has_and_gets_nothing_new(deploy, kind, business):
    parts = {"callbacks": import_callbacks(business, timeout=10)}
    async with deploy(kind, **parts) as deployment:
        rest = deployment.rest
        await rest.register("alice", "bob", "carol", "dave")
        # Each server has one import under way when it is told to stop.
        go_on = asyncio.Event()
        business.then(*[Answer(ALLOW, after=go_on)] * 2)
        imports = [
            asyncio.create_task(rest.data("/friend/import_friend", {"ownerUserID": owner, "friendUserIDs": ["dave"]}))
            for owner in ("alice", "bob")
        ]
        await business.wait_for(2)
        stopping = asyncio.create_task(deployment.servers[0].terminate())
        await until(lambda: "stopping: finishing what was accepted" in deployment.servers[0].output())
        assert await ask(rest, 20) == [0] * 20
        go_on.set()
        assert [answer["imported"] for answer in await asyncio.gather(*imports)] == [["dave"], ["dave"]]
        assert await stopping == 0
        assert await ask(rest, 5) == [0] * 5
        clients = await log_in(deployment, ["carol", "dave"])
        for client in clients:
            await client.close()


async def test_a_server_without_its_database_gets_nothing_new_while_it_listens(deploy, postgres_url):
    """With HAProxy, which asks /readyz. nginx does not."""
    owner = await asyncpg.connect(postgres_url)
    role = f"cut_off_{asyncio.get_running_loop().time():.0f}"
    await owner.execute(f"create role {role} superuser login")
    try:
        cut_off = postgres_url.replace("//amity@", f"//{role}@")
        assert cut_off != postgres_url
        async with deploy("haproxy", (postgres_url, cut_off)) as deployment:
            users = [f"user-{number}" for number in range(4)]
            await deployment.rest.register(*users)
            _, ill = deployment.servers
            await owner.execute(f"alter role {role} nologin")
            await owner.fetch("select pg_terminate_backend(pid) from pg_stat_activity where usename = $1", role)
            async with Rest(ill.url) as direct, asyncio.timeout(20):
                while (await direct.get("/readyz")).status_code != 503:
                    pass
                # Until HAProxy has asked twice, some requests get there, and fail.
                while set(await ask(deployment.rest, 6)) != {0}:
                    pass
                before = await deployment.count(REQUESTS, ill), await deployment.count(LOGINS, ill)
                assert await ask(deployment.rest, 10) == [0] * 10
                clients = await log_in(deployment, users)
                assert (await deployment.count(REQUESTS, ill), await deployment.count(LOGINS, ill)) == before
                assert (await direct.get("/healthz")).status_code == 200
                for client in clients:
                    await client.close()
    finally:
        await owner.execute(f"drop role {role}")
        await owner.close()


async def test_everybody_s_port_denies_what_is_for_your_own_network(deploy, kind):
    async with deploy(kind) as deployment, Rest(f"http://127.0.0.1:{deployment.proxy.port}") as public:
        for path in ("/metrics", "/readyz", "/docs", "/openapi.json"):
            assert (await public.get(path)).status_code == 403, path
            assert (await deployment.rest.get(path)).status_code == 200, path
        for path in ("/auth/get_admin_token", "/callback/list", "/relation/export"):
            assert (await public.raw(path, {})).status_code == 403, path
            assert (await deployment.rest.raw(path, {})).status_code == 200, path
        token = await deployment.rest.token("imAdmin")
        assert (await public.post("/user/account_check", {"checkUserIDs": ["alice"]}, token=token))["errCode"] == 0


async def test_a_body_above_the_limit_is_refused_and_one_at_the_limit_passes(deploy, kind):
    async with deploy(kind) as deployment:
        rest = deployment.rest
        token = await rest.token("imAdmin")
        body = b'{"checkUserIDs": ["alice"]}'.ljust(8 << 20)
        assert (await rest.post("/user/account_check", body, token=token))["errCode"] == 0
        assert (await rest.raw("/user/account_check", body + b" ", token=token)).status_code == 413


async def test_no_log_has_a_client_s_token(deploy, kind, tmp_path):
    async with deploy(kind) as deployment:
        await deployment.rest.register("alice")
        (client,) = await log_in(deployment, ["alice"])
        await client.close()
        deployment.servers[0].kill()
        deployment.servers[1].kill()
        with pytest.raises((WSError, ConnectionEnded)):
            await GatewayClient(f"ws://127.0.0.1:{deployment.proxy.gateway_port}", "alice", client.token).connect()
        written = [file.read_text(errors="replace") for file in tmp_path.glob("*.log")]
        assert written
        assert not [text for text in written if client.token in text]


async def test_tls_serves_both_on_one_port(deploy, kind, tmp_path):
    async with deploy(kind) as deployment:
        await deployment.rest.register("alice")
        directory = tmp_path / "tls"
        directory.mkdir()
        async with (
            DeployedProxy(kind, directory, deployment.servers, tls=True) as proxy,
            Rest(f"https://127.0.0.1:{proxy.tls_port}") as rest,
        ):
            token = await deployment.rest.token("alice")
            found = await rest.post("/user/get_users_info", {"userIDs": ["alice"]}, token=token)
            assert found["errCode"] == 0
            assert (await rest.get("/metrics")).status_code == 403
            assert await upgraded(proxy.tls_port, {"sendID": "alice", "token": token, "platformID": "7"})


async def upgraded(port, query):
    """Ask for a WebSocket at the gateway's path, over TLS; return whether it was granted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_context())
    writer.write(
        Raw(f"wss://127.0.0.1:{port}").request({**query, "operationID": "op"}).replace(b"GET /?", b"GET /gateway?")
    )
    head = await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()
    return head.startswith(b"HTTP/1.1 101 ")
