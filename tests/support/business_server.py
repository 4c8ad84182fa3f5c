"""A real HTTP server in the place of an app's business server, which answers, or misbehaves, as the test says.

It speaks HTTP over plain streams, because a server library would not let it misbehave.
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
    """A request as it came: header names in lower case, ``connection`` counted from 1, ``at`` in monotonic seconds."""

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

# A test says an answer, a behaviour, or what decides between them by the request.
Reaction = Behaviour | dict[str, Any] | Callable[[ReceivedRequest], "Behaviour | dict[str, Any]"]


class BusinessServer:
    """An async context manager: listens on a free port of 127.0.0.1 while it is open. Approves unless told otherwise.

    ``reaction`` answers every request that nothing was queued for with ``then``.
    """

    def __init__(self, reaction: Reaction | None = None, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.reaction: Reaction = ALLOW if reaction is None else reaction
        self.requests: list[ReceivedRequest] = []
        self.connections = 0
        self.port = port
        self._tls = tls
        self._queued: deque[Reaction] = deque()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, ssl=self._tls, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        # Nothing is accepted from here on. A connection that was accepted and has no transport yet would be left open
        # by asyncio where its server is closed: it gets its transport first.
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
        """The address without a path."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def then(self, *reactions: Reaction) -> None:
        """Queue the reactions to the next requests, one each, in the order in which they arrive."""
        self._queued.extend(reactions)

    async def wait_for(self, count: int, timeout: float = 10.0) -> list[ReceivedRequest]:
        """Return the requests as soon as ``count`` have come since the start. Fails after ``timeout`` seconds."""
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
            writer.transport.abort()  # accepted in the very moment of closing
            return
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Here and not in the task: one that is cancelled before its first step runs nothing of itself.
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
                if not await _behaviour(reaction, request).play(exchange):
                    break
                if request.headers.get("connection", "").lower() == "close":
                    break
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client went away, as its deadline or its limit told it to


def _behaviour(reaction: Reaction, request: ReceivedRequest) -> Behaviour:
    if not isinstance(reaction, dict) and not hasattr(reaction, "play"):
        reaction = reaction(request)
    return Answer(reaction) if isinstance(reaction, dict) else reaction


async def _read(reader: asyncio.StreamReader, connection: int) -> ReceivedRequest | None:
    """Read one request; ``None`` where the client closed the connection between two."""
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
