"""Which server of a Redis is the one to talk to: the one of the URL, the master that Sentinels know, or the master of a
cluster that has the bus's channels."""

import binascii
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.redis.connection import Connection, connect, log_in, said
from amity.cluster.bus.redis.resp import RedisError, Reply
from amity.settings.bus_url import RedisUrl
from amity.storage import StorageError

Address = tuple[str, int]

_SLOTS: Final = 16384
_MOST_NODES: Final = 64


class Finder:
    """Finds the server, and connects to it. ``tag`` is what all channels of a cluster have between braces: it says
    which slot they are in, so that one master has them all."""

    def __init__(self, url: RedisUrl, tag: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self._url = url
        self._clock = clock
        self._tls = url.tls()
        self._slot = binascii.crc_hqx(tag.encode(), 0) % _SLOTS
        self._asked: list[Address] = url.places  # the one that answered last is the first
        self._moved_to: Address | None = None

    @property
    def finds(self) -> bool:
        """Whether the server may become another one."""
        return self._url.kind != "server"

    async def connected(self) -> tuple[Connection, Address]:
        """Return a connection to the server, and where that is. Raises ``StorageError``."""
        address = self._moved_to or await self.address()
        self._moved_to = None
        connection = await self._connect(address)
        try:
            await self._check(connection)
        except BaseException:
            connection.fail("closed")
            raise
        return connection, address

    async def address(self) -> Address:
        """Return where the server is. Raises ``StorageError``."""
        if self._url.kind == "server":
            return self._asked[0]
        problems = []
        for place in list(self._asked):
            try:
                async with self._asking(place) as connection:
                    found = await self._found(connection, place)
                self._asked.remove(place)
                self._asked.insert(0, place)
                return found
            except StorageError as error:
                problems.append(str(error))
            except TimeoutError:
                problems.append(f"Redis at {place[0]}:{place[1]} does not answer in time")
        raise StorageError("; ".join(problems[:3]))

    def redirected(self, error: RedisError, connected: Address) -> None:
        """Note what an error says of where the server is: ``MOVED slot host:port``."""
        words = str(error).split()
        if error.code == "MOVED" and self._url.kind == "cluster" and len(words) > 2:
            host, _, port = words[2].rpartition(":")
            if port.isascii() and port.isdecimal() and 0 < int(port) < 65536:
                self._moved_to = (host.strip("[]") or connected[0], int(port))

    def not_this(self) -> None:
        """Ask another Sentinel or node first, the next time: what this one said did not do."""
        self._asked.append(self._asked.pop(0))

    @contextlib.asynccontextmanager
    async def _asking(self, place: Address) -> AsyncIterator[Connection]:
        # Sentinels have a password of their own, or none.
        is_sentinel = self._url.kind == "sentinel"
        connection = await self._connect(place, logs_in=not is_sentinel)
        try:
            if is_sentinel and self._url.password:
                reply = await connection.ask(b"PING")
                if isinstance(reply, RedisError) and reply.code == "NOAUTH":
                    await log_in(connection, self._url.user, self._url.password)
            yield connection
        finally:
            connection.fail("closed")

    async def _found(self, connection: Connection, place: Address) -> Address:
        if self._url.kind == "sentinel":
            reply = await connection.ask(b"SENTINEL", b"get-master-addr-by-name", self._url.master.encode())
            if isinstance(reply, list) and len(reply) == 2:
                return _address(reply, place)
            why = said(reply) if isinstance(reply, RedisError) else "this Sentinel knows no master of this name"
            raise connection.failed(why)
        reply = await connection.ask(b"CLUSTER", b"SLOTS")
        if isinstance(reply, RedisError):
            raise connection.failed(said(reply))
        found = None
        for first, last, master, *_ in reply:
            node = _address(master, place)
            if first <= self._slot <= last:
                found = node
            if node not in self._asked and len(self._asked) < _MOST_NODES:
                self._asked.append(node)
        if found is None:
            raise connection.failed("this node of the cluster knows no master for the bus's channels")
        return found

    async def _connect(self, address: Address, *, logs_in: bool = True) -> Connection:
        user, password = (self._url.user, self._url.password) if logs_in else ("", "")
        return await connect(*address, tls=self._tls, user=user, password=password, clock=self._clock)

    async def _check(self, connection: Connection) -> None:
        """Check that the server takes commands. Raises ``StorageError``."""
        reply = await _asked(connection, b"PING")
        if isinstance(reply, RedisError):
            why = "it asks for a password, and the URL has none" if reply.code == "NOAUTH" else said(reply)
            raise connection.failed(why)
        if self._url.kind == "sentinel":
            role = await _asked(connection, b"ROLE")
            if isinstance(role, list) and role and role[0] != b"master":
                self.not_this()
                raise connection.failed("it is not the master any more")


async def _asked(connection: Connection, *words: bytes) -> Reply:
    try:
        return await connection.ask(*words)
    except TimeoutError:
        raise connection.failed("it does not answer in time") from None


def _address(reply: Reply, asked: Address) -> Address:
    """Return host and port of a reply. A node that does not know its own address is where it was asked."""
    host = (reply[0] or b"").decode("ascii", "replace")
    return (host if host and host != "?" else asked[0]), int(reply[1])
