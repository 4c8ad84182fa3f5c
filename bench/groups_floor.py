"""Baselines of groups: programs that do the least of the same work, each in a process of its own on the same core.

- ``rows SOURCE DATABASE``: a bare ``executemany`` of the members of the groups of another file, and of their
  conversations, each group in one transaction. It reads lines "FIRST COUNT", and answers each with the rows, and the
  seconds that they took.
- ``writes FRAME``: a bare ``os.write`` of a frame, whose payload is given as hexadecimal digits, to many connections.
  It answers the first line with its port. Connections whose address says ``sender`` make it write: for each frame that
  comes of one, the frame goes to that connection, and to all that are no senders.
"""

import base64
import hashlib
import os
import selectors
import socket
import sqlite3
import sys
import time

from bench.floor import open_database

_MEMBERS = "select * from group_members where group_seq = ? order by user_seq"
_CONVERSATIONS = (
    "select c.* from conversations as c join timelines as t on t.timeline = c.timeline"
    " where t.form = 3 and t.first_seq = ? order by c.owner_seq"
)
_OF_WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_SHORT, _LONG = 126, 65_536
"""Lengths from which a frame's header says them in two, and in eight bytes."""


def bare_rows(source: str, database: str) -> None:
    """Read lines with numbers of groups, write their rows, and answer with how many there were and the seconds."""
    read = sqlite3.connect(source)
    connection = open_database(database)
    inserts = [
        f"insert into {table} values ({', '.join('?' * len(read.execute(f'pragma table_info({table})').fetchall()))})"
        for table in ("group_members", "conversations")
    ]
    for line in sys.stdin:
        first, count = map(int, line.split())
        groups = read.execute("select group_seq from chat_groups order by group_seq limit ? offset ?", (count, first))
        rows, seconds = 0, 0.0
        for group in groups.fetchall():
            found = [read.execute(select, group).fetchall() for select in (_MEMBERS, _CONVERSATIONS)]
            rows += sum(map(len, found))
            began = time.perf_counter()
            connection.execute("begin immediate")
            for insert, own in zip(inserts, found, strict=True):
                connection.executemany(insert, own)
            connection.execute("commit")
            seconds += time.perf_counter() - began
        print(rows, seconds, flush=True)


class _Connection:
    """A connection that was accepted."""

    def __init__(self, own: socket.socket) -> None:
        self.own = own
        self.is_sender = False
        self.has_shaken = False


def bare_writes(payload: bytes) -> None:
    """Write a frame to many connections, whenever one of the senders asks for it."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    sys.stdin.readline()
    print(listening.getsockname()[1], flush=True)
    frame = framed(payload)
    receivers: list[int] = []
    wait = selectors.DefaultSelector()
    wait.register(listening, selectors.EVENT_READ)
    while True:
        for key, _ in wait.select():
            if key.fileobj is listening:
                one, _ = listening.accept()
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                wait.register(one, selectors.EVENT_READ, _Connection(one))
                continue
            connection: _Connection = key.data
            came = connection.own.recv(65_536)
            number = connection.own.fileno()
            if not came:
                wait.unregister(connection.own)
                connection.own.close()
                if number in receivers:
                    receivers.remove(number)
            elif not connection.has_shaken:
                connection.has_shaken = True
                connection.is_sender = b"sender" in came.partition(b"\r\n")[0]
                connection.own.sendall(_shaken(came))
                if not connection.is_sender:
                    receivers.append(number)
            elif connection.is_sender:
                os.write(number, frame)
                for receiver in receivers:
                    os.write(receiver, frame)


def framed(payload: bytes) -> bytes:
    """Return a binary message as a server sends it in WebSocket."""
    length = len(payload)
    if length < _SHORT:
        return bytes((0x82, length)) + payload
    if length < _LONG:
        return b"\x82\x7e" + length.to_bytes(2, "big") + payload
    return b"\x82\x7f" + length.to_bytes(8, "big") + payload


def _shaken(request: bytes) -> bytes:
    """Return the answer to a handshake of WebSocket."""
    lines = [line.partition(b":") for line in request.split(b"\r\n")]
    key = next(value.strip() for name, _, value in lines if name.lower() == b"sec-websocket-key")
    accepted = base64.b64encode(hashlib.sha1(key + _OF_WEBSOCKET, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["rows", source, database]:
            bare_rows(source, database)
        case ["writes", digits]:
            bare_writes(bytes.fromhex(digits))
