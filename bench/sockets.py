"""Load the gateway with many clients in one process, which do almost nothing with the messages that they receive.

Frames are encoded beforehand, in the form of OpenIM's Go core: gob, compressed with gzip. Clients of other servers are
driven by the same loop.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol, cast
from urllib.parse import urlencode

import uvloop
from picows import WSAutoPingStrategy, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from amity.wire.compression import deflate
from amity.wire.frames import Identifier
from amity.wire.gob import StructWriter
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, MsgData
from bench.load import Load, LoadFailed

LINUX = 7
_AT_ONCE = 64  # concurrent handshakes
_WITHIN = 120.0
_REQUEST = StructWriter(
    "GeneralWsReq",
    {"ReqIdentifier": int, "Token": str, "SendID": str, "OperationID": str, "MsgIncr": str, "Data": bytes},
)


def address(port: int, user: str, token: str) -> str:
    """Return the URL that a user's native client connects to."""
    query = {
        "sendID": user,
        "token": token,
        "platformID": LINUX,
        "operationID": "bench",
        "isBackground": "false",
        "compression": "gzip",
    }
    return f"ws://127.0.0.1:{port}/?{urlencode(query)}"


def request(identifier: Identifier, user: str, data: bytes) -> bytes:
    """Return the frame of a request."""
    return deflate(_REQUEST.write((identifier, "", user, "bench-operation", f"{user}_1", data)))


def max_seq_request(user: str) -> bytes:
    """Return the frame of a request 1001."""
    return request(Identifier.GET_MAX_SEQ, user, GetMaxSeqReq(userID=user).SerializeToString())


def message(user: str, peer: str, number: int, text: str = "") -> bytes:
    """Return the frame of a request 1003: a text of 100 characters in a single chat, or this one."""
    return _sending(MsgData(sendID=user, recvID=peer, sessionType=1), number, text)


def group_message(user: str, group: str, number: int) -> bytes:
    """Return the frame of a request 1003: a text of 100 characters in a group."""
    return _sending(MsgData(sendID=user, groupID=group, sessionType=3), number, "")


def _sending(data: MsgData, number: int, text: str) -> bytes:
    data.clientMsgID = f"{data.sendID}-{number:024d}"
    data.senderPlatformID = LINUX
    data.msgFrom = 100
    data.contentType = 101
    data.content = b'{"content":"' + (text or f"{number:0100d}").encode() + b'"}'
    data.createTime = time.time_ns() // 1_000_000
    data.status = 1
    fields = (Identifier.SEND_MSG, "", data.sendID, "bench-operation", f"{data.sendID}_{number}")
    return deflate(_REQUEST.write((*fields, data.SerializeToString())))


class Peer(Protocol):
    """One connection. ``on_message`` is called for each message that arrives; ``lost`` says whether it was ended."""

    on_message: Callable[[], None]

    @property
    def lost(self) -> bool: ...

    def send(self, frame: bytes) -> None:
        """Send one message."""
        ...

    def close(self) -> None:
        """Abort the connection."""
        ...


class Socket(WSListener):
    """A connection to a WebSocket server."""

    def __init__(self) -> None:
        self.on_message: Callable[[], None] = lambda: None
        self.lost = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type in (WSMsgType.BINARY, WSMsgType.TEXT):
            self.on_message()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.lost = True

    def send(self, frame: bytes) -> None:
        self._transport.send(WSMsgType.BINARY, frame)

    def ping(self) -> None:
        self._transport.send_ping()

    def close(self) -> None:
        self._transport.disconnect(graceful=False)


async def open_socket(url: str, kind: type[Socket] = Socket) -> Peer:
    """Connect to a WebSocket server."""
    _, listener = await ws_connect(
        kind,
        url,
        websocket_handshake_timeout=30,
        read_buffer_init_size=2048,
        auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
    )
    return cast(Socket, listener)


