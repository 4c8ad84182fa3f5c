"""The hand-over to picows, which uses a class below its public face: on both event loops, with real sockets.

If these fail with a newer picows, ``gateway/upgrade.py`` has to be looked at before pyproject.toml lets it in.
"""

import asyncio
import os
import struct
from typing import Any

import pytest
import uvloop
from picows import WSListener, WSMsgType, WSTransport

from amity.gateway.upgrade import hand_over
from tests.support.lone_gateway import until

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
MASK = b"\x01\x02\x03\x04"


def masked(payload: bytes, kind: int = 2) -> bytes:
    """A frame as clients send it."""
    head = bytes([0x80 | kind])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    else:
        head += b"\xfe" + struct.pack(">H", len(payload))
    return head + MASK + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))


class Listener(WSListener):
    transport: WSTransport

    def __init__(self):
        self.calls = []
        self.received = []

    def on_ws_connected(self, transport):
        self.transport = transport
        self.calls.append("connected")

    def on_ws_frame(self, transport, frame):
        self.received.append((WSMsgType(frame.msg_type).name, frame.get_payload_as_bytes()))

    def on_ws_disconnected(self, transport):
        self.calls.append("disconnected")

    def pause_writing(self):
        self.calls.append("paused")

    def resume_writing(self):
        self.calls.append("resumed")


class Door(asyncio.Protocol):
    """Hands over as the handshake does: reading is paused, and the answer comes a little later."""

    def __init__(self, listener):
        self.listener = listener

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=0)

    def data_received(self, data):
        self.transport.pause_reading()
        asyncio.get_running_loop().call_later(0.01, self.hand_over, data.partition(b"\r\n\r\n")[2])

    def hand_over(self, rest):
        hand_over(self.transport, self.listener, KEY, rest, 1000)
        self.transport.resume_reading()


async def connected(listener, behind_the_head=b""):
    """A client whose connection is handed over to ``listener``."""
    server = await asyncio.get_running_loop().create_server(lambda: Door(listener), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"GET / HTTP/1.1\r\nToken: of no interest\r\n\r\n" + behind_the_head)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    server.close()
    return reader, writer


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request):
    """Runs a coroutine on either event loop."""

    def on_loop(coroutine):
        async def bounded():
            async with asyncio.timeout(20):
                await coroutine

        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(bounded())

    return on_loop


def test_all_frames_arrive_also_those_sent_with_the_head(run):
    async def scene():
        listener = Listener()
        early = masked(b"early") + masked(b"split")
        _, writer = await connected(listener, early[:-3])
        writer.write(early[-3:] + masked(b"late") + masked(b"ping", 9))
        await until(lambda: len(listener.received) == 4)
        assert listener.received == [("BINARY", b"early"), ("BINARY", b"split"), ("BINARY", b"late"), ("PING", b"ping")]
        writer.close()
        await until(lambda: listener.calls == ["connected", "disconnected"])

    run(scene())


def test_many_bytes_may_follow_the_head(run):
    async def scene():
        listener = Listener()
        sent = [os.urandom(900) for _ in range(60)]
        _, writer = await connected(listener, b"".join(masked(each) for each in sent))
        await until(lambda: len(listener.received) == 60)
        assert [payload for _, payload in listener.received] == sent
        writer.close()

    run(scene())


def test_a_frame_above_the_limit_ends_the_connection(run):
    async def scene():
        listener = Listener()
        reader, writer = await connected(listener)
        writer.write(masked(b"x" * 1001))
        end = await reader.read()
        assert (end[0], end[2:4]) == (0x88, struct.pack(">H", 1009))
        assert listener.received == []
        writer.close()

    run(scene())


def test_frames_of_the_server_arrive_and_flow_control_reaches_the_listener(run):
    async def scene():
        listener = Listener()
        reader, writer = await connected(listener)
        sent = [bytes([number]) * 8000 for number in range(200)] * 10
        for payload in sent:
            listener.transport.send(WSMsgType.BINARY, payload)
        assert listener.calls == ["connected", "paused"]
        for payload in sent:
            assert await reader.readexactly(4 + len(payload)) == b"\x82\x7e" + struct.pack(">H", 8000) + payload
        await until(lambda: listener.calls == ["connected", "paused", "resumed"])
        writer.close()

    run(scene())


def test_a_flood_of_small_frames_is_read_a_little_at_a_time(run):
    async def scene():
        listener = Listener()
        _, writer = await connected(listener)
        turns = []
        writer.write(masked(b"", 9) * 100_000)
        while len(listener.received) < 100_000:
            before = len(listener.received)
            await asyncio.sleep(0)
            turns.append(len(listener.received) - before)
        assert max(turns) < 50_000  # uvloop reads up to 32 times in a turn
        protocol: Any = listener.transport.underlying_transport.get_protocol()
        assert len(protocol.get_buffer(-1)) <= 8192
        writer.close()

    run(scene())
