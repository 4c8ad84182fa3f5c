"""The ways in which a business server may answer: properly, wrongly, slowly, too much, or not at all."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Exchange:
    """The connection of one request, to which a behaviour writes its answer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def until_client_leaves(self) -> None:
        while await self.reader.read(65536):
            pass


class Behaviour(Protocol):
    async def respond(self, exchange: Exchange) -> bool:
        """Answer; return whether the connection stays open for another request."""
        ...


def head(status: int, headers: Mapping[str, str], length: int | None) -> bytes:
    """Return status line and headers. ``length`` is the value of Content-Length, which ``None`` leaves out."""
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer, sent after the event ``after``. ``body`` is sent unchanged if it is bytes, else as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after: asyncio.Event | None = None

    async def respond(self, exchange: Exchange) -> bool:
        if self.after is not None:
            await self.after.wait()
        raw = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        await exchange.send(head(self.status, headers, len(raw)) + raw)
        return headers.get("Connection", "").lower() != "close"


@dataclass(frozen=True, slots=True)
class Raw:
    """Any bytes, HTTP or not, in one piece or one by one, then the end of the connection."""

    data: bytes
    in_single_bytes: bool = False

    async def respond(self, exchange: Exchange) -> bool:
        size = 1 if self.in_single_bytes else len(self.data)
        for start in range(0, len(self.data), size):
            await exchange.send(self.data[start : start + size])
            await asyncio.sleep(0)
        return False


def html(status: int = 200) -> Answer:
    """Return an HTML page, as a proxy or a framework's error handler sends it."""
    page = b"<!doctype html><title>Not here</title><p>This is not the callback you are looking for.</p>"
    return Answer(page, status, {"Content-Type": "text/html"})


def redirect(location: str, status: int = 302) -> Answer:
    """Return a redirect."""
    return Answer(b"", status, {"Location": location})


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer: the request is read, and the connection stays open."""

    async def respond(self, exchange: Exchange) -> bool:
        await exchange.until_client_leaves()
        return False


@dataclass(frozen=True, slots=True)
class HangUp:
    """No answer: the request is read, and the connection is closed."""

    async def respond(self, exchange: Exchange) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Half:
    """An answer whose Content-Length is twice the bytes that are sent before the connection closes."""

    body: bytes = b'{"actionCode": 0, "errCode": 0'
    status: int = 200

    async def respond(self, exchange: Exchange) -> bool:
        await exchange.send(head(self.status, {"Content-Type": "application/json"}, 2 * len(self.body)) + self.body)
        return False


@dataclass(frozen=True, slots=True)
class Drip:
    """A proper answer whose body is sent one byte every ``interval`` seconds; with ``head_too`` its head too."""

    body: bytes = b'{"actionCode": 0, "errCode": 0, "nextCode": 0}'
    interval: float = 1.0
    head_too: bool = False

    async def respond(self, exchange: Exchange) -> bool:
        start = head(200, {"Content-Type": "application/json"}, len(self.body))
        slow = self.body
        if self.head_too:
            slow = start + slow
        else:
            await exchange.send(start)
        for byte in slow:
            await asyncio.sleep(self.interval)
            await exchange.send(bytes([byte]))
        return True


@dataclass(frozen=True, slots=True)
class Endless:
    """An answer with ``total`` bytes of body, with Content-Length if ``declared``, else in chunks."""

    total: int = 1 << 30
    declared: bool = True

    async def respond(self, exchange: Exchange) -> bool:
        headers = {"Content-Type": "application/json"}
        if not self.declared:
            headers["Transfer-Encoding"] = "chunked"
        await exchange.send(head(200, headers, self.total if self.declared else None))
        left = self.total
        while left:
            piece = b" " * min(left, 1 << 16)
            left -= len(piece)
            await exchange.send(piece if self.declared else b"%x\r\n%b\r\n" % (len(piece), piece))
        if not self.declared:
            await exchange.send(b"0\r\n\r\n")
        return True
