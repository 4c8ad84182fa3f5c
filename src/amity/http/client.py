"""An HTTP client for many small POSTs to few servers: no redirects, proxies, cookies or compression."""

import asyncio
import re
import ssl
from collections.abc import Callable, Mapping
from functools import partial

from amity.http.pool import Admit, Pool
from amity.http.reply import AddressRefused, HttpFailure, Reply, Unanswered
from amity.http.url import Target, parse

__all__ = ["AddressRefused", "Endpoint", "HttpClient", "HttpFailure", "Reply"]

MOST_CONNECTIONS = 256
IDLE_SECONDS = 30.0
_MOST_KEPT = 1024
_QUERY = re.compile(r"[A-Za-z0-9._~!$'()*+,;:@/?%&=-]+", re.ASCII)  # RFC 3986, 3.4


class HttpClient:
    """Keeps connections alive, per origin. Use it within one event loop, until ``close``.

    ``admit`` is called with every address (an ``ipaddress`` object) before a connection to it, and raises
    ``AddressRefused`` to refuse it. ``tls`` is for ``https``; the default verifies certificates against the system's.
    ``limit`` bounds the bytes of an answer's body. ``most`` bounds the open connections per origin; further requests
    wait for one within their time. ``idle_per_host`` bounds the unused connections that are kept.
    """

    def __init__(
        self,
        *,
        admit: Admit | None = None,
        tls: ssl.SSLContext | None = None,
        limit: int = 1 << 20,
        idle_per_host: int = 100,
        most: int = MOST_CONNECTIONS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._admit = admit
        self._tls = tls
        self._limit = limit
        self._idle_per_host = idle_per_host
        self._most = most
        self._idle_seconds = idle_seconds
        self._endpoints: dict[str, Endpoint] = {}
        self._pools: dict[tuple[str, str, int], Pool] = {}
        self._closed = False

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, timeout: float) -> Reply:
        """POST ``body`` as ``Endpoint.post`` does. Also raises ``ValueError`` if the URL is not valid."""
        endpoint = self._endpoints.get(url)
        if endpoint is None:
            if len(self._endpoints) >= _MOST_KEPT:
                self._endpoints.clear()
            endpoint = self._endpoints[url] = self.endpoint(url, {})
        return await endpoint.post(headers, body, timeout)

    async def get(self, url: str, timeout: float) -> Reply:
        """GET a URL and return the answer, whatever its status. Raises as ``post`` does."""
        target = parse(url)
        return await Endpoint(partial(self._pool, target), _head(target, "GET")).post({}, b"", timeout)

    def endpoint(self, url: str, headers: Mapping[str, str]) -> "Endpoint":
        """Prepare a URL that is called often, with the headers of every request to it.

        Raises ``ValueError`` if the URL or a header cannot be sent.
        """
        target = parse(url)
        return Endpoint(partial(self._pool, target), _head(target) + _lines(headers))

    async def close(self) -> None:
        """Close all connections; exchanges under way fail."""
        self._closed = True
        for pool in self._pools.values():
            pool.close()
        await asyncio.sleep(0)  # transports close in the next turn of the loop

    def _pool(self, target: Target) -> Pool:
        """Return the pool of connections to a server."""
        if self._closed:
            raise HttpFailure("could not be reached", "the client is closed")
        origin = (target.scheme, target.host, target.port)
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = Pool(
                target,
                admit=self._admit,
                tls=self._context() if target.scheme == "https" else None,
                limit=self._limit,
                most=self._most,
                most_idle=self._idle_per_host,
                idle_seconds=self._idle_seconds,
            )
        return pool

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


class Endpoint:
    """A prepared URL (``HttpClient.endpoint``): the pool of its server, and the constant part of the head."""

    __slots__ = ("_head", "_open_pool", "_pool")

    def __init__(self, pool: Callable[[], Pool], head: bytes) -> None:
        self._open_pool = pool
        self._pool: Pool | None = None
        self._head = head

    async def post(self, headers: Mapping[str, str], body: bytes, timeout: float, query: str = "") -> Reply:
        """POST ``body`` and return the answer, whatever its status. ``query`` is added to that of the URL.

        ``timeout`` in seconds bounds the whole exchange: resolving, connecting, sending, waiting and reading. If a kept
        connection turns out to be closed before any byte of an answer, the request is sent once more over a new one.
        Raises ``HttpFailure``, and ``ValueError`` for a header or a query that cannot be sent.
        """
        head = self._head if not query else _with_query(self._head, query)
        request = b"%b%bContent-Length: %d\r\n\r\n%b" % (head, _lines(headers), len(body), body)
        pool = self._pool
        if pool is None:
            pool = self._pool = self._open_pool()
        deadline = pool.time() + timeout
        connection = pool.idle() or await pool.obtain(deadline)
        while True:
            try:
                return await connection.exchange(request, deadline)
            except Unanswered:
                if not connection.reused:
                    raise
            except asyncio.CancelledError:
                connection.drop_if_cancelled()
                raise
            connection = await pool.obtain(deadline, new=True)


def _head(target: Target, method: str = "POST") -> bytes:
    lines = [f"{method} {target.path} HTTP/1.1", f"Host: {target.authority}", "Accept-Encoding: identity"]
    if target.authorization:
        lines.append(f"Authorization: {target.authorization}")
    return ("\r\n".join(lines) + "\r\n").encode()


def _with_query(head: bytes, query: str) -> bytes:
    """Add to the query of the target in a head."""
    if not _QUERY.fullmatch(query):
        raise ValueError("a query has only characters that can stand in one")
    target, version, rest = head.partition(b" HTTP/1.1\r\n")
    return b"%b%b%b%b%b" % (target, b"&" if b"?" in target else b"?", query.encode("ascii"), version, rest)


def _lines(headers: Mapping[str, str]) -> bytes:
    text = ""
    for name, value in headers.items():
        text += f"{name}: {value}\r\n"
    if text.count("\n") != len(headers) or text.count("\r") != len(headers) or "\0" in text:
        raise ValueError("a header holds no line breaks and no NUL")
    return text.encode("latin-1")
