"""Connections: kept, replaced, bounded, cancelled, and opened only to admitted addresses."""

import asyncio
import gc
import os
import socket
import time
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest

from amity.http.client import AddressRefused, HttpFailure
from tests.support.behaviour import Answer, HangUp, Raw, Silence
from tests.support.business_server import BusinessServer
from tests.support.processes import free_port

TYPE = {"Content-Type": "application/json"}


async def post(client, server, timeout=2.0):
    return await client.post(server.url, TYPE, b"{}", timeout)


@asynccontextmanager
async def raw_server(serve):
    """A server of one coroutine per connection, for what a business server cannot be told to do."""
    tasks = set()

    def accept(reader, writer):
        async def run():
            try:
                await serve(reader, writer)
            finally:
                writer.transport.abort()

        tasks.add(asyncio.ensure_future(run()))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def test_one_connection_serves_many_exchanges(client, business):
    for _ in range(5):
        await post(client, business)
    assert business.connections == 1


async def test_as_many_connections_as_exchanges_at_once_and_no_more(client, business):
    go = asyncio.Event()
    business.reaction = Answer({}, after=go)
    posts = [asyncio.ensure_future(post(client, business)) for _ in range(5)]
    await business.wait_for(5)
    go.set()
    await asyncio.gather(*posts)
    await asyncio.gather(*[post(client, business) for _ in range(5)])
    assert business.connections == 5


@pytest.mark.parametrize(
    "answer",
    [
        Answer({}, headers={"Connection": "close"}),
        Raw(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
    ],
)
async def test_a_connection_that_ends_with_its_answer_is_not_used_again(client, business, answer):
    business.then(answer)
    await post(client, business)
    await post(client, business)
    assert business.connections == 2


async def test_the_headers_of_an_answer_cannot_be_changed_by_who_gets_it(client, business):
    reply = await post(client, business)
    with pytest.raises(TypeError):
        reply.headers["content-type"] = "text/html"
    assert (await post(client, business)).headers == reply.headers


async def test_an_answer_without_a_request_ends_the_connection(client):
    answered = asyncio.Event()
    told: asyncio.Queue[bytes] = asyncio.Queue()

    async def serve(reader, writer):
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await answered.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
        told.put_nowait(await reader.read())

    async with raw_server(serve) as url:
        assert (await client.post(url, TYPE, b"{}", 2.0)).body == b""
        answered.set()
        async with asyncio.timeout(5):
            assert await told.get() == b""
        answered.clear()
        assert (await client.post(url, TYPE, b"{}", 2.0)).body == b""
        answered.set()


async def test_an_answer_that_arrives_before_the_loop_sends_the_next_request_is_not_its_answer(client):
    connections: list[asyncio.StreamWriter] = []

    async def serve(reader, writer):
        connections.append(writer)
        for body in (b"one", b"two"):
            await reader.readuntil(b"{}")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + body)

    async with raw_server(serve) as url:
        assert (await client.post(url, TYPE, b"{}", 2.0)).body == b"one"
        # Written past the loop, which has no turn until the next request is asked to be sent.
        os.write(
            connections[0].get_extra_info("socket").fileno(), b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
        )
        assert (await client.post(url, TYPE, b"{}", 2.0)).body == b"one"
        assert len(connections) == 2


async def test_a_kept_connection_found_dead_is_replaced_once(client, business):
    await post(client, business)
    business.then(HangUp())
    assert (await post(client, business)).status == 200
    assert len(business.requests) == 3
    assert business.connections == 2


async def test_a_request_is_sent_twice_at_most(client, business):
    await post(client, business)
    business.reaction = HangUp()
    with pytest.raises(HttpFailure, match="without an answer"):
        await post(client, business)
    assert len(business.requests) == 3


async def test_what_was_answered_in_part_is_not_sent_again(client, business):
    await post(client, business)
    business.then(Raw(b"H"))
    with pytest.raises(HttpFailure, match="before its answer was whole"):
        await post(client, business)
    assert len(business.requests) == 2


async def test_a_server_that_restarted_is_reached_at_once(client):
    async with BusinessServer() as first:
        port = first.port
        await asyncio.gather(*[post(client, first) for _ in range(3)])
    async with BusinessServer(port=port) as second:
        await asyncio.gather(*[post(client, second) for _ in range(3)])
        assert len(second.requests) == 3


