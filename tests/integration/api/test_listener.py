"""The stop of the listener."""

import asyncio

import httpx
import pytest

from amity.api.listener import Listener
from amity.api.serving import Timeouts


@pytest.fixture
def reached():
    return asyncio.Event()


@pytest.fixture
def go_on():
    return asyncio.Event()


@pytest.fixture
async def start(reached, go_on):
    started = []

    async def slow(scope, receive, send):
        reached.set()
        await go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"done"})

    async def start(timeouts=None):
        made = Listener(slow, "127.0.0.1", 0, timeouts=timeouts)
        await made.start()
        started.append(made)
        return made

    yield start
    for each in started:
        await each.stop()


async def test_a_listener_does_not_wait_for_connections_that_are_idle(start, go_on):
    go_on.set()
    listener = await start(Timeouts(keep_alive=600, grace=600))
    async with httpx.AsyncClient(verify=False, base_url=f"http://127.0.0.1:{listener.port}") as client:
        await client.get("/")
        assert len(listener.connections) == 1
        await asyncio.wait_for(listener.stop(), 10)
        assert len(listener.connections) == 0


async def test_a_request_under_way_is_answered_before_a_listener_ends(start, reached, go_on):
    listener = await start()
    async with httpx.AsyncClient(verify=False, base_url=f"http://127.0.0.1:{listener.port}") as client:
        asked = asyncio.create_task(client.get("/"))
        await reached.wait()
        stopping = asyncio.create_task(listener.stop())
        await asyncio.wait([stopping], timeout=0.05)
        assert not stopping.done()
        go_on.set()
        assert (await asked).content == b"done"
        await stopping


async def test_a_request_that_is_never_answered_holds_a_listener_up_for_a_bounded_time(start, reached):
    listener = await start(Timeouts(grace=0.05))
    async with httpx.AsyncClient(verify=False, base_url=f"http://127.0.0.1:{listener.port}") as client:
        asked = asyncio.create_task(client.get("/"))
        await reached.wait()
        await listener.stop()
        with pytest.raises(httpx.TransportError):
            await asked
