"""Connections to the REST API byte by byte: one request is one answer."""

import asyncio
import json
import shutil

import pytest

from amity import metrics
from tests.integration.api.wire import HEAD, end, names, read_answer, request


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
async def test_a_request_with_an_ambiguous_end_is_refused_and_nothing_after_it_is_served(wire, backstage, raw):
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


async def test_an_unknown_expectation_is_refused(wire):
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


async def test_an_answer_that_is_made_in_the_turn_in_which_the_client_closes_its_side_is_sent(port):
    for _ in range(50):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("ann"))
        writer.write_eof()
        assert b'"userID":"ann"' in await end(reader)
        writer.close()


async def test_a_request_that_was_cut_off_ends_the_connection_at_once(wire, backstage):
    reader, writer = wire
    writer.write(request("ann") + request("bob")[:-1])
    writer.write_eof()
    assert await names(reader, 1) == ["ann"]
    assert await end(reader) == b""
    assert len(backstage.calls) == 1


@pytest.mark.parametrize("cut", [1, 2, 5, 1000])
@pytest.mark.parametrize(("ends", "status"), [(1, b"200"), (2, b"400")])
async def test_one_line_end_may_come_before_a_request_however_it_is_cut(wire, cut, ends, status):
    reader, writer = wire
    raw = b"\r\n" * ends + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    for start in range(0, len(raw), cut):
        writer.write(raw[start : start + cut])
        await writer.drain()
        await asyncio.sleep(0.002)
    assert (await end(reader)).startswith(b"HTTP/1.1 " + status)


async def test_a_client_that_was_not_asked_for_its_body_and_is_answered_is_let_go(wire, backstage):
    # It may send the body or not: whatever comes next could be either.
    reader, writer = wire
    writer.write(b"POST /greet/caller HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 300\r\n\r\n")
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    assert b"connection: close\r\n" in head
    writer.write(request("ann"))
    await end(reader)
    assert backstage.calls == []


async def test_a_client_of_http_1_0_is_not_asked_for_its_body(wire):
    reader, writer = wire
    body = b'{"userID":"bob"}'
    head = HEAD.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    writer.write(head % len(body))
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.write(body)
    answer = await end(reader)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"userID":"bob"' in answer


async def test_no_page_sends_a_client_to_the_host_that_its_request_names(wire):
    reader, writer = wire
    writer.write(b"GET /healthz/ HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")
    status, body = await read_answer(reader)
    assert (status, body) == (404, b"404 page not found: did you mean /healthz?")


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"POST", b"OPTIONS"])
async def test_a_client_that_closes_its_side_right_behind_its_only_request_gets_its_answer(port, method):
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(method + b" /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        writer.write_eof()
        assert (await end(reader)).startswith(b"HTTP/1.1 ")
        writer.close()


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


async def test_a_client_that_speaks_tls_is_answered_at_once_and_counted(wire):
    reader, writer = wire
    before = metrics.registry.get_sample_value("amity_http_refused_total", {"reason": "TLS"}) or 0.0
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a hello, of which no end is waited for")
    status, body = await read_answer(reader)
    assert (status, body) == (400, b"this port speaks HTTP without TLS; https and wss end at the proxy in front of it")
    assert metrics.registry.get_sample_value("amity_http_refused_total", {"reason": "TLS"}) == before + 1