async def test_nobody_listening_is_a_failure_that_names_no_address(client):
    with pytest.raises(HttpFailure) as raised:
        await client.post(f"http://127.0.0.1:{free_port()}/secret", TYPE, b"", 2.0)
    assert raised.value.reason == "could not be reached"
    assert "127.0.0.1" in raised.value.detail
    assert not raised.value.timed_out


async def test_more_exchanges_than_connections_wait_their_turn(make_client, business):
    client = make_client(most=3)
    go = asyncio.Event()
    business.reaction = Answer({}, after=go)
    posts = [asyncio.ensure_future(post(client, business)) for _ in range(20)]
    await business.wait_for(3)
    go.set()
    await asyncio.gather(*posts)
    assert len(business.requests) == 20
    assert business.connections == 3


async def test_waiting_for_a_connection_counts_into_the_deadline(make_client, business):
    client = make_client(most=1)
    business.reaction = Silence()
    first = asyncio.ensure_future(post(client, business, timeout=20))
    await business.wait_for(1)
    began = time.monotonic()
    with pytest.raises(HttpFailure) as raised:
        await post(client, business, timeout=0.2)
    assert raised.value.timed_out
    assert time.monotonic() - began < 10
    first.cancel()
    business.reaction = Answer({})
    assert (await post(client, business)).status == 200


async def test_failed_connections_free_their_slots(make_client, business):
    client = make_client(most=2)
    business.reaction = HangUp()
    outcomes = await asyncio.gather(*[post(client, business) for _ in range(10)], return_exceptions=True)
    assert all(isinstance(outcome, HttpFailure) for outcome in outcomes)
    assert len(business.requests) == 10
    business.reaction = Answer({})
    await asyncio.gather(*[post(client, business) for _ in range(10)])


async def test_dead_connections_are_replaced_within_the_bound(make_client):
    client = make_client(most=4)
    async with BusinessServer() as first:
        port = first.port
        await asyncio.gather(*[post(client, first) for _ in range(4)])
    async with BusinessServer(port=port) as second:
        await asyncio.gather(*[post(client, second) for _ in range(12)])
        assert second.connections <= 4


async def test_random_cancelling_loses_no_connection(make_client, business):
    client = make_client(most=2)
    business.reaction = lambda request: Answer({})
    for round_ in range(30):
        posts = [asyncio.ensure_future(post(client, business)) for _ in range(6)]
        for _ in range(round_ % 7):
            await asyncio.sleep(0)
        for number, each in enumerate(posts):
            if (number + round_) % 3:
                each.cancel()
        await asyncio.gather(*posts, return_exceptions=True)
    await asyncio.gather(*[post(client, business) for _ in range(6)])


async def test_a_cancelled_call_closes_the_connection(client):
    asked, left = asyncio.Event(), asyncio.Event()

    async def serve(reader, writer):
        await reader.readuntil(b"{}")
        asked.set()
        await reader.read()
        left.set()

    async with raw_server(serve) as url:
        waiting = asyncio.ensure_future(client.post(url, TYPE, b"{}", 5.0))
        await asked.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(2):
            await left.wait()


async def test_unused_connections_are_closed_after_a_while(make_client):
    client = make_client(idle_seconds=0.1)
    closed = asyncio.Event()

    async def serve(reader, writer):
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        closed.set()

    async with raw_server(serve) as url:
        await client.post(url, TYPE, b"{}", 2.0)
        async with asyncio.timeout(2):
            await closed.wait()


async def test_no_more_unused_connections_are_kept_than_allowed(make_client, business):
    client = make_client(idle_per_host=2)
    go = asyncio.Event()
    business.reaction = Answer({}, after=go)
    posts = [asyncio.ensure_future(post(client, business)) for _ in range(6)]
    await business.wait_for(6)
    go.set()
    await asyncio.gather(*posts)
    again = [asyncio.ensure_future(post(client, business)) for _ in range(3)]
    await asyncio.gather(*again)
    assert business.connections == 7


async def test_connections_closed_for_being_unused_make_room_for_others(make_client):
    client = make_client(most=2, idle_seconds=0.05)
    closed = asyncio.Semaphore(0)

    async def serve(reader, writer):
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        closed.release()

    async with raw_server(serve) as url:
        for _ in range(4):
            assert (await client.post(url, TYPE, b"{}", 1.0)).status == 200
            async with asyncio.timeout(2):
                await closed.acquire()


