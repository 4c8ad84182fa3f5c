"""One request and its answer, as ASGI has them: what the application receives, and what it sends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final, Protocol

from amity.http.chunks import Chunks
from amity.http.head import RequestHead, words

_CROWDED: Final = 65_536
"""Bytes of a body that nobody has asked for, from which on the client is not read from."""
HARMLESS: Final = 65_536
"""Bytes of a body that nobody wants, and that are read all the same, so that the connection can be kept."""
_MOST_PARTS: Final = 64
"""Pieces of a body that wait one by one: a piece of two bytes takes twenty times as much memory."""
_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
_DISCONNECT: Final = {"type": "http.disconnect"}
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
STATUS_LINES: Final = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}
_FAULT: Final = (
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 21\r\nconnection: close\r\n\r\nInternal Server Error"
)
_log = logging.getLogger(__name__)


class Line(Protocol):
    """The connection, as far as an exchange knows it."""

    client: tuple[str, int] | None
    server: tuple[str, int] | None

    def write(self, data: bytes) -> None: ...
    async def drained(self) -> None: ...
    def date(self) -> bytes: ...
    def read_on(self) -> None: ...
    def answered(self, exchange: "Exchange") -> None: ...
    def abort(self) -> None: ...


class Exchange:
    """``is_arrived`` says that the body is complete, ``is_answered`` that the answer is. ``keeps_alive`` says whether
    the connection may serve another request."""

    __slots__ = (
        "_body", "_changed", "_chunks", "_expects", "_gone", "_has_left", "_head", "_is_headless", "_left", "_line",
        "_parts", "_size", "_started", "has_begun", "is_answered", "is_arrived", "keeps_alive",
    )  # fmt: skip

    def __init__(self, line: Line, head: RequestHead) -> None:
        self._line = line
        self._head = head
        self._chunks = Chunks() if head.is_chunked else None
        self._left = head.length
        self._parts: list[bytes] = []
        self._size = 0
        self._changed: asyncio.Future[None] | None = None
        self._expects = b"expect" in head.headers
        self._gone = False
        self._has_left = False
        self._started = b""
        self._body = False
        self._is_headless = head.method == "HEAD"
        self.has_begun = False
        self.is_answered = False
        self.is_arrived = self._chunks is None and not self._left
        self.keeps_alive = head.keeps_alive

    # The connection's side -------------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> bytes | None:
        """Take what belongs to the body; return what comes behind it, or ``None`` while the body is not complete.

        Raises ``ChunkError``.
        """
        if self._chunks is None:
            taken = data[: self._left]
            self._left -= len(taken)
            self._take([taken])
            self.is_arrived = not self._left
            rest = data[len(taken) :]
        else:
            self._take(self._chunks.feed(data))
            self.is_arrived = self._chunks.is_done
            rest = self._chunks.rest
        self._expects = False  # it does not wait to be asked
        self._wake()
        return rest if self.is_arrived else None

    @property
    def is_crowded(self) -> bool:
        """Whether more of the body has come than anybody has asked for."""
        return self._size > _CROWDED and not self.is_answered

    def lost(self) -> None:
        """Say that the client is gone."""
        self._gone = True
        self._wake()

    def left(self) -> None:
        """Say that the client sends nothing more. Nearly always it is gone; one that is not still gets its answer, but
        for what would be too much to do for nobody."""
        self._has_left = True
        self._wake()

    def _take(self, pieces: list[bytes]) -> None:
        if not self.is_answered:
            parts = self._parts
            parts += pieces
            self._size += sum(map(len, pieces))
            if len(parts) > _MOST_PARTS:
                parts[:] = (b"".join(parts),)

    def _wake(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    # The application's side ------------------------------------------------------------------------------------------

    async def run(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        """Have the application answer. It is told nothing of how."""
        head = self._head
        scope = {
            "type": "http",
            "asgi": _ASGI,
            "http_version": "1.1",
            "method": head.method,
            "scheme": "http",
            "path": head.path,
            "raw_path": head.path.encode(),
            "query_string": head.query,
            "root_path": "",
            "headers": head.headers.items(),
            "client": self._line.client,
            "server": self._line.server,
        }
        try:
            await app(scope, self.receive, self.send)
        except Exception:  # noqa: BLE001 - whatever the application lets through, the client gets an answer
            _log.exception("a request could not be answered")
        if not self.is_answered and not self._gone:
            if self.has_begun:
                self._line.abort()
            else:
                self.keeps_alive = False
                self._line.write(STATUS_LINES[500] + self._line.date() + _FAULT)
                self._finish()

    async def receive(self) -> dict[str, Any]:
        """Return the next part of the body, or that the client is gone."""
        while not self._parts and not self.is_arrived and not self._gone:
            if self._expects and not self.has_begun:
                self._expects = False
                self._line.write(_CONTINUE)
            self._line.read_on()
            self._changed = asyncio.get_running_loop().create_future()
            await self._changed
        if self._gone:
            return _DISCONNECT
        if self._body:
            return await self._until_gone()
        parts, self._parts = self._parts, []
        self._size = 0
        self._body = self.is_arrived
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        return {"type": "http.request", "body": body, "more_body": not self.is_arrived}

    async def _until_gone(self) -> dict[str, Any]:
        while not self._gone and not self._has_left and not self.is_answered:
            self._changed = asyncio.get_running_loop().create_future()
            await self._changed
        return _DISCONNECT

    async def send(self, message: dict[str, Any]) -> None:
        """Take the next part of the answer. Returns when the client has taken what was written before."""
        if self._gone:
            return
        if message["type"] == "http.response.start":
            self._started = self._begin(message["status"], message.get("headers", ()))
            return
        await self._line.drained()
        body: bytes = b"" if self._is_headless else message.get("body", b"")
        started, self._started = self._started, b""
        self.has_begun = True
        if started or body:
            self._line.write(started + body)
        if not message.get("more_body", False):
            self._finish()

    def _begin(self, status: int, headers: Any) -> bytes:
        lines = [STATUS_LINES[status], self._line.date()]
        has_length = False
        for name, value in headers:
            if name == b"content-length":
                has_length = True
            elif name == b"connection" and b"close" in words(value):
                self.keeps_alive = False
                continue
            lines += [name, b": ", value, b"\r\n"]
        if not has_length and status not in (204, 304) and status >= 200:
            raise ValueError("an answer says how long it is")
        if not self.is_arrived and (self._chunks is not None or self._left > HARMLESS or self._expects):
            # A client that was not asked for its body may send it or not: what comes next has two readings.
            self.keeps_alive = False
        if not self.keeps_alive:
            lines.append(b"connection: close\r\n")
        lines.append(b"\r\n")
        return b"".join(lines)

    def _finish(self) -> None:
        self.is_answered = True
        self._parts.clear()
        self._size = 0
        self._wake()
        self._line.answered(self)
