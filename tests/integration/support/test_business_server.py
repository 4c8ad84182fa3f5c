"""The business server of the tests answers well and badly as told, seen by an ordinary HTTP client."""

import asyncio

import httpx
import pytest

from tests.support.behaviour import Answer, Drip, Endless, Half, HangUp, Raw, Silence, html, redirect
from tests.support.business_server import ALLOW, BusinessServer


@pytest.fixture
async def server():
    async with BusinessServer() as running:
        yield running


@pytest.fixture
async def client():
    async with httpx.AsyncClient(verify=False, trust_env=False, timeout=5) as connected:
        yield connected


async def test_it_approves_unless_told_otherwise_and_keeps_what_came(server, client):
    answer = await client.post(
        f"{server.url}/a/b?contenttype=json&x=", content=b'{"a": 1}', headers={"operationID": "op"}
    )
    assert (answer.status_code, answer.json()) == (200, ALLOW)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/a/b")
    assert request.query == {"contenttype": ["json"], "x": [""]}
    assert (request.body, request.json, request.headers["operationid"]) == (b'{"a": 1}', {"a": 1}, "op")


async def test_ordinary_answers_keep_the_connection(server, client):
    for _ in range(3):
        await client.post(server.url, content=b"{}")
    assert server.connections == 1
    assert [request.connection for request in server.requests] == [1, 1, 1]


async def test_a_body_in_chunks_is_put_together(server, client):
    async def chunks():
        yield b'{"a":'
        yield b" 1}"

    await client.post(server.url, content=chunks())
    await client.post(server.url, content=b"{}")
    assert [request.json for request in server.requests] == [{"a": 1}, {}]


async def test_queued_reactions_answer_first_and_may_depend_on_the_request(server, client):
    server.then({"nextCode": 1}, lambda request: Answer({"echo": request.json}, 503, {"Retry-After": "7"}))
    assert (await client.post(server.url, content=b"{}")).json() == {"nextCode": 1}
    answer = await client.post(server.url, content=b'{"b": 2}')
    assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (503, "7", {"echo": {"b": 2}})
    assert (await client.post(server.url, content=b"{}")).json() == ALLOW


async def test_raw_bytes_pages_and_redirects(server, client):
    server.then(Answer(b"not json", 404), html(502), redirect("http://127.0.0.1:1/"))
    first, second, third = [await client.post(server.url) for _ in range(3)]
    assert (first.status_code, first.content) == (404, b"not json")
    assert (second.status_code, second.headers["content-type"]) == (502, "text/html")
    assert (third.status_code, third.headers["location"]) == (302, "http://127.0.0.1:1/")


@pytest.mark.parametrize("broken", [HangUp(), Half(), Raw(b"SSH-2.0-OpenSSH_9.2\r\n")])
async def test_broken_answers_break_the_client(server, client, broken):
    server.then(broken)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.post(server.url, content=b"{}")


async def test_an_answer_may_wait_for_the_test(server, client):
    released = asyncio.Event()
    server.then(Answer(ALLOW, after=released))
    answer = asyncio.create_task(client.post(server.url, content=b"{}"))
    await server.wait_for(1)
    assert not answer.done()
    released.set()
    assert (await answer).json() == ALLOW


async def test_silence_lasts_until_the_client_gives_up(server, client):
    server.then(Silence())
    with pytest.raises(httpx.ReadTimeout):
        await client.post(server.url, content=b"{}", timeout=0.1)
    assert (await client.post(server.url, content=b"{}")).json() == ALLOW


@pytest.mark.parametrize("head_too", [False, True])
async def test_a_dripping_answer_arrives_whole_for_who_waits(server, client, head_too):
    server.then(Drip(b'{"nextCode": 0}', interval=0.001, head_too=head_too))
    assert (await client.post(server.url, content=b"{}")).json() == {"nextCode": 0}


@pytest.mark.parametrize("declared", [False, True])
async def test_an_endless_body_is_made_while_it_is_sent(server, client, declared):
    server.reaction = Endless(200_000, declared=declared)
    assert len((await client.post(server.url, content=b"{}")).content) == 200_000
    server.reaction = Endless(declared=declared)
    async with client.stream("POST", server.url, content=b"{}") as answer:
        async for _ in answer.aiter_raw():
            break


async def test_waiting_for_requests_that_do_not_come_fails_with_the_count(server, client):
    await client.post(server.url, content=b"{}")
    with pytest.raises(AssertionError, match="1 requests arrived"):
        await server.wait_for(2, timeout=0.05)


async def test_leaving_ends_what_is_still_being_answered(client):
    async with BusinessServer(Silence()) as server:
        waiting = asyncio.create_task(client.post(server.url, content=b"{}"))
        await server.wait_for(1)
    with pytest.raises(httpx.TransportError):
        await waiting
    with pytest.raises(httpx.ConnectError):
        await client.post(server.url, content=b"{}")
