"""Baselines: programs that do the same work without amity, each in a process of its own on the same core.

- ``rows DATABASE FRIENDS``: a bare ``executemany`` of the rows of one import in one transaction. It reads lines "FIRST
  COUNT", and answers each with the seconds that those imports took.
- ``messages SOURCE DATABASE``: a bare ``executemany`` of the messages of another file, 1,000 in a transaction. It reads
  lines "FIRST COUNT", and answers each with the seconds that those messages took.
- ``imports DATABASE FRIENDS PORT``: an ASGI application on amity's own HTTP listener that decodes the same body. A
  thread writes the same rows, all waiting ones in one transaction. Once they are on disk, the body is echoed.
- ``events DATABASE PORT``: the same for after-callbacks of OpenIM's server: it decodes a body, stores it in the outbox,
  all waiting ones in one transaction, and answers once it is on disk. It delivers nothing.
- ``lists DATABASE PORT``: an ASGI application on amity's own HTTP listener that answers with 100 friends out of 1,000,
  read by one statement.

All use a file that amity has created, with its tables, indexes and page size.
"""

import asyncio
import secrets
import sqlite3
import sys
import threading
import time
from queue import Empty, SimpleQueue
from typing import Any

import msgspec
import uvloop

from amity.api.listener import Listener
from bench import people
from bench.people import Circle

Rows = list[tuple[Any, ...]]

_INSERT = (
    "insert into friends (owner_seq, friend_seq, version, added_version, pinned_version, deleted, is_pinned,"
    " created_at, add_source, operator_seq, remark, ex) values (?1, ?2, ?3, ?3, 0, 0, 0, ?4, 1, 1, '', '')"
)
_EVENT = (
    "insert into outbox (event_id, owner, command, operation_id, created_at, body, query, state, attempts, next_at,"
    " last_error) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, '')"
)
_MESSAGES = (
    "select timeline, seq, sender_seq, sent_at, once_part, once, body from messages"
    " where message_seq > ?1 and message_seq <= ?2 order by message_seq"
)
_MESSAGE = (
    "insert into messages (timeline, seq, sender_seq, sent_at, once_part, once, body)"
    " values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
)
_LIST = """
    select owner.user_id, f.remark, f.created_at, f.add_source, operator.user_id, f.ex, f.is_pinned,
        friend.user_id, friend.nickname, friend.face_url, friend.ex
    from friends as f join users as friend on friend.user_seq = f.friend_seq
    join users as owner on owner.user_seq = f.owner_seq
    left join users as operator on operator.user_seq = f.operator_seq
    where f.owner_seq = ?1 and f.deleted = 0
    order by f.is_pinned desc, f.created_at, f.friend_seq limit ?2 offset ?3
"""


class _Import(msgspec.Struct):
    ownerUserID: str  # noqa: N815 - as on the wire
    friendUserIDs: list[str]  # noqa: N815


class _Page(msgspec.Struct):
    pageNumber: int  # noqa: N815
    showNumber: int  # noqa: N815


class _ListRequest(msgspec.Struct):
    userID: str  # noqa: N815
    pagination: _Page


