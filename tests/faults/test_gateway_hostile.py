"""Clients of the gateway that send rubbish, half of something, or far too much: each ends its own connection alone."""

import asyncio
import gzip
import os
import random
import struct
import zlib

import psutil
import pytest

from amity.wire.frames import Identifier, Request
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, SubUserOnlineStatus
from tests.faults.conftest import settings_for
from tests.integration.gateway.raw import Raw, frame
from tests.support.gateway_client import GatewayClient, frame_of
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

MOST_BYTES = 200 * 1024 * 1024
CLOSE = 8
PINGS = 1_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all of them: what one does to it, the next one finds."""
    folder = tmp_path_factory.mktemp("hostile")
    server = ServerProcess(folder, settings_for(f"sqlite:///{folder}/amity.db", "http://127.0.0.1:9", callbacks={}))
    asyncio.run(server.start())
    yield server
    server.kill()


@pytest.fixture
def url(server):
    return f"ws://127.0.0.1:{server.gateway_port}"


@pytest.fixture
async def rest(server):
    async with Rest(server.url) as rest:
        found = await rest.data("/user/account_check", {"checkUserIDs": ["mallory"]})
        if not found["results"][0]["accountStatus"]:
            await rest.register("mallory", "alice", "bob")
        yield rest


@pytest.fixture
async def honest(server, rest, url):
    """A client that is connected all the while, and answered as ever. The server is as it was, afterwards too."""
    pid = server.pid
    async with GatewayClient(url, "alice", await rest.token("alice"), 7, compression=True) as client:
        yield client
        async with asyncio.timeout(5):
            assert (await ask(client)).err_code == 0
            assert (await rest.import_friends("alice", ["bob"]))["errCode"] == 0
    assert server.pid == pid
    assert psutil.Process(pid).memory_info().rss < MOST_BYTES
    assert "Traceback" not in server.output()


def ask(client):
    return client.request(Identifier.GET_MAX_SEQ, GetMaxSeqReq(userID=client.user).SerializeToString())


@pytest.fixture
async def connect(rest, url, honest):
    """Connects the hostile client, as a raw socket: ``async with connect(codec="js", compression=True) as raw``."""
    token = await rest.token("mallory")

    class Connected(Raw):
        def __init__(self, *, codec="go", compression=False, platform=7, receives=0):
            super().__init__(url, receives=receives)
            self.query = {
                "sendID": "mallory",
                "token": token,
                "platformID": str(platform),
                "operationID": "hostile",
                "sdkType": codec,
                "compression": "gzip" if compression else "",
            }

        async def connect(self):
            await super().connect()
            await self.upgrade(self.query)
            assert (await self.head()).startswith("HTTP/1.1 101 ")

        async def ends(self) -> int | None:
            """Wait until the server has closed, and return the code; ``None`` where it went without a word."""
            try:
                while True:
                    kind, payload = await self.frame()
                    if kind == CLOSE:
                        return int.from_bytes(payload[:2], "big")
            except (asyncio.IncompleteReadError, ConnectionError):
                return None

    return Connected


def request(identifier=Identifier.GET_MAX_SEQ, send_id="mallory", data=None):
    data = GetMaxSeqReq(userID="mallory").SerializeToString() if data is None else data
    return Request(identifier, send_id, "hostile", "1", data)


FORMS = pytest.mark.parametrize(("codec", "compression"), [("go", False), ("go", True), ("js", False), ("js", True)])


@FORMS
async def test_garbage_ends_the_connection_with_3001(connect, codec, compression):
    chance = random.Random(1)
    whole = frame_of(request(), codec)
    pieces = [b"", b"\x00", os.urandom(100), whole[:-5], whole + b"x" * 3, b"\xff" * 50, b"[" * 5000, b'{"a":' * 5000]
    for _ in range(40):
        spoiled = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        pieces.append(bytes(spoiled))
    for piece in pieces:
        async with connect(codec=codec, compression=compression) as raw:
            await raw.write(frame(gzip.compress(piece) if compression else piece) + frame(b"", CLOSE))
            # A spoiled frame may still be one; then the client's farewell is what ends it.
            assert await raw.ends() in {3001, 1000}


async def test_what_is_not_gzip_ends_the_connection_with_3001(connect):
    whole = gzip.compress(frame_of(request(), "go"))
    for piece in (
        b"",
        b"\x1f\x8b",
        frame_of(request(), "go"),
        whole[:-1],
        whole + whole,
        zlib.compress(b"x"),
        os.urandom(99),
    ):
        async with connect(compression=True) as raw:
            await raw.write(frame(piece))
            assert await raw.ends() == 3001


async def test_a_bomb_of_gzip_is_not_unpacked(connect, honest):
    bomb = gzip.compress(bytes(40_000_000), 9)
    assert len(bomb) < 51_200
    for _ in range(30):
        async with connect(compression=True) as raw:
            await raw.write(frame(bomb))
            assert await raw.ends() == 3001
        assert (await ask(honest)).err_code == 0


@FORMS
@pytest.mark.parametrize(
    "wrong",
    [
        request(9999),
        request(-1),
        request(2**31 - 1),
        request(Identifier.KICK),
        request(send_id="alice"),
        request(send_id=""),
    ],
)
async def test_what_this_client_may_not_ask_ends_the_connection_with_3001(connect, codec, compression, wrong):
    async with connect(codec=codec, compression=compression) as raw:
        written = frame_of(wrong, codec)
        await raw.write(frame(gzip.compress(written) if compression else written))
        assert await raw.ends() == 3001


@pytest.mark.parametrize("data", [b"\xff" * 10, b"\x0a\xff\xff\xff\xff\x7f", os.urandom(1000)])
async def test_requests_whose_data_is_garbage_are_refused_and_the_connection_stays(connect, rest, url, honest, data):
    for identifier in (1001, 1002, 1005, 1006, 1007, 2004, 2005):
        assert (await honest.request(identifier, data)).err_code == 1001


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        (bytes([0x82, 0x05]) + b"plain", 1002),  # not masked
        (frame(b"x", first=0xC2), 1002),  # an extension that was not agreed on
        (frame(b"x", first=0x83), 1002),  # a kind of frame that there is not
        (frame(b"x" * 126, 9), 1002),  # a ping that is too long
        (frame(b"x", first=0x09), 1002),  # a ping in several frames
        (frame(b"x", first=0x00), 1002),  # the second frame of nothing
        (frame(b"x", first=0x02) + frame(b"y"), 1002),  # a message within a message
        (frame(b"x" * 51_201), 1009),
        (bytes([0x82, 0xFF]) + struct.pack(">Q", 2**62), 1009),
        (frame(b"x" * 51_000, first=0x02) + frame(b"x" * 201, first=0x80), 1009),
        (frame(b"hello", 1), 3001),
        (frame(b"\xff\xfe", 1), 3001),
        (frame(b"\x03", CLOSE), 1002),
        (frame(b"\x00\x01", CLOSE), 1002),
    ],
)
async def test_frames_that_break_the_rules_end_the_connection(connect, piece, code):
    async with connect() as raw:
        await raw.write(piece)
        assert await raw.ends() == code


async def test_two_hundred_clients_that_stop_in_the_middle_keep_nobody_waiting(connect, honest, url):
    whole = frame(frame_of(request(), "go"))
    beginnings = [b"", b"GET /?sendID=", whole[:1], whole[:5], whole[:-1], frame(b"x", first=0x02)]
    stalled = []
    for number in range(200):
        beginning = beginnings[number % len(beginnings)]
        raw = Raw(url) if beginning[:1] in {b"", b"G"} else connect(platform=7)
        await raw.connect()
        await raw.write(beginning)
        stalled.append(raw)
    for _ in range(100):
        assert (await ask(honest)).err_code == 0
    for raw in stalled:
        raw.close()


async def test_a_million_pings_are_borne_and_others_are_answered_meanwhile(connect, honest):
    async with connect() as raw, connect() as texter:

        async def read(of):
            while True:
                await of.frame()

        async def flood(by, piece, count):
            for _ in range(count // 1000):
                await by.write(piece * 1000)

        reading = [asyncio.create_task(read(raw)), asyncio.create_task(read(texter))]
        floods = asyncio.gather(
            flood(raw, frame(b"beat", 9), PINGS), flood(texter, frame(b'{"type":"ping"}', 1), PINGS // 10)
        )
        slowest = 0.0
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60):
            while not floods.done():
                begun = loop.time()
                assert (await ask(honest)).err_code == 0
                slowest = max(slowest, loop.time() - begun)
                await asyncio.sleep(0.005)
            await floods
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)
        assert slowest < 2


async def test_a_client_that_asks_and_never_reads_fills_its_own_connection_only(connect, honest):
    asked = SubUserOnlineStatus(subscribeUserID=[f"user-{number}" for number in range(1000)]).SerializeToString()
    piece = frame(frame_of(request(Identifier.SUBSCRIBE_ONLINE, data=asked), "go"))
    clients = [connect(receives=4096) for _ in range(3)]  # what its system keeps for it is soon full
    for raw in clients:
        await raw.connect()

    async def flood(raw):
        while True:
            await raw.write(piece * 10)

    floods = [asyncio.create_task(flood(raw)) for raw in clients]
    async with asyncio.timeout(30):
        for _ in range(200):
            assert (await ask(honest)).err_code == 0
    for task in floods:
        task.cancel()
    await asyncio.gather(*floods, return_exceptions=True)
    for raw in clients:
        raw.close()


async def test_requests_without_end_are_served_beside_everybody_else_s(connect, honest):
    piece = frame(frame_of(request(), "go"))
    async with connect() as raw:
        answers = 0

        async def read():
            nonlocal answers
            while True:
                kind, _ = await raw.frame()
                answers += kind == 2

        async def flood():
            while True:
                await raw.write(piece * 200)

        tasks = [asyncio.create_task(read()), asyncio.create_task(flood())]
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(20):
            for _ in range(100):
                begun = loop.time()
                assert (await ask(honest)).err_code == 0
                assert loop.time() - begun < 2
        assert answers > 100
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_heads_without_end_are_cut_off(url, honest):
    async with Raw(url) as raw:
        await raw.write(b"GET / HTTP/1.1\r\n")
        for _ in range(1000):
            await raw.write(b"x: %b\r\n" % (b"y" * 1000))
            await asyncio.sleep(0)
        assert (await raw.rest()).startswith(b"HTTP/1.1 431 ")
