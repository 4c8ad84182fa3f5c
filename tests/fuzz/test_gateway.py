"""Handshakes and frames to a whole gateway: each connection is answered or ended, and nobody else notices."""

import contextlib
import gzip
import json
import socket
import struct
from contextlib import AsyncExitStack
from typing import Final

import pytest

from amity.wire.frames import Identifier, Request
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq
from tests.fuzz.fuzzing import Fault, Fuzz
from tests.fuzz.gateway_streams import FORMS, MESSAGES, TOKEN, USER, Form, Streams, text_frame_of
from tests.fuzz.mutation import cut
from tests.fuzz.rest_world import World
from tests.fuzz.watched import MOST_SECONDS, WatchedServer
from tests.integration.gateway.raw import frame
from tests.support.gateway_client import frame_of, reply_of
from tests.support.rest import ADMIN, SECRET

CLOSING: Final = frozenset((1000, 1001, 1002, 1007, 1008, 1009, 3001))
"""Codes with which connections may be ended. 1011 would be a fault of the server's."""
OURS: Final = frozenset((500, 90002, 90004, 90007))
REMARK: Final = {"ownerUserID": USER, "friendUserID": "alice"}
ANSWERED: Final = frozenset(MESSAGES) - {Identifier.SEND_MSG, Identifier.SEND_SIGNAL_MSG}
"""Requests that can succeed: there are no messages yet."""
QUIET: Final = 0.002
"""Seconds of silence after which nothing more is taken to come, when another has been answered meanwhile."""


