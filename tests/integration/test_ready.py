"""``/readyz`` of a whole server: it says that the server can do its work, and not before it can."""

import asyncio

import httpx

from amity.app.server import Server
from amity.gateway.gateway import Gateway
from tests.integration.conftest import settings_for


class Held:
    """A step of the server's that waits until the test lets it go on."""

    def __init__(self, step):
        self._step = step
        self.reached = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def __call__(self, *args):
        self.reached.set()
        await self.goes_on.wait()
        return await self._step(*args)

    def method(self):
        """Return what stands for the step in its class."""

        async def held(*args):
            return await self(*args)

        return held


async def ready(server):
    async with httpx.AsyncClient(verify=False, trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{server.port}/readyz")
    return answer.status_code, answer.json().get("reason")


async def test_a_server_is_ready_when_its_gateway_listens_and_not_before(tmp_path, sqlite_url, monkeypatch):
    held = Held(Gateway.start)
    monkeypatch.setattr(Gateway, "start", held.method())
    server = Server(settings_for(tmp_path, sqlite_url))
    starting = asyncio.create_task(server.start())
    await held.reached.wait()
    assert await ready(server) == (503, "the server is starting: the gateway does not listen yet")
    held.goes_on.set()
    await starting
    assert await ready(server) == (200, None)
    await server.stop()


async def test_a_server_that_stops_is_not_ready_though_it_still_answers(tmp_path, sqlite_url, monkeypatch):
    held = Held(Gateway.stop)
    monkeypatch.setattr(Gateway, "stop", held.method())
    server = Server(settings_for(tmp_path, sqlite_url))
    await server.start()
    stopping = asyncio.create_task(server.stop())
    await held.reached.wait()
    assert await ready(server) == (503, "the server is stopping")
    held.goes_on.set()
    await stopping


async def test_a_server_whose_database_was_removed_is_not_ready_though_it_still_reads(tmp_path, sqlite_url):
    server = Server(settings_for(tmp_path, sqlite_url))
    await server.start()
    (tmp_path / "amity.db").rename(tmp_path / "moved.db")
    assert await ready(server) == (503, "the database could not store this; nothing was written")
    (tmp_path / "moved.db").rename(tmp_path / "amity.db")
    async with asyncio.timeout(10):
        while await ready(server) != (200, None):  # noqa: ASYNC110 - it is tried once a second
            await asyncio.sleep(0.05)
    await server.stop()
