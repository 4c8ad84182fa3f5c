"""Answers on the wire: framing, limits, and invalid ones."""

import time

import pytest

from amity.http.client import HttpFailure
from tests.support.behaviour import Answer, Drip, Endless, Half, HangUp, Raw, Silence, redirect

TYPE = {"Content-Type": "application/json"}
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"


async def post(client, server, timeout=2.0, body=b"{}"):
    return await client.post(f"{server.url}/path?query=1", TYPE, body, timeout)


async def failure(client, server, timeout=2.0):
    with pytest.raises(HttpFailure) as raised:
        await post(client, server, timeout)
    assert str(server.port) not in raised.value.reason
    assert "127.0.0.1" not in raised.value.reason
    return raised.value


async def test_a_request_says_what_it_must_and_nothing_else(client, business):
    reply = await post(client, business, body=b'{"a":1}')
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    (request,) = business.requests
    assert (request.method, request.path, request.query_string) == ("POST", "/path", "query=1")
    assert request.headers == {
        "host": f"127.0.0.1:{business.port}",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "content-length": "7",
    }
    assert request.body == b'{"a":1}'


async def test_a_page_is_fetched_by_get(client, business):
    reply = await client.get(f"{business.url}/path?query=1", 2.0)
    assert reply.status == 200
    (request,) = business.requests
    assert (request.method, request.path, request.query_string, request.body) == ("GET", "/path", "query=1", b"")
    with pytest.raises(ValueError, match="begins with http"):
        await client.get("nowhere", 2.0)


async def test_userinfo_of_the_url_is_sent_as_basic_authorization(client, business):
    await client.post(f"http://me:pw@127.0.0.1:{business.port}/", TYPE, b"", 2.0)
    assert business.requests[0].headers["authorization"] == "Basic bWU6cHc="


@pytest.mark.parametrize("bad", ["a\r\nx: y", "a\nb", "a\rb", "a\0b", "\u20ac"])
async def test_a_header_that_would_break_the_request_is_refused(client, business, bad):
    with pytest.raises(ValueError, match=r"header|latin-1"):
        await client.post(business.url, {"operationID": bad}, b"", 2.0)
    assert business.requests == []


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"{}"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Trailer: b\r\n\r\n", b"a"),
        (INTERIM + b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", b"a"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 200\r\nCONTENT-LENGTH: 1\r\n\r\na", b"a"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb", b"a"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na and more", b"a"),
    ],
)  # fmt: skip
async def test_every_framing_of_an_answer_is_understood(client, business, raw, body):
    business.reaction = Raw(raw)
    reply = await post(client, business)
    assert reply.body == body
    assert "link" not in reply.headers


async def test_a_header_that_comes_twice_is_joined(client, business):
    business.reaction = Raw(b"HTTP/1.1 200 OK\r\nRetry-After: 1\r\nretry-after: 2\r\nContent-Length: 0\r\n\r\n")
    assert (await post(client, business)).headers["retry-after"] == "1, 2"


