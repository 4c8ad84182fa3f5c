"""An HTTP client for tests that call a server thousands of times: ``httpx`` took a seventh of their processor time.

It parses with ``httptools``, keeps connections, and answers and fails with what ``httpx`` answers and fails with.
"""

import asyncio
import select
import ssl
from collections.abc import Mapping
from typing import cast

import httptools
import httpx

_TIMEOUT = 30.0


class HttpCaller:
    """Sends requests to one server, each on a connection of its own while it is under way.

    ``url`` is the server's address. A certificate is not verified. It belongs to the event loop of its first request.
    """

    def __init__(self, url: str) -> None:
        target = httpx.URL(url)
        self.host = target.host
        self.port = target.port or 0
        self._tls = _unverified() if target.scheme == "https" else None
        self._authority = f"{self.host}:{self.port}"
        self._idle: list[_Connection] = []

    async def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> httpx.Response:
        """Send a request; return the whole answer.

        Raises ``httpx.TransportError`` if a connection cannot be made or breaks off, or if the answer takes too long.
        """
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._authority}\r\nContent-Length: {len(content)}\r\n"
        lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        message = f"{head}{lines}\r\n".encode() + content
        try:
            async with asyncio.timeout(_TIMEOUT):
                connection = self._kept() or await self._connect()
                return await connection.exchange(message)
        except TimeoutError as error:
            raise httpx.ReadTimeout(f"{method} {path} was not answered within {_TIMEOUT} s") from error

    async def close(self) -> None:
        """Close all connections that wait for a request."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        await asyncio.gather(*(connection.closed for connection in idle))

    def _kept(self) -> "_Connection | None":
        """Return a connection that waits for a request and that the server has not closed meanwhile."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_readable():
                return connection
            connection.close()
        return None

    async def _connect(self) -> "_Connection":
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: _Connection(self._idle), self.host, self.port, ssl=self._tls
            )
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        return connection


class _Connection(asyncio.Protocol):
    """One connection. It is among ``idle`` while it waits for a request, and not once it is closed."""

    def __init__(self, idle: "list[_Connection]") -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._idle = idle
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)  # set by connection_made
        self._answer: asyncio.Future[httpx.Response] | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""
        self._parser = httptools.HttpResponseParser(self)
        self._poll = select.poll()

    async def exchange(self, message: bytes) -> httpx.Response:
        waiting: asyncio.Future[httpx.Response]
        waiting = self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        try:
            return await waiting
        finally:
            if self._answer is waiting:  # given up; once it is answered, the next request may be under way
                self._answer = None
                self._transport.abort()

    def is_readable(self) -> bool:
        """Return whether there is something to read, or the end."""
        return bool(self._poll.poll(0))

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(httpx.RemoteProtocolError(str(error)))
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(
            httpx.ReadError(str(error)) if error else httpx.RemoteProtocolError("the server closed the connection")
        )
        if self in self._idle:
            self._idle.remove(self)
        self.closed.set_result(None)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        answer = httpx.Response(self._parser.get_status_code(), headers=self._headers, content=self._body)
        self._headers, self._body = [], b""
        waiting, self._answer = self._answer, None
        if self._parser.should_keep_alive():
            self._parser = httptools.HttpResponseParser(self)
            self._idle.append(self)
        else:
            self._transport.close()
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _fail(self, error: httpx.TransportError) -> None:
        waiting, self._answer = self._answer, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)


def _unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
