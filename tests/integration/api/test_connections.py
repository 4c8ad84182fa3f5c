"""Connections to the REST API byte by byte: one request is one answer, whoever is slow ends, and all have bounds."""

import asyncio
import json
import logging
import shutil
import socket

import pytest

from amity.api.serving import Bounds, Timeouts

HEAD = b"POST /greet/caller HTTP/1.1\r\nHost: x\r\noperationID: op\r\ntoken: user\r\n"
QUICK = Timeouts(arrival=0.15, keep_alive=0.15, write=0.15, write_rate=1 << 30, stopping=0.1, grace=0.5, tick=0.01)


def request(name="bob", *lines, chunked=False):
    body = json.dumps({"userID": name}).encode()
    head = HEAD + b"".join(line + b"\r\n" for line in lines)
    if chunked:
        return head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def read_answer(reader):
    """Return the status and the body of one answer."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    body = await asyncio.wait_for(reader.readexactly(int(length.split(b":")[1])), 20)
    return int(head.split(b" ")[1]), body


async def names(reader, count):
    return [json.loads((await read_answer(reader))[1])["data"]["userID"] for _ in range(count)]


async def end(reader):
    """Return all that comes until the server closes the connection."""
    try:
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        return b""


@pytest.fixture
async def wire(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()


# One request, one answer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"anything"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("cut", [None, 1, 7])
async def test_an_upgrade_that_is_offered_changes_nothing(wire, upgrade, chunked, cut):
    reader, writer = wire
    raw = request("bob", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: " + upgrade, chunked=chunked)
    for start in range(0, len(raw), cut or len(raw)):
        writer.write(raw[start : start + (cut or len(raw))])
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(request("ann"))
    assert await names(reader, 2) == ["bob", "ann"]


async def test_what_looks_like_a_request_inside_a_body_is_a_body(wire):
    reader, writer = wire
    inner = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    head = HEAD + b"Connection: Upgrade\r\nUpgrade: foo\r\nContent-Length: %d\r\n\r\n" % len(inner)
    writer.write(head)
    await writer.drain()
    writer.write(inner)
    status, body = await read_answer(reader)
    assert (status, json.loads(body)["errCode"]) == (200, 1001)
    writer.write(request("ann"))
    assert await names(reader, 1) == ["ann"]


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Content-Length : 2\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\n folded\r\n\r\n{}",
        HEAD + b"Content-Length: 2\n\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
        HEAD.replace(b"Host: x\r\n", b"") + b"Content-Length: 2\r\n\r\n{}",
        b"POST /greet/caller HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 2\r\n\r\n{}",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    ],
)
async def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_behind_it_is_served(wire, backstage, raw):
    reader, writer = wire
    writer.write(raw + request("ann"))
    answer = await end(reader)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close\r\n" in answer
    assert answer.count(b"HTTP/1.1") == 1
    assert backstage.calls == []


@pytest.mark.parametrize(
    "path",
    ["/%67reet/caller", "//greet/caller", "/./greet/caller", "/x/../greet/caller", "/greet/caller;a", "/greet\\caller"],
)
async def test_an_operation_has_one_spelling(wire, backstage, path):
    reader, writer = wire
    writer.write(request().replace(b"/greet/caller", path.encode(), 1))
    status, _ = await read_answer(reader)
    assert status == 404
    assert backstage.calls == []


async def test_a_whole_url_as_target_is_its_path(wire):
    reader, writer = wire
    writer.write(request("bob").replace(b"/greet/caller", b"http://x/greet/caller", 1))
    assert await names(reader, 1) == ["bob"]


async def test_headers_of_one_name_are_one_list(wire):
    reader, writer = wire
    writer.write(request("bob", b"Connection: Upgrade", b"Connection: close", b"Upgrade: h2c"))
    answer = await end(reader)
    assert b'"userID":"bob"' in answer


async def test_an_expectation_that_nobody_knows_is_refused(wire):
    reader, writer = wire
    writer.write(request("bob", b"Expect: a-miracle"))
    assert (await end(reader)).startswith(b"HTTP/1.1 417 ")


async def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(wire):
    reader, writer = wire
    body = b'{"userID":"bob"}'
    writer.write(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
    assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20) == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    assert await names(reader, 1) == ["bob"]


async def test_a_client_that_has_closed_its_side_still_gets_all_its_answers(wire):
    reader, writer = wire
    writer.write(request("ann") + request("bob") + request("cat"))
    writer.write_eof()
    assert await names(reader, 3) == ["ann", "bob", "cat"]
    assert await end(reader) == b""


async def test_a_hundred_requests_at_once_are_answered_in_their_order(wire):
    reader, writer = wire
    asked = [f"user-{number}" for number in range(100)]
    writer.write(b"".join(request(name, chunked=number % 2 == 0) for number, name in enumerate(asked)))
    assert await names(reader, 100) == asked


async def test_head_has_no_body_and_the_connection_goes_on(wire):
    reader, writer = wire
    writer.write(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + request("bob"))
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert await names(reader, 1) == ["bob"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_curl_that_offers_http2_gets_its_answer(port):
    headers = ["-H", "operationID: op", "-H", "token: user"]
    process = await asyncio.create_subprocess_exec(
        *("curl", "-sS", "--max-time", "10", "--http2", *headers, "-d", '{"userID": "bob"}'),
        f"http://127.0.0.1:{port}/greet/caller",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    if b"does not support" in err:
        pytest.skip("this curl has no HTTP/2")
    assert json.loads(out)["data"]["userID"] == "bob", err


# Deadlines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beginning", [b"", b"POST /gre", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{", request("bob")])
async def test_a_client_that_says_no_more_is_let_go(start_listener, beginning):
    reader, writer = await asyncio.open_connection("127.0.0.1", await start_listener(QUICK))
    writer.write(beginning)
    await end(reader)
    writer.close()


async def connected_deaf(port):
    """A client that takes next to nothing, and never reads."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    deaf.setblocking(False)
    await asyncio.get_running_loop().sock_connect(deaf, ("127.0.0.1", port))
    return deaf


LARGE = json.dumps({"userID": "u" * 1000, "times": 4000}).encode()


async def test_a_client_that_never_reads_its_answer_is_let_go(start_listener, backstage):
    port = await start_listener(QUICK)
    (listener,) = start_listener.running
    deaf = await connected_deaf(port)
    await asyncio.get_running_loop().sock_sendall(deaf, HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE)
    await backstage.called(1)
    await asyncio.wait_for(listener.connections.emptied(), 20)
    deaf.close()


async def test_answers_that_are_not_read_are_not_gathered(start_listener, backstage):
    port = await start_listener(Timeouts(tick=0.01))
    deaf = await connected_deaf(port)
    one = HEAD + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE
    await asyncio.get_running_loop().sock_sendall(deaf, one * 10)
    await backstage.called(2)
    await asyncio.sleep(0.1)
    # The first is in the buffers, the second waits to be written, and the others are not begun.
    assert len(backstage.calls) == 2
    deaf.close()


async def test_what_all_clients_together_do_not_read_has_a_bound(start_listener, backstage):
    port = await start_listener(bounds=Bounds(unsent=1_000_000))
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


async def test_where_all_connections_are_busy_a_new_one_is_told_so(start_listener, backstage, caplog):
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


async def test_noise_from_outside_is_one_line_in_the_log(wire, port, caplog):
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
    await backstage.called(6)
    with caplog.at_level(logging.INFO):
        await asyncio.wait_for(listener.stop(), 5)
    assert caplog.records == []
    assert len(listener.connections) == 0
    for each in deaf:
        each.close()
