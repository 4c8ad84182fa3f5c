"""Connections to the REST API that stall, are too many or do not read: deadlines and limits."""

import asyncio
import json
import logging

import pytest

from amity.api.serving import Bounds, Timeouts
from tests.integration.api.wire import HEAD, LARGE, QUICK, connected_deaf, end, names, read_answer, request

# Deadlines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beginning", [b"", b"POST /gre", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{", request("bob")])
async def test_a_silent_client_is_closed(start_listener, beginning):
    reader, writer = await asyncio.open_connection("127.0.0.1", await start_listener(QUICK))
    writer.write(beginning)
    await end(reader)
    writer.close()


async def test_a_client_that_never_reads_its_answer_is_closed(start_listener, backstage):
    port = await start_listener(QUICK)
    (listener,) = start_listener.running
    deaf = await connected_deaf(port)
    await asyncio.get_running_loop().sock_sendall(deaf, HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE)
    await backstage.called(1)
    await asyncio.wait_for(listener.connections.emptied(), 20)
    deaf.close()


async def test_unread_answers_do_not_accumulate(start_listener, backstage):
    port = await start_listener(Timeouts(tick=0.01))
    deaf = await connected_deaf(port)
    one = HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE
    await asyncio.get_running_loop().sock_sendall(deaf, one * 10)
    await backstage.called(1)
    await asyncio.sleep(0.1)
    assert len(backstage.calls) == 1  # the others are not begun while the first waits to be taken
    deaf.close()


@pytest.mark.parametrize("closes_its_side", [False, True])
async def test_a_client_that_reads_slowly_gets_every_answer_in_its_order(port, closes_its_side):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    body = json.dumps({"userID": "u" * 1000, "times": 3000}).encode()
    for name in ("ann", "bob", "cat"):
        writer.write(request(name) + HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    if closes_its_side:
        writer.write_eof()
    await writer.drain()
    await asyncio.sleep(0.1)
    for name in ("ann", "bob", "cat"):
        assert json.loads((await read_answer(reader))[1])["data"]["userID"] == name
        assert len(json.loads((await read_answer(reader))[1])["data"]["greetings"]) == 3000
    if closes_its_side:
        assert await end(reader) == b""
    writer.close()


async def test_bytes_read_ahead_have_a_total_bound(start_listener):
    port = await start_listener(bounds=Bounds(held=200_000))
    (listener,) = start_listener.running
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
    for _, writer in clients:
        writer.write(b"GET /" + b"x" * 60_000)
        await writer.drain()
    assert await end(clients[0][0]) == b""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("bob"))
    assert await names(reader, 1) == ["bob"]
    assert 2 <= len(listener.connections) <= 4
    for _, each in [*clients, (reader, writer)]:
        each.close()


async def test_unread_answers_have_a_total_bound(start_listener, backstage):
    port = await start_listener(bounds=Bounds(held=1_000_000))
    (listener,) = start_listener.running
    one = HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE  # the answer has 4 MB
    deaf = [await connected_deaf(port) for _ in range(4)]
    for each in deaf:
        await asyncio.get_running_loop().sock_sendall(each, one)
    await backstage.called(4)
    async with asyncio.timeout(20):
        while len(listener.connections) > 1:  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0.01)
    for each in deaf:
        each.close()


# Bounds ------------------------------------------------------------------------------------------------------------


async def test_a_new_connection_takes_the_place_of_the_one_that_has_waited_longest(start_listener):
    port = await start_listener(bounds=Bounds(connections=3))
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    for reader, writer in clients:
        writer.write(request("bob"))
        await names(reader, 1)
    clients[0][1].write(request("bob"))
    await names(clients[0][0], 1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("new"))
    assert await names(reader, 1) == ["new"]
    assert await end(clients[1][0]) == b""
    clients[2][1].write(request("old"))
    assert await names(clients[2][0], 1) == ["old"]
    for _, each in [*clients, (reader, writer)]:
        each.close()