async def test_connections_that_were_too_many_to_keep_make_room_for_others(make_client, business):
    client = make_client(most=2, idle_per_host=1)
    for _ in range(4):
        await asyncio.gather(*[post(client, business) for _ in range(2)])
    assert business.connections == 5


async def test_an_answer_before_the_request_was_read_is_taken(client):
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await reader.read()

    async with raw_server(serve) as url:
        for _ in range(2):
            assert (await client.post(url, TYPE, b"x" * 20_000_000, 5.0)).status == 413


async def test_a_closed_client_fails_what_is_under_way_and_what_comes_later(make_client, business):
    client = make_client(most=1)
    business.reaction = Silence()
    posts = [asyncio.ensure_future(post(client, business)) for _ in range(3)]
    await business.wait_for(1)
    await client.close()
    for outcome in await asyncio.gather(*posts, return_exceptions=True):
        assert isinstance(outcome, HttpFailure)
    with pytest.raises(HttpFailure, match="could not be reached"):
        await post(client, business)


# Names and addresses ----------------------------------------------------------------------------------------------


def resolve(monkeypatch, addresses):
    """Have every name resolve to these addresses, in this order; return the names that were asked for."""
    asked = []

    async def getaddrinfo(host, port, **_):
        asked.append(host)
        await asyncio.sleep(0)
        if isinstance(addresses, Exception):
            raise addresses
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return asked


class Refuse:
    """An ``admit`` function that refuses these addresses; ``seen`` is what it was asked about."""

    def __init__(self, *refused):
        self.refused = refused
        self.seen = []

    def __call__(self, address):
        self.seen.append(str(address))
        if str(address) in self.refused:
            raise AddressRefused("of a kind that is refused")


async def test_a_name_that_resolves_to_a_refused_address_is_not_connected_to(make_client, business, monkeypatch):
    resolve(monkeypatch, ["127.0.0.1"])
    client = make_client(admit=Refuse("127.0.0.1"))
    with pytest.raises(HttpFailure) as raised:
        await client.post(f"http://business.example:{business.port}/", TYPE, b"", 2.0)
    assert raised.value.reason == "could not be reached"
    assert raised.value.detail == "127.0.0.1 is refused: of a kind that is refused"
    assert business.connections == 0


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "017700000001", "localhost", "[::ffff:127.0.0.1]"]
)
async def test_every_spelling_of_an_address_is_judged_as_the_address(make_client, business, host):
    seen = []

    def admit(address):
        seen.append(address)
        raise AddressRefused("everything is")

    with pytest.raises(HttpFailure, match="could not be reached"):
        await make_client(admit=admit).post(f"http://{host}:{business.port}/", TYPE, b"", 2.0)
    assert seen
    assert all(address.is_loopback or address.ipv4_mapped.is_loopback for address in seen)
    assert business.connections == 0


async def test_of_several_addresses_only_the_refused_ones_are_left_out(make_client, business, monkeypatch):
    resolve(monkeypatch, ["169.254.169.254", "127.0.0.1"])
    admit = Refuse("169.254.169.254")
    reply = await make_client(admit=admit).post(f"http://business.example:{business.port}/", TYPE, b"", 2.0)
    assert reply.status == 200
    assert admit.seen == ["169.254.169.254", "127.0.0.1"]
    assert business.requests[0].headers["host"] == f"business.example:{business.port}"


async def test_addresses_are_tried_in_order_until_one_answers(make_client, business, monkeypatch):
    resolve(monkeypatch, ["127.0.0.3", "::1", "127.0.0.1"])
    reply = await make_client(admit=Refuse()).post(f"http://business.example:{business.port}/", TYPE, b"", 2.0)
    assert reply.status == 200


async def test_a_name_is_resolved_and_judged_anew_for_every_new_connection(make_client, business, monkeypatch):
    asked = resolve(monkeypatch, ["127.0.0.1"])
    admit = Refuse()
    client = make_client(admit=admit)
    business.then(Answer({}, headers={"Connection": "close"}))
    for _ in range(3):
        await client.post(f"http://business.example:{business.port}/", TYPE, b"", 2.0)
    assert len(asked) == len(admit.seen) == 2


