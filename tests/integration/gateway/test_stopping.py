"""The stop of a gateway, and starts that fail."""

import asyncio
import contextlib

import pytest

from amity.app.server import Server
from amity.gateway.heartbeat import Timeouts
from amity.wire.frames import Identifier
from tests.integration.conftest import settings_for
from tests.integration.gateway.raw import Raw
from tests.support.lone_gateway import LoneGateway, until


async def test_clients_get_a_close_frame_when_the_server_stops():
    async with LoneGateway() as lone:
        clients = [lone.client(f"user-{number}") for number in range(20)]
        for client in clients:
            await client.connect()
        await lone.gateway.stop()
        for client in clients:
            assert await client.closed() == (1001, "the server stops")
        assert lone.sessions.count == 0
        assert sorted(event for event, _, _ in lone.seen) == ["closed"] * 20 + ["opened"] * 20
        with pytest.raises(ConnectionError):
            await lone.client("late").connect()


async def test_a_stop_answers_requests_under_way_first():
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(call, data):
        begun.set()
        await go_on.wait()
        return b"done"

    async with LoneGateway({Identifier.SEND_MSG: slow}) as lone:
        client = lone.client("alice")
        await client.connect()
        answer = client.ask(Identifier.SEND_MSG)
        await begun.wait()
        stopping = asyncio.create_task(lone.gateway.stop())
        await asyncio.sleep(0.05)
        assert not client.ended.is_set()
        go_on.set()
        assert (await answer).data == b"done"
        assert (await client.closed())[0] == 1001
        await stopping


async def test_a_stop_cancels_a_request_that_does_not_end(monkeypatch, caplog):
    monkeypatch.setattr("amity.gateway.gateway._ANSWERING_SECONDS", 0.05)
    begun, broken_off = asyncio.Event(), asyncio.Event()

    async def endless(call, data):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.set()

    async with LoneGateway({Identifier.SEND_MSG: endless}) as lone:
        client = lone.client("alice")
        await client.connect()
        client.ask(Identifier.SEND_MSG)
        await begun.wait()
        await lone.gateway.stop()
        assert broken_off.is_set()
        assert (await client.closed())[0] == 1001
    assert "broken off" in caplog.text


async def test_clients_that_do_not_close_do_not_delay_a_stop(monkeypatch):
    monkeypatch.setattr("amity.gateway.gateway._CLOSING_SECONDS", 0.05)
    async with LoneGateway(timeouts=Timeouts(closing=1000)) as lone, Raw(lone.url) as deaf, Raw(lone.url) as unready:
        await deaf.upgrade({"sendID": "a", "token": "a/7/1", "platformID": "7", "operationID": "o"})
        await deaf.head()
        await unready.write(b"GET / HTTP/1.1\r\n")
        await until(lambda: lone.sessions.count == 1)
        async with asyncio.timeout(5):
            await lone.gateway.stop()
        with contextlib.suppress(ConnectionResetError):
            assert await unready.rest() == b""


async def test_a_port_in_use_is_named_and_nothing_stays_open(tmp_path, sqlite_url):
    async with LoneGateway() as lone:
        port = lone.gateway.port
        server = Server(settings_for(tmp_path, sqlite_url, gateway={"port": port}))
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}: Address already in use"):
            await server.start()
    again = Server(settings_for(tmp_path, sqlite_url, gateway={"port": port}))
    await again.start()
    assert again.gateway_port == port
    await again.stop()