@pytest.mark.parametrize(
    "beginning",
    [
        HEAD + b"Content-Length: 50\r\n\r\n",  # its body is waited for
        HEAD.replace(b"token", b"no-token") + b"Content-Length: 50\r\n\r\n",  # it is answered, and skipped
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5",
    ],
)
async def test_clients_that_never_send_their_body_keep_nobody_out(start_listener, beginning):
    port = await start_listener(bounds=Bounds(connections=3))
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    for _, writer in clients:
        writer.write(beginning)
        await writer.drain()
    for _ in range(2):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("new"))
        assert await names(reader, 1) == ["new"]
        clients.append((reader, writer))
    for _, each in clients:
        each.close()


async def test_clients_that_never_read_keep_nobody_out(start_listener, backstage):
    port = await start_listener(bounds=Bounds(connections=2))
    deaf = [await connected_deaf(port) for _ in range(2)]
    for each in deaf:
        await asyncio.get_running_loop().sock_sendall(each, HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE)
    await backstage.called(2)
    await asyncio.sleep(0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("new"))
    assert await names(reader, 1) == ["new"]
    for each in deaf:
        each.close()
    writer.close()


async def test_a_user_whose_requests_wait_leaves_connections_to_others(start_listener, backstage):
    backstage.goes_on.clear()
    port = await start_listener(bounds=Bounds(connections=5))
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
    for _, writer in clients[:3]:
        writer.write(request("bob"))
    await backstage.called(3)
    for reader, writer in clients[3:]:
        writer.write(request("bob"))
        assert json.loads((await read_answer(reader))[1])["errCode"] == 1357
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("ann").replace(b"token: user", b"token: admin"))
    await backstage.called(4)
    backstage.goes_on.set()
    assert await names(reader, 1) == ["ann"]
    for served, _ in clients[:3]:
        assert await names(served, 1) == ["bob"]
    clients[0][1].write(request("bob"))
    assert await names(clients[0][0], 1) == ["bob"]
    for _, each in [*clients, (reader, writer)]:
        each.close()


async def test_a_new_connection_is_refused_if_all_are_busy(start_listener, backstage, caplog):
    backstage.checked.clear()
    port = await start_listener(bounds=Bounds(connections=2))
    busy = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    for _, writer in busy:
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        await writer.drain()
    (listener,) = start_listener.running
    async with asyncio.timeout(10):
        while len(listener.connections.tasks) < 2:  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0.01)
    with caplog.at_level(logging.WARNING, "amity.api.serving"):
        for _ in range(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert (await end(reader)).startswith(b"HTTP/1.1 503 ")
            writer.close()
    assert [record.getMessage() for record in caplog.records] == [
        "http: refused or ended for connections: 1 since the last such line"
    ]
    backstage.checked.set()
    for reader, writer in busy:
        assert (await read_answer(reader))[0] == 200
        writer.close()


async def test_repeated_refusals_make_one_log_line(port, caplog):
    with caplog.at_level(logging.INFO):
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"noise\r\n\r\n")
            await end(reader)
            writer.close()
    assert len(caplog.records) == 1


# Stopping ----------------------------------------------------------------------------------------------------------


async def test_a_server_stops_with_clients_that_never_read_and_says_nothing(start_listener, backstage, caplog):
    port = await start_listener(Timeouts(grace=0.2, stopping=0.1))
    (listener,) = start_listener.running
    deaf = [await connected_deaf(port) for _ in range(3)]
    for each in deaf:
        await asyncio.get_running_loop().sock_sendall(
            each, (HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE) * 2
        )
    await backstage.called(3)
    with caplog.at_level(logging.INFO):
        await asyncio.wait_for(listener.stop(), 5)
    assert caplog.records == []
    assert len(listener.connections) == 0
    for each in deaf:
        each.close()


async def test_a_stopping_server_starts_no_request_after_one_that_was_refused_early(start_listener, backstage):
    port = await start_listener(Timeouts(grace=20, stopping=20))
    (listener,) = start_listener.running
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD.replace(b"token: user", b"token: nobody") + b"Content-Length: 100\r\n\r\n")
    assert json.loads((await read_answer(reader))[1])["errCode"] == 1503
    stopping = asyncio.create_task(listener.stop())
    await asyncio.sleep(0)
    writer.write(b"x" * 100 + request("bob"))
    assert await end(reader) == b""
    await asyncio.wait_for(stopping, 10)
    assert backstage.calls == []
    writer.close()
