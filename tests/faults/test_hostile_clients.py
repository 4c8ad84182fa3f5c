"""Clients that stall, flood or lie: each is got rid of or waits for itself alone, while others are answered."""

import asyncio
import json
import os

import psutil
import pytest

from tests.faults.conftest import settings_for
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

MOST_BYTES = 200 * 1024 * 1024
HEAD = b"POST /friend/get_friend_list HTTP/1.1\r\nHost: amity\r\noperationID: hostile\r\n"
MOST_SENT = 128 * 1024 * 1024
"""Bytes after which a client that floods must have been stopped. Some of what is refused is read and thrown away, so
that the client gets to read its answer."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all of them: what one does to it, the next one finds."""
    folder = tmp_path_factory.mktemp("hostile")
    server = ServerProcess(folder, settings_for(f"sqlite:///{folder}/amity.db", "http://127.0.0.1:9", callbacks={}))
    asyncio.run(server.start())
    yield server
    server.kill()


@pytest.fixture
async def rest(server):
    """An honest client. Whatever the hostile one did, it is answered, and the server is as it was."""
    pid = server.pid
    async with Rest(server.url) as rest:
        people = [f"person-{number}" for number in range(201)]
        if not (await rest.data("/user/account_check", {"checkUserIDs": ["person-0"]}))["results"][0]["accountStatus"]:
            await rest.register(*people)
        yield rest
        async with asyncio.timeout(10):
            await rest.data("/friend/import_friend", {"ownerUserID": "person-0", "friendUserIDs": people[1:]})
            assert len(await rest.friends("person-0")) == 200
        assert server.pid == pid
        assert psutil.Process(pid).memory_info().rss < MOST_BYTES
        assert "Traceback" not in server.output()


class Client:
    """A connection that sends whatever it is told."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def flood(self, piece):
        """Send this again and again until the server has had enough; return how many bytes it took."""
        sent = 0
        try:
            while sent < MOST_SENT:
                await self.send(piece)
                sent += len(piece)
        except ConnectionError:
            pass
        return sent

    async def answer(self):
        """Everything that comes until the server closes the connection."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


@pytest.fixture
async def connect(server, rest):
    """Connects hostile clients, and takes them away before the honest one is served for the last time."""
    clients = []

    async def one():
        clients.append(Client(*await asyncio.open_connection("127.0.0.1", server.api_port)))
        return clients[-1]

    yield one
    for client in clients:
        client.writer.transport.abort()
    await asyncio.gather(*[client.writer.wait_closed() for client in clients], return_exceptions=True)


async def test_two_hundred_clients_that_stop_in_the_middle_keep_nobody_waiting(connect, rest):
    token = (await rest.token("imAdmin")).encode()
    beginnings = [
        b"",
        b"POST /friend/get_fr",
        HEAD + b"token: ",
        HEAD + b"token: " + token + b"\r\nContent-Length: 100\r\n\r\n{",
    ]
    clients = [await connect() for _ in range(200)]
    for number, client in enumerate(clients):
        await client.send(beginnings[number % len(beginnings)])
    async with asyncio.timeout(20):
        for number in range(1, 50):
            answer = await rest.import_friends(f"person-{number}", [f"person-{number + 50}"])
            assert answer["errCode"] == 0


@pytest.mark.parametrize("length", ["1000000000000000", "9" * 40])
async def test_a_body_that_claims_to_be_endless_is_refused_before_it_comes(connect, rest, length):
    client = await connect()
    token = await rest.token("imAdmin")
    await client.send(HEAD + f"token: {token}\r\nContent-Length: {length}\r\n\r\n".encode())
    await client.flood(b"x" * 65536)
    answer = await client.answer()
    # The answer may be lost where the flood makes the end a reset; a wrong one would be there.
    assert answer == b"" or b'"errCode":1001' in answer or answer.startswith(b"HTTP/1.1 400")


async def test_a_body_in_chunks_without_end_is_cut_off(connect, rest):
    client = await connect()
    token = await rest.token("imAdmin")
    await client.send(HEAD + f"token: {token}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    assert await client.flood(b"10000\r\n" + b"x" * 65536 + b"\r\n") < MOST_SENT


async def test_headers_without_end_are_cut_off(connect, rest):
    client = await connect()
    await client.send(HEAD)
    assert await client.flood(b"X-Header: %b\r\n" % (b"x" * 1000) * 10) < MOST_SENT


async def test_one_header_without_end_is_cut_off(connect, rest):
    client = await connect()
    await client.send(HEAD + b"X-Header: ")
    assert await client.flood(b"x" * 65536) < MOST_SENT


async def test_a_hundred_thousand_header_bytes_in_one_go_are_harmless(connect, rest):
    client = await connect()
    headers = b"".join(b"X-%d: %b\r\n" % (number, b"y" * 40) for number in range(2000))
    await client.send(HEAD + headers + b"Connection: close\r\nContent-Length: 0\r\n\r\n")
    answer = await client.answer()
    assert answer == b"" or answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400", b"HTTP/1.1 431"))


@pytest.mark.parametrize(
    "noise",
    [
        os.urandom(4096),
        bytes.fromhex("1603010200010001fc0303") + bytes(500),  # a client that begins with TLS
        b"\r\n" * 5000,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /friend/import_friend HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /friend/import_friend HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST /friend/import_friend HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
async def test_what_is_no_http_is_answered_with_400_or_the_end(connect, rest, noise):
    client = await connect()
    await client.send(noise)
    client.writer.write_eof()
    answer = await client.answer()
    assert b"HTTP/1.1 5" not in answer


async def test_a_client_that_asks_and_asks_and_never_reads_fills_its_own_connection_only(connect, rest):
    people = [f"person-{number}" for number in range(1, 201)]
    await rest.data("/friend/import_friend", {"ownerUserID": "person-0", "friendUserIDs": people})
    token = await rest.token("imAdmin")
    body = json.dumps({"userID": "person-0", "pagination": {"pageNumber": 1, "showNumber": 200}}).encode()
    request = HEAD + f"token: {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    clients = [await connect() for _ in range(10)]
    floods = [asyncio.create_task(client.flood(request * 100)) for client in clients]
    async with asyncio.timeout(20):
        for _ in range(50):
            assert len(await rest.friends("person-0")) == 200
    for flood in floods:
        flood.cancel()
    await asyncio.gather(*floods, return_exceptions=True)
