"""A server that may open few files: strangers take what there is, and it goes on with what it kept for itself."""

import asyncio
import contextlib
import socket

import httpx
import psutil
import pytest

from amity.wire.frames import Identifier
from tests.faults.conftest import settings_for
from tests.support.business_server import BusinessServer
from tests.support.gateway_client import GatewayClient
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

FILES = 160
MOST = FILES // 2
"""Connections that the server keeps. The other descriptors are its own."""
FEW_FILES = ("sh", "-c", f'ulimit -n {FILES}; exec "$@"', "sh")


class Stranger(asyncio.Protocol):
    """A connection that sends its first bytes, reads what comes, and notes its end by ``ended``."""

    def __init__(self, first, ended):
        self._first = first
        self._ended = ended

    def connection_made(self, transport):
        transport.write(self._first)

    def connection_lost(self, error):
        self._ended.release()


@pytest.fixture
async def flooded(tmp_path, sqlite_url):
    """A server, and a function that opens connections to a port of it and keeps them open.

    The function returns once the server has accepted all of them, and ended those for which it has no room. Before
    that, they would also take the place of a caller's connection whose request has not reached the server.
    """
    opened: list[asyncio.Transport] = []

    async def flood(port, count, first=b""):
        ended = asyncio.Semaphore(0)
        loop = asyncio.get_running_loop()
        for _ in range(count):
            transport, _ = await loop.create_connection(lambda: Stranger(first, ended), "127.0.0.1", port)
            opened.append(transport)
        async with asyncio.timeout(30):
            for _ in range(count - MOST):
                await ended.acquire()

    async with BusinessServer() as business:
        settings = settings_for(sqlite_url, business.url)
        async with ServerProcess(tmp_path, settings, prefix=FEW_FILES) as server, Rest(server.url) as rest:
            await rest.register("ann", "bob", "cat")
            yield server, rest, business, flood
            for transport in opened:
                transport.abort()


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


async def test_connections_to_the_api_keep_no_client_from_the_gateway(flooded):
    server, rest, _, flood = flooded
    token = await rest.token("ann")
    await flood(server.api_port, 2 * FILES)
    async with GatewayClient(f"ws://127.0.0.1:{server.gateway_port}", "ann", token) as client:
        assert (await client.request(Identifier.GET_MAX_SEQ, b"")).identifier == Identifier.GET_MAX_SEQ
    assert "Traceback" not in server.output()


async def test_connections_to_the_gateway_keep_no_new_caller_from_the_api(flooded):
    server, _, _, flood = flooded
    await flood(server.gateway_port, 2 * FILES, b"GET / HTTP/1.1\r\n")
    async with httpx.AsyncClient(trust_env=False) as caller:
        assert (await caller.get(f"{server.url}/healthz")).status_code == 200
    assert "Traceback" not in server.output()


async def test_a_crowd_that_comes_in_one_moment_leaves_the_server_what_it_needs(flooded):
    server, _, business, _ = flooded
    most = 0
    process = psutil.Process(server.pid)
    with contextlib.ExitStack() as crowd:
        process.suspend()  # so that all of them wait to be taken when it goes on
        for _ in range(2 * FILES):
            one = crowd.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", server.api_port))
        process.resume()
        async with Rest(server.url) as newcomer:
            importing = asyncio.create_task(newcomer.import_friends("ann", ["bob"]))
            while not importing.done():
                most = max(most, process.num_fds())
                await asyncio.sleep(0.001)
            assert (await importing)["errCode"] == 0
    await business.wait_for(2)
    assert most < FILES - 20
    assert "Traceback" not in server.output()
