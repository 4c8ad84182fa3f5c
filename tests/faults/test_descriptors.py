"""A server that may open few files: strangers take what there is, and it goes on with what it kept for itself."""

import asyncio

import httpx
import pytest

from tests.faults.conftest import settings_for
from tests.support.business_server import BusinessServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

FILES = 160
FEW_FILES = ("sh", "-c", f'ulimit -n {FILES}; exec "$@"', "sh")


@pytest.fixture
async def flooded(tmp_path, sqlite_url):
    """A server, and a function that opens connections to a port of it and keeps them open."""
    opened: list[asyncio.StreamWriter] = []

    async def flood(port, count, first=b""):
        for _ in range(count):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(first)
            opened.append(writer)

    async with BusinessServer() as business:
        settings = settings_for(sqlite_url, business.url)
        async with ServerProcess(tmp_path, settings, prefix=FEW_FILES) as server, Rest(server.url) as rest:
            await rest.register("ann", "bob", "cat")
            yield server, rest, business, flood
            for writer in opened:
                writer.transport.abort()


@pytest.mark.parametrize(
    "first", [b"", b"POST /friend/import_friend HTTP/1.1\r\nHo", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"]
)
async def test_connections_to_the_api_that_nobody_needs_make_room(flooded, first):
    server, rest, business, flood = flooded
    await flood(server.api_port, 2 * FILES, first)
    answer = await rest.import_friends("ann", ["bob"])
    assert answer["errCode"] == 0
    await business.wait_for(2)
    assert "refused or ended for descriptors" in server.output()
    assert "Traceback" not in server.output()
    async with httpx.AsyncClient(trust_env=False) as client:
        metrics = (await client.get(f"{server.url}/metrics")).text
    assert 'amity_http_refused_total{reason="descriptors"}' in metrics


async def test_connections_to_the_gateway_that_never_say_who_they_are_make_room(flooded):
    server, rest, business, flood = flooded
    await flood(server.gateway_port, 2 * FILES, b"GET / HTTP/1.1\r\n")
    answer = await rest.import_friends("ann", ["bob"])
    assert answer["errCode"] == 0
    await business.wait_for(2)
    assert "no file descriptors for more connections" in server.output()
    assert "Traceback" not in server.output()


async def test_a_flood_of_the_gateway_keeps_nobody_out_of_the_api(flooded):
    server, rest, _, flood = flooded
    await rest.__aexit__(None, None, None)  # so that the API has no connection that could make room
    await flood(server.gateway_port, 2 * FILES, b"GET / HTTP/1.1\r\n")
    for _ in range(5):
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            assert (await client.get(f"{server.url}/healthz")).status_code == 200


async def test_a_flood_of_the_api_keeps_nobody_out_of_the_gateway(flooded):
    server, _, _, flood = flooded
    await flood(server.api_port, 2 * FILES)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.gateway_port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"HTTP/1.1 426 ")
    writer.close()
