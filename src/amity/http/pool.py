"""The connections to one origin: kept alive between exchanges, bounded in number, opened to admitted addresses."""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import zip_longest

from amity.http.connection import Connection
from amity.http.reply import AddressRefused, HttpFailure, Reply, too_late
from amity.http.url import Target

Address = IPv4Address | IPv6Address
Admit = Callable[[Address], None]


_SWEEP_SECONDS = 5.0
_ATTEMPT_SECONDS = 0.25
"""Delay before the next address is tried beside one that has not answered (RFC 8305, 8)."""
_MOST_ADDRESSES = 8
"""Addresses of a name that are tried for one connection."""


class Pool:
    """A pool of connections to one origin.

    ``limit`` bounds an answer's body in bytes, ``most`` the open connections, ``most_idle`` the unused ones that are
    kept, each for ``idle_seconds``. ``tls`` is ``None`` for plain ``http``. ``admit`` is called with every address
    before a connection to it.
    """

    def __init__(
        self,
        target: Target,
        *,
        admit: Admit | None,
        tls: ssl.SSLContext | None,
        limit: int,
        most: int,
        most_idle: int,
        idle_seconds: float,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.time = self._loop.time
        # A trailing dot marks a name as complete. Neither a hosts file nor a certificate contains it.
        self._host = target.host.removesuffix(".")
        self._port = target.port
        self._admit = admit
        self._tls = tls
        self._limit = limit
        self._most = most
        self._most_idle = most_idle
        self._idle_seconds = idle_seconds
        self._slots = most
        self._last_address: Address | None = None
        self._connections: set[Connection] = set()
        self._idle: list[Connection] = []  # most recently used last
        self._waiters: deque[asyncio.Future[Connection | None]] = deque()
        self._lookup: asyncio.Task[list[Address]] | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False
        self.last_answer: tuple[bytes, Reply] | None = None

    def idle(self) -> Connection | None:
        """Remove and return the most recently used idle connection, or return ``None``."""
        return self._idle.pop() if self._idle else None

    async def obtain(self, deadline: float, *, new: bool = False) -> Connection:
        """Wait for a connection, or open one if the bound allows it; with ``new`` it has not been used before.

        Raises ``HttpFailure``; ``deadline`` in the loop's time.
        """
        if self._closed:
            raise _closed()
        try:
            async with asyncio.timeout_at(deadline):
                return await self._acquire(new) or await self._open(deadline)
        except TimeoutError:
            raise too_late() from None

    def close(self) -> None:
        """Close every connection; waiting requests fail."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(_closed())
        self._waiters.clear()
        for connection in list(self._connections):
            connection.drop()

    # Callbacks of connections -------------------------------------------------------------------------------------

    def released(self, connection: Connection) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if len(self._idle) >= self._most_idle:
            connection.drop()
            return
        connection.idle_since = self.time()
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep_later()

    def ended(self, connection: Connection) -> None:
        if connection not in self._connections:  # it closed before it was added; the task that opens it holds its slot
            return
        self._connections.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._free_slot()

    # ---------------------------------------------------------------------------------------------------------------

    def _sweep_later(self) -> None:
        self._sweep = self._loop.call_later(min(_SWEEP_SECONDS, self._idle_seconds), self._close_unused)

    def _close_unused(self) -> None:
        self._sweep = None
        since = self.time() - self._idle_seconds
        while self._idle and self._idle[0].idle_since <= since:
            self._idle.pop(0).drop()
        if self._idle:
            self._sweep_later()

    def _free_slot(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._slots += 1

    async def _acquire(self, new: bool) -> Connection | None:
        """Wait until a connection is released, or until there is a slot to open one (``None``)."""
        while not self._slots:
            if new and self._idle:
                self._idle[-1].drop()  # frees a slot
                continue
            connection = await self._queue()
            if connection is None:
                return None
            if not new and not connection.closed:
                return connection
            connection.drop()
        self._slots -= 1
        return None

    async def _queue(self) -> Connection | None:
        """Wait in the queue for a connection, or for a slot (``None``)."""
        waiter: asyncio.Future[Connection | None] = self._loop.create_future()
        self._waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled():  # handed over at the moment of cancellation
                connection = waiter.result()
                if connection is None:
                    self._free_slot()
                elif not connection.closed:
                    self.released(connection)
            raise

    async def _open(self, deadline: float) -> Connection:
        """Open a connection, with a slot that is already held, to whichever admitted address answers first."""
        try:
            connection = await self._race(self._admitted(await self._addresses()))
        except BaseException:
            self._free_slot()
            raise
        if self._closed:
            connection.drop()
            self._free_slot()
            raise _closed()
        if connection.closed:
            self._free_slot()
            raise HttpFailure("closed the connection without an answer")
        self._connections.add(connection)
        return connection

    async def _race(self, addresses: list[Address]) -> Connection:
        """Connect to the addresses in turn, each a short delay after the previous one, or when that has failed.

        The first connection is kept, and its address is tried first the next time. Source: RFC 8305, sections 4, 5 and
        8.
        """
        if self._last_address in addresses:
            addresses = [self._last_address, *(each for each in addresses if each != self._last_address)]
        if len(addresses) == 1:
            return await self._connect(addresses[0])
        waiting = deque(_interleaved(addresses)[:_MOST_ADDRESSES])
        attempts: dict[asyncio.Task[Connection], Address] = {}
        connected: Connection | None = None
        failure: BaseException | None = None
        try:
            while connected is None:
                if waiting:
                    address = waiting.popleft()
                    attempts[self._loop.create_task(self._connect(address))] = address
                elif not attempts:
                    raise failure or HttpFailure("could not be reached")
                delay = _ATTEMPT_SECONDS if waiting else None
                done, _ = await asyncio.wait(attempts, timeout=delay, return_when=asyncio.FIRST_COMPLETED)
                for attempt in done:
                    address = attempts.pop(attempt)
                    failure = attempt.exception()
                    if failure is None and connected is None:
                        connected, self._last_address = attempt.result(), address
                    elif failure is None:
                        attempt.result().drop()
            return connected
        finally:
            for attempt in attempts:
                attempt.cancel()
                attempt.add_done_callback(_drop_late)

    async def _addresses(self) -> list[Address]:
        try:
            return [ip_address(self._host)]
        except ValueError:
            pass
        # All waiting requests share one lookup: lookups occupy threads, and a slow name server must not occupy all of
        # them.
        if self._lookup is None or self._lookup.done():
            self._lookup = self._loop.create_task(self._resolve())
            # If all callers were cancelled, nobody else retrieves the exception.
            self._lookup.add_done_callback(lambda lookup: lookup.cancelled() or lookup.exception())
        return await asyncio.shield(self._lookup)

    async def _resolve(self) -> list[Address]:
        try:
            found = await self._loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise HttpFailure("could not be reached", f"its name does not resolve: {error}") from None
        addresses = dict.fromkeys(ip_address(entry[4][0]) for entry in found)
        if not addresses:
            raise HttpFailure("could not be reached", "its name has no address")
        return list(addresses)

    def _admitted(self, addresses: list[Address]) -> list[Address]:
        if self._admit is None:
            return addresses
        admitted = []
        refusals = []
        for address in addresses:
            try:
                self._admit(address)
            except AddressRefused as refusal:
                refusals.append(f"{address} is refused: {refusal}")
            else:
                admitted.append(address)
        if not admitted:
            raise HttpFailure("could not be reached", "; ".join(refusals))
        return admitted

    async def _connect(self, address: Address) -> Connection:
        connection = Connection(self._loop, self, self._limit)
        try:
            await self._loop.create_connection(
                lambda: connection,
                str(address),
                self._port,
                ssl=self._tls,
                server_hostname=self._host if self._tls is not None else None,
            )
        except ssl.SSLError as error:
            raise HttpFailure("could not be reached over TLS", _tls_detail(error)) from None
        except OSError as error:
            raise HttpFailure("could not be reached", f"{address}: {error.strerror or error}") from None
        return connection


def _interleaved(addresses: list[Address]) -> list[Address]:
    """Alternate addresses of both families, so that a family without a route costs one attempt."""
    first = [each for each in addresses if each.version == addresses[0].version]
    other = [each for each in addresses if each.version != addresses[0].version]
    pairs = zip_longest(first, other)
    return [each for pair in pairs for each in pair if each is not None]


def _drop_late(attempt: asyncio.Task[Connection]) -> None:
    """Close a connection that was opened after another one was chosen."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().drop()


def _closed() -> HttpFailure:
    return HttpFailure("could not be reached", "the client is closed")


def _tls_detail(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    return str(error.reason or error)
