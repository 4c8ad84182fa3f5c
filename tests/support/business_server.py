"""A real HTTP server in the place of an app's business server, which answers or misbehaves as the test says.

It implements HTTP on plain streams, because a server library would not let it misbehave.
"""

import asyncio
import json
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from tests.support.behaviour import Answer, Behaviour, Exchange

ALLOW = {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": 0}


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as received: header names in lower case, ``connection`` from 1, ``at`` in monotonic seconds."""

    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.query_string, keep_blank_values=True)


_TURNS_UNTIL_SERVED = 3
"""Turns of the event loop between the accept of a connection and ``_accept``."""

# A test gives the body of an answer, a behaviour, or a function that returns one of them for a request.
Reaction = Behaviour | dict[str, Any] | Callable[[ReceivedRequest], "Behaviour | dict[str, Any]"]


class BusinessServer:
    """Listens on a free port of 127.0.0.1, as an async context manager. It approves by default.

    ``reaction`` answers every request for which ``then`` has queued nothing.
    """

    def __init__(
        self,
        reaction: Reaction | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
    ) -> None:
        self.reaction: Reaction = ALLOW if reaction is None else reaction
        self.requests: list[ReceivedRequest] = []
        self.connections = 0
        self.port = port
        self.host = host
        self._tls = tls
        self._queued: deque[Reaction] = deque()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.host, self.port, ssl=self._tls, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        # Accept nothing from here on. asyncio would leave a connection open that was accepted and has no transport yet
        # when its server is closed, so that such connections get their transports first.
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(_TURNS_UNTIL_SERVED):
            await asyncio.sleep(0)
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Return the URL without a path."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    def then(self, *reactions: Reaction) -> None:
        """Queue reactions to the next requests, one each, in the order of their arrival."""
        self._queued.extend(reactions)

    async def wait_for(self, count: int, timeout: float = 10.0) -> list[ReceivedRequest]:
        """Return the requests as soon as ``count`` have arrived since the start. Fails after ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while len(self.requests) < count:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(f"{len(self.requests)} requests arrived in {timeout} s, not {count}") from None
        return self.requests

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None or not self._server.is_serving():
            writer.transport.abort()  # accepted while the server was closing
            return
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Here and not in the task, because a task that is cancelled before its first step runs none of its code.
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        exchange = Exchange(reader, writer)
        number = self.connections
        try:
            while (request := await _read(reader, number)) is not None:
                reaction = self._queued.popleft() if self._queued else self.reaction
                self.requests.append(request)
                self._arrived.set()
                if not await _behaviour(reaction, request).respond(exchange):
                    break
                if request.headers.get("connection", "").lower() == "close":
                    break
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client closed the connection, because of its deadline or its limit


def _behaviour(reaction: Reaction, request: ReceivedRequest) -> Behaviour:
    if not isinstance(reaction, dict) and not hasattr(reaction, "respond"):
        reaction = reaction(request)
    return Answer(reaction) if isinstance(reaction, dict) else reaction


async def _read(reader: asyncio.StreamReader, connection: int) -> ReceivedRequest | None:
    """Read one request; return ``None`` if the client closed the connection between two requests."""
    try:
        start = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = start[:-4].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return ReceivedRequest(method, path, query, headers, body, connection, time.monotonic())


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += (await reader.readexactly(size + 2))[:-2]
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return bytes(body)
