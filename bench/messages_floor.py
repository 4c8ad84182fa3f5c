"""The baseline of messages: a bare server that stores them durably and pushes them, and has no other rule.

``python -m bench.messages_floor DATABASE PORT``

It reads the frames of OpenIM's Go core with amity's own codec on the same WebSocket library, checks that the sender is
who is connected, gives the message its number from memory, stores one row with its key in a group commit, answers, and
pushes the frame to both. It knows no tokens, no users, no blacklist, no conversations, no repeats and no second device.
The file is one that amity has created, with its table of messages, its indexes and its page size. The number of
messages that one commit holds is what has arrived since the last one.
"""

import asyncio
import hashlib
import sqlite3
import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

from amity.gateway.encoding import Encoding, encoding_of
from amity.storage.sqlite.worker import Worker
from amity.wire.frames import Identifier, Reply, Request
from amity.wire.proto.msg_pb2 import SendMsgResp
from amity.wire.proto.sdkws_pb2 import MsgData, PullMsgs, PushMessages
from bench.floor import open_database

_INSERT = (
    "insert into messages (timeline, seq, sender_seq, sent_at, once_part, once, body)"
    " values (?1, ?2, 0, ?3, ?4, ?5, ?6)"
)
_BINARY = WSMsgType.BINARY


class Floor:
    """The state of the server: who is connected, the numbers of conversations, and the messages that wait."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connected: dict[str, Socket] = {}
        self.encoding: Encoding = encoding_of("go", is_compressed=True)
        self._connection = connection
        self._timelines: dict[str, list[int]] = {}
        self._waiting: list[tuple[Socket, Request, MsgData, str]] = []
        self._is_busy = False
        self._worker = Worker("floor-write")
        self._loop = asyncio.get_running_loop()

    def take(self, socket: "Socket", frame: bytes) -> None:
        """Take one message."""
        request = self.encoding.read(frame)
        message = MsgData.FromString(request.data)
        if message.sendID != socket.user:
            socket.transport.disconnect(graceful=False)
            return
        conversation = "si_" + "_".join(sorted((message.sendID, message.recvID)))
        self._waiting.append((socket, request, message, conversation))
        if not self._is_busy:
            self._is_busy = True
            self._loop.call_soon(self._gather, len(self._waiting))

    def _gather(self, arrived: int) -> None:
        if len(self._waiting) > arrived:
            self._loop.call_soon(self._gather, len(self._waiting))
        else:
            self._write()

    def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            self._is_busy = False
            return
        now = time.time_ns() // 1_000_000
        rows: list[tuple[Any, ...]] = []
        for _, _, message, conversation in batch:
            line = self._timelines.setdefault(conversation, [len(self._timelines) + 1, 0])
            line[1] += 1
            message.seq, message.sendTime, message.status = line[1], now, 2
            message.serverMsgID = message.clientMsgID
            key = hashlib.blake2b(f"{message.sendID}:{message.clientMsgID}".encode(), digest_size=8).digest()
            once = int.from_bytes(key, "big") >> 1
            rows.append((line[0], line[1], now, now // 43_200_000, once, message.SerializeToString()))
        self._connection.execute("begin immediate")
        self._connection.executemany(_INSERT, rows)
        self._worker.do(self._loop, self._commit, lambda: self._written(batch))

    def _commit(self) -> None:
        self._connection.execute("commit")

    def _written(self, batch: "list[tuple[Socket, Request, MsgData, str]]") -> None:
        write = self.encoding.write
        for socket, request, message, conversation in batch:
            answer = SendMsgResp(
                serverMsgID=message.serverMsgID, clientMsgID=message.clientMsgID, sendTime=message.sendTime
            ).SerializeToString()
            socket.send(write(Reply(Identifier.SEND_MSG, request.msg_incr, request.operation_id, data=answer)))
            data = PushMessages(msgs={conversation: PullMsgs(Msgs=[message])}).SerializeToString()
            push = write(Reply(Identifier.PUSH, operation_id=request.operation_id, data=data))
            for user in (message.recvID, message.sendID):
                if (other := self.connected.get(user)) is not None:
                    other.send(push)
        self._gather(len(self._waiting))


class Socket(WSListener):
    """One client."""

    def __init__(self, floor: Floor, user: str) -> None:
        self.user = user
        self._floor = floor

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        self._floor.connected[self.user] = self

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == _BINARY:
            self._floor.take(self, frame.get_payload_as_bytes())

    def send(self, frame: bytes) -> None:
        self.transport.send(_BINARY, frame)


async def serve(database: str, port: int) -> None:
    """Serve until the process is ended."""
    floor = Floor(open_database(database))

    def listener(request: WSUpgradeRequest) -> WSListener:
        return Socket(floor, parse_qs(urlsplit(request.path.decode()).query)["sendID"][0])

    server = await ws_create_server(listener, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