async def test_one_lookup_serves_all_who_wait_for_it(make_client, business, monkeypatch):
    asked = resolve(monkeypatch, ["127.0.0.1"])
    client = make_client()
    await asyncio.gather(*[client.post(f"http://business.example:{business.port}/", TYPE, b"", 2.0) for _ in range(8)])
    assert len(asked) == 1


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
async def test_a_name_that_does_not_resolve_is_a_failure(make_client, monkeypatch, error):
    resolve(monkeypatch, error)
    with pytest.raises(HttpFailure) as raised:
        await make_client().post("http://business.example/", TYPE, b"", 2.0)
    assert raised.value.reason == "could not be reached"
    gc.collect()


async def test_a_name_server_that_does_not_answer_ends_with_the_deadline(make_client, monkeypatch):
    async def getaddrinfo(*_, **__):
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    with pytest.raises(HttpFailure) as raised:
        await make_client().post("http://business.example/", TYPE, b"", 0.2)
    assert raised.value.timed_out


async def test_an_address_that_does_not_answer_leaves_time_for_the_next(make_client, business, monkeypatch):
    loop = asyncio.get_running_loop()
    resolve(monkeypatch, ["127.0.0.9", "127.0.0.1"])
    connect = loop.create_connection

    async def create_connection(factory, host, *rest, **options):
        if host == "127.0.0.9":
            await asyncio.sleep(60)
        return await connect(factory, host, *rest, **options)

    monkeypatch.setattr(loop, "create_connection", create_connection)
    reply = await make_client().post(f"http://business.example:{business.port}/", TYPE, b"", 1.0)
    assert reply.status == 200


def silent(monkeypatch, *silent_hosts):
    """Have these addresses not answer; return every address that was tried, in order."""
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    tried = []

    async def create_connection(factory, host, *rest, **options):
        tried.append(host)
        if host in silent_hosts:
            await asyncio.sleep(60)
        return await connect(factory, host, *rest, **options)

    monkeypatch.setattr(loop, "create_connection", create_connection)
    return tried


async def test_the_address_that_answered_is_tried_first_the_next_time(make_client, business, monkeypatch):
    resolve(monkeypatch, ["127.0.0.8", "127.0.0.9", "127.0.0.1"])
    tried = silent(monkeypatch, "127.0.0.8", "127.0.0.9")
    client = make_client()
    business.reaction = Answer({}, headers={"Connection": "close"})
    for _ in range(3):
        await client.post(f"http://business.example:{business.port}/", TYPE, b"", 5.0)
    assert tried == ["127.0.0.8", "127.0.0.9", "127.0.0.1", "127.0.0.1", "127.0.0.1"]


async def test_an_address_that_answered_once_and_is_silent_now_is_not_waited_for(make_client, business, monkeypatch):
    resolve(monkeypatch, ["127.0.0.1", "127.0.0.9"])
    client = make_client()
    business.reaction = Answer({}, headers={"Connection": "close"})
    url = f"http://business.example:{business.port}/"
    await client.post(url, TYPE, b"", 5.0)
    resolve(monkeypatch, ["127.0.0.9", "127.0.0.1"])
    silent(monkeypatch, "127.0.0.9")
    client._pools["http", "business.example", business.port]._last_address = ip_address("127.0.0.9")
    assert (await client.post(url, TYPE, b"", 5.0)).status == 200


async def test_addresses_of_both_families_are_tried_in_turn(make_client, business, monkeypatch):
    resolve(monkeypatch, ["2001:db8::1", "2001:db8::2", "127.0.0.1"])
    tried = silent(monkeypatch, "2001:db8::1", "2001:db8::2")
    await make_client().post(f"http://business.example:{business.port}/", TYPE, b"", 5.0)
    assert tried == ["2001:db8::1", "127.0.0.1"]


async def test_if_no_address_answers_the_last_failure_is_raised_and_nothing_stays_open(
    make_client, business, monkeypatch
):
    resolve(monkeypatch, ["127.0.0.8", "127.0.0.9"])
    client = make_client(most=1)
    for _ in range(3):
        with pytest.raises(HttpFailure, match="could not be reached"):
            await client.post(f"http://business.example:{business.port}/", TYPE, b"", 2.0)
    resolve(monkeypatch, ["127.0.0.9", "127.0.0.1"])
    assert (await client.post(f"http://business.example:{business.port}/", TYPE, b"", 2.0)).status == 200


async def test_a_name_with_a_trailing_dot_is_the_name(make_client, business):
    assert (await make_client().post(f"http://localhost.:{business.port}/", TYPE, b"", 2.0)).status == 200
