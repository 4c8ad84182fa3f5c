"""How the listener ends."""

import asyncio

import httpx
import pytest

from amity.api.listener import Listener
from amity.api.serving import Timeouts

PATIENCE = 0.1
"""How long a web server sleeps that looks whether its connections have ended at fixed times."""


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


@pytest.fixture
async def listener(start):
    return await start()


async def slept(monkeypatch, stopping):
    """Await the end of a listener and return how long it slept for it, in seconds."""
    pauses = []
    sleep = asyncio.sleep

    async def noted(seconds):
        pauses.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", noted)
    await stopping
    return sum(pauses)


async def test_a_listener_with_idle_connections_ends_without_waiting(listener, go_on, monkeypatch):
    go_on.set()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.port}") as client:
        await client.get("/")
        assert len(list(listener.connections)) == 1
        assert await slept(monkeypatch, listener.stop()) < PATIENCE


async def test_a_request_under_way_is_answered_before_a_listener_ends(listener, reached, go_on):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.port}") as client:
        asked = asyncio.create_task(client.get("/"))
        await reached.wait()
        stopping = asyncio.create_task(listener.stop())
        await asyncio.wait([stopping], timeout=PATIENCE)
        assert not stopping.done()
        go_on.set()
        assert (await asked).content == b"done"
        await stopping


async def test_a_request_that_is_never_answered_holds_a_listener_up_for_a_bounded_time(start, reached):
    listener = await start(Timeouts(grace=0.05))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.port}") as client:
        asked = asyncio.create_task(client.get("/"))
        await reached.wait()
        await listener.stop()
        with pytest.raises(httpx.TransportError):
            await asked
