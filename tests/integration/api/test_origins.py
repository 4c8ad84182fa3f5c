"""Which web pages may call a whole server, over HTTP and to connect to its gateway."""

import json
import socket

import httpx
import pytest

from amity.app.server import Server
from tests.integration.conftest import settings_for
from tests.support.rest import Rest

APP, EVIL = "https://app.example", "https://evil.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "operationid,token"}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
async def start(tmp_path, database_url):
    """Starts a server with these origins, or with ``--dev``; returns it and a client of it."""
    running = []

    async def make(*origins, dev=False):
        settings = settings_for(tmp_path, database_url, api={"port": 0, "corsOrigins": list(origins)})
        server = Server(settings, dev=dev)
        await server.start()
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", trust_env=False)
        running.append((server, client))
        return server, client

    yield make
    for server, client in running:
        await client.aclose()
        await server.stop()


def cors(answer):
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("path", ["/auth/parse_token", "/nowhere", "/auth/parse_token/"])
async def test_an_allowed_page_is_named_and_caches_are_told_that_it_depends_on_it(start, path):
    _, client = await start(APP)
    answer = await client.post(path, json={}, headers={"Origin": APP, "operationID": "op"})
    assert answer.status_code in (200, 307)
    assert cors(answer) == {
        "access-control-allow-origin": APP,
        "access-control-allow-methods": "*",
        "access-control-allow-headers": "*",
    }
    assert answer.headers["vary"] == "origin"


async def test_a_preflight_is_answered_for_allowed_pages_and_refused_for_others(start):
    _, client = await start(APP)
    allowed = await client.options("/auth/parse_token", headers={"Origin": APP, **PREFLIGHT})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, APP)
    assert allowed.headers["vary"] == "origin"
    refused = await client.options("/auth/parse_token", headers={"Origin": EVIL, **PREFLIGHT})
    assert (refused.status_code, cors(refused), refused.headers["vary"]) == (403, {}, "origin")


@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "PUT"])
async def test_a_page_of_others_is_refused_whatever_it_asks(start, method):
    _, client = await start(APP)
    answer = await client.request(
        method, "/auth/parse_token", headers={"Origin": EVIL, "operationID": "op"}, content=b"{}"
    )
    assert (answer.status_code, cors(answer)) == (403, {})
    assert answer.json() == {
        "errCode": 1002,
        "errMsg": "NoPermissionError",
        "errDlt": f"Origin: pages of '{EVIL}' may not call this server (see api.corsOrigins)",
    }
    assert answer.headers["connection"] == "close"


async def test_a_client_without_an_origin_is_served_without_cors_headers(start):
    server, client = await start(APP)
    answer = await client.get("/healthz")
    assert (answer.status_code, cors(answer), answer.headers["vary"]) == (200, {}, "origin")
    async with Rest(f"http://127.0.0.1:{server.port}") as rest:
        await rest.register("ann", "bob")
        assert (await rest.import_friends("ann", ["bob"]))["errCode"] == 0


async def test_the_servers_own_page_may_call_it(start):
    server, client = await start(APP)
    own = f"http://127.0.0.1:{server.port}"
    assert (await client.get("/docs")).status_code == 200
    assert (await client.post("/auth/parse_token", json={}, headers={"Origin": own})).status_code == 200


async def test_any_origin_may_call_if_all_are_allowed(start):
    _, client = await start("*")
    answer = await client.post("/auth/parse_token", json={}, headers={"Origin": EVIL})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "vary" not in answer.headers


@pytest.mark.parametrize("allowed", ["http://localhost:*", "*"])
async def test_in_dev_mode_a_name_that_is_not_this_machines_is_refused(start, allowed):
    server, client = await start(allowed, dev=True)
    rebound = {"Host": f"evil.example:{server.port}", "Origin": f"http://evil.example:{server.port}"}
    for headers in (rebound, {"Host": rebound["Host"]}):
        answer = await client.post("/auth/parse_token", json={}, headers=headers)
        assert (answer.status_code, cors(answer)) == (403, {})
        assert answer.json()["errDlt"].startswith("Host: 'evil.example:")
    assert (await client.get("/healthz", headers={"Host": "localhost:1"})).status_code == 200


async def test_two_origins_in_one_request_are_none_that_is_allowed(start):
    server, _ = await start(APP)
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(f"GET /healthz HTTP/1.1\r\nHost: x\r\nOrigin: {APP}\r\nOrigin: {APP}\r\n\r\n".encode())
        assert await _first_line(raw) == b"HTTP/1.1 403 Forbidden"


HANDSHAKE = (
    "GET /?sendID=ann&token=t&platformID=5&operationID=op HTTP/1.1\r\nHost: {host}\r\n{origin}Connection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def _first_line(raw):
    import asyncio

    raw.setblocking(False)
    said = b""
    async with asyncio.timeout(10):
        while b"\r\n" not in said and (came := await asyncio.get_running_loop().sock_recv(raw, 65536)):
            said += came
    return said.partition(b"\r\n")[0]


async def _handshake(server, host, origin):
    with socket.create_connection(("127.0.0.1", server.gateway_port)) as raw:
        named = f"Origin: {origin}\r\n" if origin else ""
        raw.sendall(HANDSHAKE.format(host=host, origin=named).encode())
        return await _first_line(raw)


async def test_pages_of_others_cannot_connect_to_the_gateway_and_clients_that_are_no_pages_can(start):
    server, _ = await start("http://localhost:*", dev=True)
    forbidden, heard = b"HTTP/1.1 403 Forbidden", b"HTTP/1.1 200 OK"  # with the error about the token
    assert await _handshake(server, "127.0.0.1:1", None) == heard
    assert await _handshake(server, "127.0.0.1:1", "http://localhost:3000") == heard
    assert await _handshake(server, "127.0.0.1:1", EVIL) == forbidden
    assert await _handshake(server, "evil.example:1", "http://evil.example:1") == forbidden
    assert await _handshake(server, "evil.example:1", None) == forbidden


async def test_anybodys_page_connects_to_the_gateway_where_any_may(start):
    server, _ = await start("*")
    assert await _handshake(server, "evil.example", EVIL) == b"HTTP/1.1 200 OK"


def test_the_settings_file_can_say_so(tmp_path, database_url):
    settings = settings_for(tmp_path, database_url, api={"corsOrigins": [APP]})
    assert settings.api.cors_origins == [APP]
    assert json.loads((tmp_path / "amity.yml").read_text())["api"] == {"corsOrigins": [APP]}