class Peer:
    """A client that waits for what it has asked: honest, and answered all the while."""

    def __init__(self, port: int, user: str, token: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        query = f"sendID={user}&token={token}&platformID=7&operationID=peer&isBackground=false"
        self._socket.sendall(
            f"GET /?{query} HTTP/1.1\r\nHost: amity\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        self._came = b""
        while b"\r\n\r\n" not in self._came:
            self._more()
        self._came = self._came.partition(b"\r\n\r\n")[2]
        asked = GetMaxSeqReq(userID=user).SerializeToString()
        self._asking = frame(frame_of(Request(Identifier.GET_MAX_SEQ, user, "op", "n", asked), "go"))

    def ask(self) -> None:
        """Ask, and return when it is answered. Raises ``Fault`` where it is not."""
        self._socket.sendall(self._asking)
        while True:
            read, self._came = frames(self._came)
            for kind, payload in read:
                if kind == 8:
                    raise Fault(f"an honest client was ended: {payload!r}")
                if kind == 2 and reply_of(payload, "go").msg_incr == "n":
                    return
            self._more()

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> None:
        try:
            came = self._socket.recv(1 << 16)
        except TimeoutError:
            raise Fault("an honest client was not answered for 10 s") from None
        if not came:
            raise Fault("an honest client's connection was closed")
        self._came += came


def frames(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the frames of the server, each its kind and what it holds, and the beginning of one that is not whole."""
    found = []
    while len(data) >= 2:
        first, size = data[0], data[1]
        at = 2
        if first & 0x70 or not first & 0x80 or size & 0x80:
            raise Fault(f"no frame of a server: {data[:20]!r}")
        if size > 125:
            width = 2 if size == 126 else 8
            at += width
            if len(data) < at:
                break
            size = int.from_bytes(data[2:at], "big")
        if len(data) < at + size:
            break
        found.append((first & 0x0F, data[at : at + size]))
        data = data[at + size :]
    return found, data


def encoding_of(data: bytes) -> Form:
    """Return how the client speaks that sends this."""
    return Form("js" if b"sdkType=js" in data else "go", b"compression=gzip" in data)


def judge(came: bytes, form: Form) -> set[int]:
    """Return which requests were answered with success. Raises ``Fault`` for what should not come."""
    head, separator, rest = came.partition(b"\r\n\r\n")
    served: set[int] = set()
    if not came:
        return served
    if not separator or not head.startswith(b"HTTP/1.1 "):
        raise Fault(f"no answer: {came[:200]!r}")
    if not head.startswith(b"HTTP/1.1 101 "):
        if head[9:10] == b"5" or json.loads(rest)["errCode"] in OURS:
            raise Fault(f"an answer: {came[:600]!r}")
        return served
    read, _ = frames(rest)
    for kind, payload in read:
        if kind == 8 and (code := struct.unpack(">H", payload[:2])[0] if payload else 1000) not in CLOSING:
            raise Fault(f"closed with {code}: {payload[2:]!r}")
        if kind == 1 and payload.startswith(b'{"errCode"') and text_frame_of(payload) in OURS:
            raise Fault(f"a first frame: {payload[:500]!r}")
        if kind == 2:
            reply = reply_of(gzip.decompress(payload) if form.is_compressed else payload, form.codec)
            if reply.err_code in OURS:
                raise Fault(f"a reply: {reply}"[:1000])
            if not reply.err_code and reply.msg_incr:
                served.add(reply.identifier)
    return served


@pytest.mark.share(6)
async def test_a_connection_is_answered_or_ended_and_nobody_else_notices(fuzz: Fuzz, tmp_path):
    settings = {
        "secret": SECRET,
        "admins": [ADMIN],
        "database": f"sqlite:///{tmp_path}/amity.db",
        "multiLogin": {"policy": 0, "maxNumOneEnd": 1000},
        "log": {"level": "warning"},
    }
    async with WatchedServer(tmp_path, settings) as server, AsyncExitStack() as closing:
        chance = fuzz.chance
        world = closing.enter_context(contextlib.closing(World(server.api_port, chance)))
        world.call(
            "/user/user_register", {"users": [{"userID": each, "nickname": each} for each in (USER, "alice", "bob")]}
        )
        world.call("/friend/import_friend", {"ownerUserID": USER, "friendUserIDs": ["alice", "bob"]})
        peer = closing.enter_context(contextlib.closing(Peer(server.gateway_port, "alice", world.token("alice"))))
        token = world.token(USER).encode()

        def exchange(data: bytes, *, whole: bool) -> bytes:
            with socket.create_connection(("127.0.0.1", server.gateway_port), timeout=10) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                came = b""
                try:
                    for piece in cut(chance, data, chance.choice((1, 3, 20))):
                        line.sendall(piece)
                    ending = 1.0 if whole else chance.random()
                    if ending < 0.1:
                        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        return b""
                    if ending < 0.2:
                        line.shutdown(socket.SHUT_WR)
                    if chance.random() < 0.05:  # the others' pushes come between
                        world.call("/friend/set_friend_remark", REMARK | {"remark": str(chance.random())})
                    peer.ask()
                    line.settimeout(1.0 if whole else QUIET)
                    while part := line.recv(1 << 16):
                        came += part
                        if whole and judge(came, encoding_of(data)):
                            break
                except (ConnectionError, TimeoutError):
                    pass
                return came

        def check(data: bytes, *, whole: bool = False) -> None:
            before = server.computed()
            came = exchange(data.replace(TOKEN, current_token(), 1), whole=whole)
            peer.ask()
            took = server.computed() - before
            server.require_healthy()
            is_served = judge(came, encoding_of(data))
            if whole and not is_served:
                raise Fault(f"no answer to a sound request: {came!r}"[:1000])
            if took > MOST_SECONDS:
                raise Fault(f"{took:.2f} s of processor time for {len(data)} bytes")

        def current_token() -> bytes:
            nonlocal token
            if chance.random() < 0.01:  # a client may have logged out, which ends it
                world.forget(USER)
                token = world.token(USER).encode()
            return token

        streams = Streams(chance)
        for form in FORMS:
            for identifier in ANSWERED:
                check(streams.sound(form, identifier), whole=True)
                if identifier == Identifier.LOGOUT:
                    world.forget(USER)
                    token = world.token(USER).encode()
        for _ in range(100):
            check(streams.stream())
        server.settled()
        fuzz.try_all(streams.stream, check)
        await closing.aclose()
        server.require_small()