def open_database(path: str) -> sqlite3.Connection:
    """Open a file with the settings of amity's writer."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 16000", "cache_size = -16384"):
        connection.execute(f"pragma {pragma}")
    return connection


def rows_of(owner: int, friends: list[int], version: int, now: int) -> Rows:
    """Return the rows of one import, sorted, which is the fastest order."""
    friends = sorted(friends)
    rows: Rows = [(owner, friend, version, now) for friend in friends]
    return rows + [(friend, owner, version, now) for friend in friends]


def write(connection: sqlite3.Connection, rows: Rows, insert: str = _INSERT) -> None:
    """Insert rows in one transaction."""
    connection.execute("begin immediate")
    connection.executemany(insert, rows)
    connection.execute("commit")


def bare_rows(database: str, friends: int) -> None:
    """Read lines with numbers of imports, write their rows, and answer with the seconds that took."""
    connection = open_database(database)
    circle = Circle(friends)
    for line in sys.stdin:
        first, count = map(int, line.split())
        seconds = 0.0
        for index in range(first, first + count):
            rows = rows_of(*circle.numbers(index), index + 2, int(time.time() * 1000))
            began = time.perf_counter()
            write(connection, rows)
            seconds += time.perf_counter() - began
        print(seconds, flush=True)


def bare_messages(source: str, database: str) -> None:
    """Read lines with numbers of messages, write their rows, and answer with the seconds that took."""
    read = sqlite3.connect(source)
    connection = open_database(database)
    for line in sys.stdin:
        first, count = map(int, line.split())
        seconds = 0.0
        for start in range(first, first + count, 1000):
            rows = read.execute(_MESSAGES, (start, min(start + 1000, first + count))).fetchall()
            began = time.perf_counter()
            write(connection, rows, _MESSAGE)
            seconds += time.perf_counter() - began
        print(seconds, flush=True)


class _Writer:
    """A thread that commits all waiting rows together."""

    def __init__(self, connection: sqlite3.Connection, insert: str) -> None:
        self._connection = connection
        self._insert = insert
        self._loop = asyncio.get_running_loop()
        self._waiting: SimpleQueue[tuple[Rows, asyncio.Future[None]]] = SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    async def write(self, rows: Rows) -> None:
        done = self._loop.create_future()
        self._waiting.put((rows, done))
        await done

    def _run(self) -> None:
        while True:
            group = [self._waiting.get()]
            try:
                while True:
                    group.append(self._waiting.get_nowait())
            except Empty:
                pass
            write(self._connection, [row for rows, _ in group for row in rows], self._insert)
            self._loop.call_soon_threadsafe(_finish, [done for _, done in group])


def _finish(group: "list[asyncio.Future[None]]") -> None:
    for done in group:
        done.set_result(None)


async def _body(receive: Any) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _answer(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def serve_imports(database: str, friends: int, port: int) -> None:
    """Serve imports: write their rows, then echo their bodies."""
    writer = _Writer(open_database(database), _INSERT)
    numbers = {person: number for number, person in enumerate(people.ids())}
    decode = msgspec.json.Decoder(_Import).decode
    encode = msgspec.json.Encoder().encode
    version = 2

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal version
        request = decode(await _body(receive))
        version += 1
        now = int(time.time() * 1000)
        known = [numbers[friend] for friend in request.friendUserIDs]
        await writer.write(rows_of(numbers[request.ownerUserID], known, version, now))
        await _answer(send, encode({"errCode": 0, "errMsg": "", "errDlt": "", "data": request}))

    await _serve(app, port)


async def serve_events(database: str, port: int) -> None:
    """Serve after-callbacks: store them, then answer."""
    writer = _Writer(open_database(database), _EVENT)
    decode = msgspec.json.Decoder(dict[str, Any]).decode

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = await _body(receive)
        fields = decode(body)
        owner = fields.get("groupID") or fields.get("userID") or f"{fields['sendID']}_{fields['recvID']}"
        now = time.time()
        event_id = f"evt_{int(now * 1_000_000):014x}{secrets.token_hex(8)}"
        query = scope["query_string"].decode()
        row = (event_id, owner, fields["callbackCommand"], "bench", int(now * 1000), body.decode(), query)
        await writer.write([row])
        await _answer(send, b'{"actionCode":0}')

    await _serve(app, port)


async def serve_lists(database: str, port: int) -> None:
    """Serve pages of a friend list."""
    connection = open_database(database)
    (owner,) = connection.execute("select user_seq from users where user_id = ?", (people.ids(1)[0],)).fetchone()
    decode = msgspec.json.Decoder(_ListRequest).decode
    encode = msgspec.json.Encoder().encode

    async def app(scope: Any, receive: Any, send: Any) -> None:
        page = decode(await _body(receive)).pagination
        rows = connection.execute(_LIST, (owner, page.showNumber, (page.pageNumber - 1) * page.showNumber)).fetchall()
        data = {"friendsInfo": [_friend(row) for row in rows], "total": 1000}
        await _answer(send, encode({"errCode": 0, "errMsg": "", "errDlt": "", "data": data}))

    await _serve(app, port)


def _friend(row: Any) -> dict[str, object]:
    user = {
        "userID": row[7],
        "nickname": row[8],
        "faceURL": row[9],
        "ex": row[10],
        "createTime": 0,
        "appMangerLevel": 0,
        "globalRecvMsgOpt": 0,
    }
    return {
        "ownerUserID": row[0],
        "remark": row[1],
        "createTime": row[2] // 1000,
        "friendUser": user,
        "addSource": row[3],
        "operatorUserID": row[4],
        "ex": row[5],
        "isPinned": bool(row[6]),
    }


async def _serve(app: Any, port: int) -> None:
    listener = Listener(app, "127.0.0.1", port)
    await listener.start()
    await asyncio.Event().wait()  # until it is killed


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["rows", database, friends]:
            bare_rows(database, int(friends))
        case ["messages", source, database]:
            bare_messages(source, database)
        case ["imports", database, friends, port]:
            uvloop.run(serve_imports(database, int(friends), int(port)))
        case ["events", database, port]:
            uvloop.run(serve_events(database, int(port)))
        case ["lists", database, port]:
            uvloop.run(serve_lists(database, int(port)))
