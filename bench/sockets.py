"""Clients of the gateway as a load: many connections in one process, that do next to nothing with what they get.

Frames are made beforehand, in the form of OpenIM's Go core: gob, packed with gzip.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import cast
from urllib.parse import urlencode

import uvloop
from picows import WSAutoPingStrategy, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from amity.wire.compression import deflate
from amity.wire.frames import Identifier
from amity.wire.gob import StructWriter
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq
from bench.load import Load, LoadFailed

LINUX = 7
_AT_ONCE = 64  # handshakes under way
_WITHIN = 120.0
_REQUEST = StructWriter(
    "GeneralWsReq",
    {"ReqIdentifier": int, "Token": str, "SendID": str, "OperationID": str, "MsgIncr": str, "Data": bytes},
)


def address(port: int, user: str, token: str) -> str:
    """Return where a user's native client connects to."""
    query = {
        "sendID": user,
        "token": token,
        "platformID": LINUX,
        "operationID": "bench",
        "isBackground": "false",
        "compression": "gzip",
    }
    return f"ws://127.0.0.1:{port}/?{urlencode(query)}"


def max_seq_request(user: str) -> bytes:
    """Return the frame of a request 1001."""
    data = GetMaxSeqReq(userID=user).SerializeToString()
    return deflate(_REQUEST.write((Identifier.GET_MAX_SEQ, "", user, "bench-operation", f"{user}_1", data)))


class Socket(WSListener):
    """One connection. ``heard`` is called with each message that comes."""

    def __init__(self) -> None:
        self.heard: Callable[[], None] = lambda: None
        self.lost = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type in (WSMsgType.BINARY, WSMsgType.TEXT):
            self.heard()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.lost = True

    def send(self, frame: bytes) -> None:
        self._transport.send(WSMsgType.BINARY, frame)

    def ping(self) -> None:
        self._transport.send_ping()

    def close(self) -> None:
        self._transport.disconnect(graceful=False)


class Crowd:
    """Many connections, in an event loop that runs while something is done with them."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self.sockets: list[Socket] = []

    def connect(self, addresses: Sequence[str]) -> float:
        """Connect to all of them and return how many seconds that took; ``sockets`` are in the order of ``addresses``.
        Raises ``LoadFailed``."""
        began = time.perf_counter()
        self._loop.run_until_complete(self._connect(addresses))
        return time.perf_counter() - began

    async def _connect(self, addresses: Sequence[str]) -> None:
        waiting = enumerate(addresses)
        connected: dict[int, Socket] = {}  # handshakes that are under way together may end in any order

        async def some() -> None:
            for place, url in waiting:
                try:
                    _, listener = await ws_connect(
                        Socket,
                        url,
                        websocket_handshake_timeout=30,
                        read_buffer_init_size=2048,
                        auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
                    )
                except (OSError, RuntimeError) as failure:
                    raise LoadFailed(f"a client could not connect: {failure}") from failure
                connected[place] = cast(Socket, listener)

        try:
            await asyncio.gather(*(some() for _ in range(_AT_ONCE)))
        finally:
            self.sockets += [connected[place] for place in sorted(connected)]

    def exchange(self, frames: Sequence[bytes], count: int) -> Load:
        """Have each socket send its frame again as soon as it was answered, ``count`` times in all."""
        return self._loop.run_until_complete(self._exchange(frames, count))

    async def _exchange(self, frames: Sequence[bytes], count: int) -> Load:
        load = Load()
        ended = asyncio.Event()
        left = count

        def start(socket: Socket, frame: bytes) -> None:
            sent_at = time.perf_counter()

            def answered() -> None:
                nonlocal left, sent_at
                now = time.perf_counter()
                load.latencies.append(now - sent_at)
                if len(load.latencies) == count:
                    ended.set()
                if left > 0:
                    left -= 1
                    sent_at = now
                    socket.send(frame)

            socket.heard = answered
            socket.send(frame)

        began = time.perf_counter()
        left -= len(self.sockets)
        for socket, frame in zip(self.sockets, frames, strict=True):
            start(socket, frame)
        await self._within(ended, lambda: f"{len(load.latencies)} of {count} requests were answered")
        load.seconds = time.perf_counter() - began
        return load

    def hear(self, count: int, of: Callable[[], object]) -> float:
        """Run ``of`` in a thread, and return the seconds from then until ``count`` messages have come in all."""
        return self._loop.run_until_complete(self._hear(count, of))

    async def _hear(self, count: int, of: Callable[[], object]) -> float:
        heard = 0
        ended = asyncio.Event()

        def one() -> None:
            nonlocal heard
            heard += 1
            if heard == count:
                ended.set()

        for socket in self.sockets:
            socket.heard = one
        began = time.perf_counter()
        done = asyncio.create_task(asyncio.to_thread(of))
        await self._within(ended, lambda: f"{heard} of {count} messages came")
        seconds = time.perf_counter() - began
        await done
        return seconds

    def idle(self, seconds: float, ping_every: float) -> None:
        """Do for so long what idle clients do: ping."""
        self._loop.run_until_complete(self._idle(seconds, ping_every))

    async def _idle(self, seconds: float, ping_every: float) -> None:
        until = time.perf_counter() + seconds
        pause = 0.1
        each = max(1, round(len(self.sockets) * pause / ping_every))
        place = 0
        while time.perf_counter() < until:
            for _ in range(each):
                self.sockets[place].ping()
                place = (place + 1) % len(self.sockets)
            await asyncio.sleep(pause)
        if lost := sum(socket.lost for socket in self.sockets):
            raise LoadFailed(f"{lost} of {len(self.sockets)} connections were lost while they were idle")

    async def _within(self, ended: asyncio.Event, so_far: Callable[[], str]) -> None:
        try:
            async with asyncio.timeout(_WITHIN):
                await ended.wait()
        except TimeoutError:
            lost = sum(socket.lost for socket in self.sockets)
            raise LoadFailed(f"within {_WITHIN:.0f} s {so_far()}; {lost} connections were lost") from None

    def close(self) -> None:
        """Cut all connections."""
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _close(self) -> None:
        for socket in self.sockets:
            socket.close()
        await asyncio.sleep(0.1)
