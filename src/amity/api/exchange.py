"""One request and its answer in ASGI's terms: the messages that the application receives and sends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final, Protocol

from amity.http.chunks import Chunks
from amity.http.head import RequestHead, words

_MOST_UNREQUESTED: Final = 65_536
"""Bytes of an unrequested body above which the client is not read from."""
HARMLESS: Final = 65_536
"""Bytes of an unwanted body that are read all the same, to keep the connection."""
_MOST_PARTS: Final = 64
"""Pieces of a body that wait separately: a piece of two bytes takes twenty times as much memory."""
_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
_DISCONNECT: Final = {"type": "http.disconnect"}
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_CHUNKED: Final = b"transfer-encoding: chunked\r\n"
_LAST_CHUNK: Final = b"0\r\n\r\n"
STATUS_LINES: Final = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}
_FAULT: Final = (
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 21\r\nconnection: close\r\n\r\nInternal Server Error"
)
_log = logging.getLogger(__name__)


class Channel(Protocol):
    """What an exchange needs of its connection."""

    client: tuple[str, int] | None
    server: tuple[str, int] | None

    def write(self, data: bytes) -> None: ...
    async def drained(self) -> None: ...
    def date(self) -> bytes: ...
    def resume_reading(self) -> None: ...
    def answered(self, exchange: "Exchange") -> None: ...
    def abort(self) -> None: ...


class Exchange:
    """One request and its answer.

    ``is_arrived`` says that the body is complete, ``is_answered`` that the answer is. ``keeps_alive`` says whether the
    connection may serve another request.
    """

    __slots__ = (
        "_body",
        "_changed",
        "_channel",
        "_chunks",
        "_expects",
        "_head",
        "_input_ended",
        "_is_answer_chunked",
        "_is_disconnected",
        "_is_headless",
        "_parts",
        "_remaining",
        "_size",
        "_started",
        "has_begun",
        "is_answered",
        "is_arrived",
        "keeps_alive",
    )  # fmt: skip

    def __init__(self, channel: Channel, head: RequestHead) -> None:
        self._channel = channel
        self._head = head
        self._chunks = Chunks() if head.is_chunked else None
        self._remaining = head.length
        self._parts: list[bytes] = []
        self._size = 0
        self._changed: asyncio.Future[None] | None = None
        self._expects = b"expect" in head.headers
        self._is_disconnected = False
        self._input_ended = False
        self._started = b""
        self._body = False
        self._is_headless = head.method == "HEAD"
        self._is_answer_chunked = False
        self.has_begun = False
        self.is_answered = False
        self.is_arrived = self._chunks is None and not self._remaining
        self.keeps_alive = head.keeps_alive

    # Called by the connection -----------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> bytes | None:
        """Take the bytes of the body; return those that follow it, or ``None`` while the body is incomplete.

        Raises ``ChunkError``.
        """
        if self._chunks is None:
            taken = data[: self._remaining]
            self._remaining -= len(taken)
            self._take([taken])
            self.is_arrived = not self._remaining
            rest = data[len(taken) :]
        else:
            self._take(self._chunks.feed(data))
            self.is_arrived = self._chunks.is_done
            rest = self._chunks.rest
        self._expects = False  # the client did not wait for "100 Continue"
        self._wake()
        return rest if self.is_arrived else None

    @property
    def is_full(self) -> bool:
        """Whether more bytes of the body wait than may."""
        return self._size > _MOST_UNREQUESTED and not self.is_answered

    def disconnected(self) -> None:
        """Note that the client has disconnected."""
        self._is_disconnected = True
        self._wake()

    def end_input(self) -> None:
        """Note that the client has closed its side.

        It has nearly always disconnected. If not, it still gets its answer, except to work that is too expensive to do
        for a client that has probably gone.
        """
        self._input_ended = True
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

    # Called by the application ---------------------------------------------------------------------------------------

    async def run(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        """Run the application for this request."""
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
            "client": self._channel.client,
            "server": self._channel.server,
        }
        try:
            await app(scope, self.receive, self.send)
        except Exception:  # noqa: BLE001 - the client gets an answer to any error of the application
            _log.exception("a request could not be answered")
        if not self.is_answered and not self._is_disconnected:
            if self.has_begun:
                self._channel.abort()
            else:
                self.keeps_alive = False
                self._channel.write(STATUS_LINES[500] + self._channel.date() + _FAULT)
                self._finish()

    async def receive(self) -> dict[str, Any]:
        """Return the next part of the body, or a disconnect message."""
        while not self._parts and not self.is_arrived and not self._is_disconnected:
            if self._expects and not self.has_begun:
                self._expects = False
                self._channel.write(_CONTINUE)
            self._channel.resume_reading()
            self._changed = asyncio.get_running_loop().create_future()
            await self._changed
        if self._is_disconnected:
            return _DISCONNECT
        if self._body:
            return await self._wait_for_disconnect()
        parts, self._parts = self._parts, []
        self._size = 0
        self._body = self.is_arrived
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        return {"type": "http.request", "body": body, "more_body": not self.is_arrived}

    async def _wait_for_disconnect(self) -> dict[str, Any]:
        while not self._is_disconnected and not self._input_ended and not self.is_answered:
            self._changed = asyncio.get_running_loop().create_future()
            await self._changed
        return _DISCONNECT

    async def send(self, message: dict[str, Any]) -> None:
        """Write the next part of the answer. Waits until the client has read what was written before.

        An answer that does not say how long it is goes in chunks, so that a client knows whether it has all
        of it. To a client that speaks HTTP/1.0 it ends with the connection.
        """
        if self._is_disconnected:
            return
        if message["type"] == "http.response.start":
            self._started = self._begin(message["status"], message.get("headers", ()))
            return
        await self._channel.drained()
        body: bytes = b"" if self._is_headless else message.get("body", b"")
        started, self._started = self._started, b""
        self.has_begun = True
        is_last = not message.get("more_body", False)
        if self._is_answer_chunked and not self._is_headless:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (_LAST_CHUNK if is_last else b"")
        if started or body:
            self._channel.write(started + body)
        if is_last:
            self._finish()

    def _begin(self, status: int, headers: Any) -> bytes:
        lines = [STATUS_LINES[status], self._channel.date()]
        has_length = False
        for name, value in headers:
            if name == b"content-length":
                has_length = True
            elif name == b"connection" and b"close" in words(value):
                self.keeps_alive = False
                continue
            lines += [name, b": ", value, b"\r\n"]
        if not has_length and status not in (204, 304) and status >= 200:
            if self._head.is_current:
                self._is_answer_chunked = True
                lines.append(_CHUNKED)
            else:
                self.keeps_alive = False
        if not self.is_arrived and (self._chunks is not None or self._remaining > HARMLESS or self._expects):
            # A client that was not asked for its body may or may not send it, so the next bytes are ambiguous.
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
        self._channel.answered(self)