async def test_an_answer_in_single_bytes_is_put_together(client, business):
    business.reaction = Drip(b'{"a":1}', interval=0.001, head_too=True)
    assert (await post(client, business)).body == b'{"a":1}'


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n\r\n\r\nnot http", b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 100 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
    ],
)  # fmt: skip
async def test_an_answer_that_is_not_http_is_a_failure(client, business, raw):
    business.reaction = Raw(raw)
    assert "not HTTP" in (await failure(client, business)).reason


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX-Long: a\r\n b\r\n\tc\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        b"HTTP/1.1 200 OK\nContent-Length: 2\r\n\n{}",
        b"HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        b"HTTP/1.1 200 OK\n\n{}",
        b"HTTP/1.1 200 OK\r\nX: a\x01b\x7f\x00\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n: no name\r\n\r\n{}",
    ],
)
@pytest.mark.parametrize("in_single_bytes", [False, True])
async def test_a_head_with_one_meaning_is_read_as_other_clients_read_it(client, business, raw, in_single_bytes):
    business.reaction = Raw(raw, in_single_bytes)
    for _ in range(2):
        assert (await post(client, business)).body == b"{}"
    assert [request.connection for request in business.requests] == [1, 2]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n", "two different values of Content-Length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "two different values of"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", "other than chunked"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "other than chunked"),
        (b"HTTP/1.1 200 OK\r\nX: a\rContent-Length: 1\r\n\r\nab", "a carriage return within a header line"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header line that has no colon"),
        (b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "a switch of protocols (101)"),
    ],
)
async def test_a_head_with_two_meanings_is_refused_by_name(client, business, raw, reason):
    business.reaction = Raw(raw)
    assert reason in (await failure(client, business)).reason


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"H",
    ],
)
async def test_an_answer_that_breaks_off_is_a_failure(client, business, raw):
    business.reaction = Raw(raw)
    assert "before its answer was whole" in (await failure(client, business)).reason
    business.reaction = Half()
    assert "before its answer was whole" in (await failure(client, business)).reason


async def test_a_connection_that_ends_without_an_answer_is_a_failure(client, business):
    business.reaction = HangUp()
    assert "without an answer" in (await failure(client, business)).reason
    assert len(business.requests) == 1


@pytest.mark.parametrize("location", ["http://169.254.169.254/latest/meta-data", "/elsewhere"])
async def test_a_redirect_is_an_answer_and_not_followed(client, business, location):
    business.reaction = redirect(location, 307)
    reply = await post(client, business)
    assert (reply.status, reply.headers["location"]) == (307, location)
    assert len(business.requests) == 1


@pytest.mark.parametrize("behaviour", [Endless(), Endless(declared=False)])
async def test_a_gigabyte_is_dropped_at_the_limit(client, business, behaviour):
    business.reaction = behaviour
    began = time.monotonic()
    assert "more than 1048576 bytes" in (await failure(client, business, timeout=20)).reason
    assert time.monotonic() - began < 10


async def test_the_limit_is_the_last_length_that_is_read(make_client, business):
    client = make_client(limit=1000)
    business.reaction = Answer(b"x" * 1000)
    assert len((await post(client, business)).body) == 1000
    business.reaction = Answer(b"x" * 1001)
    assert "more than 1000 bytes" in (await failure(client, business)).reason
    business.reaction = Raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001)
    assert "more than 1000 bytes" in (await failure(client, business)).reason


async def test_framing_without_end_is_dropped_as_well(make_client, business):
    client = make_client(limit=1000)
    business.reaction = Raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 10_000_000)
    assert "more than 1000 bytes" in (await failure(client, business)).reason


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 40_000 + b"\r\n{}",
        b"HTTP/1.1 200 " + b"a" * 1_000_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
    ],
)
async def test_headers_without_end_are_dropped_at_64_kib(client, business, raw):
    business.reaction = Raw(raw)
    assert "more than 65536 bytes of headers" in (await failure(client, business)).reason


async def test_headers_below_64_kib_are_read(client, business):
    business.reaction = Raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 60_000 + b"\r\nContent-Length: 2\r\n\r\n{}")
    assert len((await post(client, business)).headers["x"]) == 60_000


@pytest.mark.parametrize("behaviour", [Silence(), Drip(), Drip(head_too=True), Drip(interval=0.05)])
async def test_one_deadline_bounds_the_whole_exchange(client, business, behaviour):
    business.reaction = behaviour
    began = time.monotonic()
    failed = await failure(client, business, timeout=0.3)
    assert failed.timed_out
    assert 0.25 < time.monotonic() - began < 10  # the slow answers take longer to come


async def test_a_body_that_nobody_reads_ends_with_the_deadline(client, business):
    business.reaction = Silence()
    with pytest.raises(HttpFailure) as raised:
        await client.post(business.url, TYPE, b"x" * 16_000_000, 0.5)
    assert raised.value.timed_out