class Clients:
    """Many connections, in an event loop that runs only during the calls of the methods."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self.sockets: list[Peer] = []

    def connect(self, addresses: Sequence[str], opened: Callable[[str], Awaitable[Peer]] = open_socket) -> float:
        """Connect to all addresses by ``opened``, and return the seconds that took. ``sockets`` are in the order of
        ``addresses``. Raises ``LoadFailed``."""
        began = time.perf_counter()
        self._loop.run_until_complete(self._connect(addresses, opened))
        return time.perf_counter() - began

    async def _connect(self, addresses: Sequence[str], opened: Callable[[str], Awaitable[Peer]]) -> None:
        waiting = enumerate(addresses)
        connected: dict[int, Peer] = {}  # concurrent handshakes may end in any order

        async def worker() -> None:
            for place, url in waiting:
                try:
                    connected[place] = await opened(url)
                except (OSError, RuntimeError) as failure:
                    raise LoadFailed(f"a client could not connect: {failure!r}") from failure

        try:
            await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))
        finally:
            self.sockets += [connected[place] for place in sorted(connected)]

    def exchange(self, frames: Sequence[Iterator[bytes]], count: int, *, answers: int = 1, pushed: int = 0) -> Load:
        """Send each socket's next frame once its last one is answered by so many frames, ``count`` in all, and wait
        until the sockets that have no frames have received ``pushed``. Raises ``LoadFailed``."""
        return self._loop.run_until_complete(self._exchange(frames, count, answers, pushed))

    async def _exchange(self, frames: Sequence[Iterator[bytes]], count: int, answers: int, pushed: int) -> Load:
        load = Load()
        ended, arrived = asyncio.Event(), asyncio.Event()
        left, received = count, 0
        if not pushed:
            arrived.set()

        def push() -> None:
            nonlocal received
            received += 1
            if received == pushed:
                arrived.set()

        def start(socket: Peer, frames: Iterator[bytes]) -> None:
            sent_at = time.perf_counter()
            missing = answers

            def answered() -> None:
                nonlocal left, missing, sent_at
                missing -= 1
                if missing:
                    return
                missing = answers
                now = time.perf_counter()
                load.latencies.append(now - sent_at)
                if len(load.latencies) == count:
                    ended.set()
                if left > 0:
                    left -= 1
                    sent_at = now
                    socket.send(next(frames))

            socket.on_message = answered
            socket.send(next(frames))

        for socket in self.sockets[len(frames) :]:
            socket.on_message = push
        began, used = time.perf_counter(), time.process_time()
        left -= len(frames)
        for socket, own in zip(self.sockets, frames, strict=False):
            start(socket, own)
        await self._within(ended, lambda: f"{len(load.latencies)} of {count} requests were answered")
        await self._within(arrived, lambda: f"{received} of {pushed} pushes came")
        load.seconds, load.own = time.perf_counter() - began, time.process_time() - used
        return load

    def deliver(self, frames: Sequence[Iterator[bytes]], count: int, *, answers: int) -> Load:
        """Send each socket's next frame once its last one is answered by so many frames, and has arrived at its
        receiver, the socket as many places further on; ``count`` in all. A latency is that from sending to arriving.
        Raises ``LoadFailed``."""
        return self._loop.run_until_complete(self._deliver(frames, count, answers))

    async def _deliver(self, frames: Sequence[Iterator[bytes]], count: int, answers: int) -> Load:
        load = Load()
        ended = asyncio.Event()
        left = count

        def start(sender: Peer, receiver: Peer, frames: Iterator[bytes]) -> None:
            sent_at = 0.0
            missing = 0

            def send() -> None:
                nonlocal sent_at, missing, left
                if left > 0:
                    left -= 1
                    sent_at, missing = time.perf_counter(), answers + 1
                    sender.send(next(frames))

            def one() -> None:
                nonlocal missing
                missing -= 1
                if len(load.latencies) == count:
                    ended.set()
                elif not missing:
                    send()

            def arrived() -> None:
                load.latencies.append(time.perf_counter() - sent_at)
                one()

            sender.on_message, receiver.on_message = one, arrived
            send()

        began = time.perf_counter()
        for place, own in enumerate(frames):
            start(self.sockets[place], self.sockets[place + len(frames)], own)
        await self._within(ended, lambda: f"{len(load.latencies)} of {count} messages arrived")
        load.seconds = time.perf_counter() - began
        return load

    def receive(self, count: int, of: Callable[[], object]) -> float:
        """Run ``of`` in a thread, and return the seconds until ``count`` messages have arrived in all."""
        return self._loop.run_until_complete(self._receive(count, of))

    async def _receive(self, count: int, of: Callable[[], object]) -> float:
        received = 0
        ended = asyncio.Event()

        def one() -> None:
            nonlocal received
            received += 1
            if received == count:
                ended.set()

        for socket in self.sockets:
            socket.on_message = one
        began = time.perf_counter()
        done = asyncio.create_task(asyncio.to_thread(of))
        await self._within(ended, lambda: f"{received} of {count} messages came")
        seconds = time.perf_counter() - began
        await done
        return seconds

    def ping(self) -> None:
        """Ping on every WebSocket, as a client does that has nothing to send: a server drops those that are silent."""
        self._loop.run_until_complete(self._ping())

    async def _ping(self) -> None:
        for socket in self.sockets:
            if isinstance(socket, Socket):
                socket.ping()
        await asyncio.sleep(0.1)

    def idle(self, seconds: float, ping_every: float) -> None:
        """Ping for ``seconds``, as idle clients do. Raises ``LoadFailed`` if connections were lost."""
        self._loop.run_until_complete(self._idle(seconds, ping_every))

    async def _idle(self, seconds: float, ping_every: float) -> None:
        until = time.perf_counter() + seconds
        pause = 0.1
        each = max(1, round(len(self.sockets) * pause / ping_every))
        place = 0
        while time.perf_counter() < until:
            for _ in range(each):
                cast(Socket, self.sockets[place]).ping()
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
        """Abort all connections."""
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _close(self) -> None:
        for socket in self.sockets:
            socket.close()
        await asyncio.sleep(0.1)
