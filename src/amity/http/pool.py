"""The connections to one origin: kept alive between exchanges, bounded in number, opened to admitted addresses."""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from amity.http.connection import Connection
from amity.http.reply import AddressRefused, HttpFailure, Reply, too_late
from amity.http.url import Target

Address = IPv4Address | IPv6Address
Admit = Callable[[Address], None]


_SWEEP_SECONDS = 5.0


class Pool:
    """``limit`` bounds an answer's body in bytes, ``most`` the open connections, ``most_idle`` those kept unused, and
    ``idle_seconds`` for how long each is.

    ``tls`` is ``None`` for plain ``http``. ``admit`` is called with every address before it is connected to.
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
        self._host = target.host
        self._port = target.port
        self._admit = admit
        self._tls = tls
        self._limit = limit
        self._most = most
        self._most_idle = most_idle
        self._idle_seconds = idle_seconds
        self._slots = most
        self._connections: set[Connection] = set()
        self._idle: list[Connection] = []  # the last one is the one used last
        self._waiters: deque[asyncio.Future[Connection | None]] = deque()
        self._lookup: asyncio.Task[list[Address]] | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False
        self.last_answer: tuple[bytes, Reply] | None = None

    def idle(self) -> Connection | None:
        """Take a connection that is open and unused, the warmest first."""
        return self._idle.pop() if self._idle else None

    async def obtain(self, deadline: float, *, new: bool = False) -> Connection:
        """Wait for a connection, opening one where the bound allows; with ``new`` it has not been used before.

        Raises ``HttpFailure``; ``deadline`` in the loop's time.
        """
        if self._closed:
            raise _closed()
        try:
            async with asyncio.timeout_at(deadline):
                return await self._turn(new) or await self._open(deadline)
        except TimeoutError:
            raise too_late() from None

    def close(self) -> None:
        """End every connection; what waits for one fails."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(_closed())
        self._waiters.clear()
        for connection in list(self._connections):
            connection.drop()

    # The connections' side -----------------------------------------------------------------------------------------

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
        if connection not in self._connections:  # it ended before it was ours; whoever was opening it holds its slot
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

    async def _turn(self, new: bool) -> Connection | None:
        """Return a connection that was handed over, or ``None`` with a slot taken to open one."""
        while not self._slots:
            if new and self._idle:
                self._idle[-1].drop()  # makes room
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
        """Wait for a connection, or for a slot (``None``)."""
        waiter: asyncio.Future[Connection | None] = self._loop.create_future()
        self._waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled():  # handed over in the very moment of giving up
                connection = waiter.result()
                if connection is None:
                    self._free_slot()
                elif not connection.closed:
                    self.released(connection)
            raise

    async def _open(self, deadline: float) -> Connection:
        """Open a connection with a slot that is held already, trying the admitted addresses in order."""
        try:
            admitted = self._admitted(await self._addresses())
            for rest in range(len(admitted), 1, -1):
                share = (deadline - self._loop.time()) / rest
                try:
                    async with asyncio.timeout(share):
                        return await self._connect(admitted[-rest])
                except (TimeoutError, HttpFailure):
                    continue
            return await self._connect(admitted[-1])
        except BaseException:
            self._free_slot()
            raise

    async def _addresses(self) -> list[Address]:
        try:
            return [ip_address(self._host)]
        except ValueError:
            pass
        # One lookup serves all who wait for it: lookups occupy threads, and a slow name server must not take them all.
        if self._lookup is None or self._lookup.done():
            self._lookup = self._loop.create_task(self._resolve())
            # Where everybody has given up, nobody else looks at how it failed.
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
        if self._closed:
            connection.drop()
            raise _closed()
        if connection.closed:
            raise HttpFailure("closed the connection without an answer")
        self._connections.add(connection)
        return connection


def _closed() -> HttpFailure:
    return HttpFailure("could not be reached", "the client is closed")


def _tls_detail(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    return str(error.reason or error)
