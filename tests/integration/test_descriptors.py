"""The file descriptors that the API and the gateway share."""

import asyncio
import contextlib

import pytest

from amity.app import server
from amity.http.descriptors import Descriptors
from tests.integration.api.wire import end, read_answer
from tests.support.databases import ON_SQLITE_ALONE


@pytest.fixture
async def connect():
    """Opens connections to the server of a URL, which end after the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def connect(url):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            stack.callback(writer.close)
            return reader, writer

        yield connect


async def ask(connection):
    reader, writer = connection
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await read_answer(reader))[0] == 200


async def is_ended(connection):
    """Return once the server has closed the connection."""
    assert await end(connection[0]) == b""


@ON_SQLITE_ALONE
async def test_a_new_connection_takes_the_place_of_the_longest_idle_one_to_either(start_server, connect, monkeypatch):
    monkeypatch.setattr(server, "descriptors", lambda: Descriptors(2))
    api, gateway = (await start_server()).url, start_server.gateway_url
    stranger = await connect(gateway)
    caller = await connect(api)
    await ask(caller)
    second_stranger = await connect(gateway)
    # The caller came milliseconds after the stranger: fewer than from one tick of the server's timers to the next.
    await is_ended(stranger)
    await ask(caller)
    second_caller = await connect(api)
    await is_ended(second_stranger)
    await ask(second_caller)
    await connect(gateway)
    await is_ended(caller)
    await ask(second_caller)
