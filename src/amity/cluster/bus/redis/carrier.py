"""The bus over Redis's channels. With a cluster they are sharded channels (Redis 7), all in one slot.

All in one slot, so that a process' own channel and the one of all are on one master: only one server keeps the order of
what a process tells it. A master carries more than the processes of one database tell each other.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus import bundles
from amity.cluster.bus.redis.connection import Connection, said
from amity.cluster.bus.redis.finding import Address, Finder
from amity.cluster.bus.redis.resp import RedisError, Reply, command
from amity.cluster.bus.remote import Confirmed, Received
from amity.cluster.bus.waiting import Message
from amity.settings.bus_url import RedisUrl
from amity.storage import StorageError

_BUNDLE_BYTES: Final = 16 << 10
"""Not more, because a bundle is handled in one turn of the event loop."""
_LOOK_SECONDS: Final = 5.0
_CONFIRM_SECONDS: Final = 3.0
_MOST_NAMES: Final = 4096
_PING: Final = command(b"PING")


class RedisCarrier:
    """Carries the bus. ``identity`` is that of the database: channels of others have other names."""

    batches = 16

    def __init__(self, url: RedisUrl, identity: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self._tag = f"amity:{identity}"
        self.clock = clock
        self.finder = Finder(url, self._tag, clock)
        self.moves = url.kind != "server"
        self.letter = b"S" if url.kind == "cluster" else b""
        """What commands for sharded channels begin with."""

    def channel(self, name: str) -> bytes:
        """Return the name of a channel at Redis."""
        return f"{{{self._tag}}}:{name}".encode()

    async def listening(self, channels: Sequence[str], received: Received) -> "RedisListening":
        connection, address = await self.finder.connected()
        line = RedisListening(connection, address, self, received)
        try:
            await line.change(channels)
        except BaseException:
            line.close()
            raise
        return line

    async def publishing(self, confirmed: Confirmed) -> "RedisPublishing":
        connection, address = await self.finder.connected()
        try:
            # Find out now whether this server takes it, and not with what must not be lost.
            reply = await connection.ask(self.letter + b"PUBLISH", self.channel("probe"), bundles.encode([]))
            if isinstance(reply, RedisError):
                self.finder.redirected(reply, address)
                raise connection.failed(said(reply))
        except TimeoutError:
            connection.fail("closed")
            raise connection.failed("it does not answer in time") from None
        except BaseException:
            connection.fail("closed")
            raise
        return RedisPublishing(connection, address, self, confirmed)


class _Line(ABC):
    """A connection that is watched. Where another server may take its place, that is asked for every few seconds: a
    master that was cut off and replaced may still answer."""

    def __init__(self, connection: Connection, address: Address, carrier: RedisCarrier) -> None:
        self._connection = connection
        self._address = address
        self._carrier = carrier
        connection.handle = self._handle

    async def watch(self) -> str:
        looking = asyncio.create_task(self._look()) if self._carrier.finder.finds else None
        try:
            await self._connection.watch(self._ping)
        finally:
            if looking is not None:
                looking.cancel()
        return f"Redis at {self._connection.where}: {self._connection.lost_because}"

    def close(self) -> None:
        self._connection.fail("closed")

    async def _look(self) -> None:
        while True:
            await self._carrier.clock.wait(asyncio.Event(), _LOOK_SECONDS)
            with contextlib.suppress(StorageError):
                if await self._carrier.finder.address() != self._address:
                    self._connection.fail("another server has taken its place")
                    return

    def _ping(self) -> None:
        self._connection.write(_PING)

    @abstractmethod
    def _handle(self, reply: Reply) -> None: ...

    def _refused(self, error: RedisError) -> None:
        self._carrier.finder.redirected(error, self._address)
        self._connection.fail(said(error))


class RedisPublishing(_Line):
    """A connection that publishes: each batch is one write, and is confirmed with the answer to its last message."""

    def __init__(self, connection: Connection, address: Address, carrier: RedisCarrier, confirmed: Confirmed) -> None:
        super().__init__(connection, address, carrier)
        self._confirmed = confirmed
        self._answers: deque[int] = deque()  # for each batch those that are still to come; 0 is a PING
        self._heads: dict[str, bytes] = {}

    def send(self, batch: Sequence[Message]) -> None:
        parts = []
        if len(self._heads) > _MOST_NAMES:  # processes come and go
            self._heads.clear()
        for channel, payloads in bundles.gathered(batch, _BUNDLE_BYTES):
            head = self._heads.get(channel)
            if head is None:
                whole = command(self._carrier.letter + b"PUBLISH", self._carrier.channel(channel), b"")
                head = self._heads[channel] = whole.removesuffix(b"$0\r\n\r\n")
            bundle = bundles.encode(payloads)
            parts.append(b"%b$%d\r\n%b\r\n" % (head, len(bundle), bundle))
        self._answers.append(len(parts))
        self._connection.write(b"".join(parts))

    def _ping(self) -> None:
        self._answers.append(0)
        super()._ping()

    def _handle(self, reply: Reply) -> None:
        if isinstance(reply, RedisError):
            self._refused(reply)
        elif not self._answers:
            self._connection.fail("it sends what nobody asked for")
        elif self._answers[0] == 0:
            self._answers.popleft()
            self._connection.answered()
        elif self._answers[0] == 1:
            self._answers.popleft()
            self._confirmed()
        else:
            self._answers[0] -= 1


class RedisListening(_Line):
    """A connection that listens."""

    def __init__(self, connection: Connection, address: Address, carrier: RedisCarrier, received: Received) -> None:
        super().__init__(connection, address, carrier)
        self._received = received
        self._heard: set[bytes] = set()
        self._unconfirmed: set[bytes] = set()
        self._stirred = asyncio.Event()
        # With a cluster the kinds of replies begin with an s: smessage.
        self._message = carrier.letter.lower() + b"message"
        self._subscribed = carrier.letter.lower() + b"subscribe"
        self._unsubscribed = carrier.letter.lower() + b"unsubscribe"
        connection.on_lost = self._stirred.set

    async def change(self, channels: Sequence[str]) -> None:
        wanted = set(map(self._carrier.channel, channels))
        old, new = self._heard - wanted, wanted - self._heard
        self._heard = wanted
        letter = self._carrier.letter
        if new:
            self._unconfirmed = set(new)
            self._stirred.clear()
            self._connection.write(command(letter + b"SUBSCRIBE", *new))
            await self._carrier.clock.wait(self._stirred, _CONFIRM_SECONDS)
        if self._connection.lost_because or self._unconfirmed:
            raise self._connection.failed(self._connection.lost_because or "it does not answer in time")
        if old:
            self._connection.write(command(letter + b"UNSUBSCRIBE", *old))

    def _handle(self, reply: Reply) -> None:
        if isinstance(reply, RedisError):
            self._refused(reply)
            return
        kind = reply[0] if isinstance(reply, list) and len(reply) > 1 else None
        if kind == self._message:
            self._received_bundle(reply[2])
        elif kind == b"pong":
            self._connection.answered()
        elif kind == self._subscribed:
            self._unconfirmed.discard(reply[1])
            if not self._unconfirmed:
                self._stirred.set()
        elif kind == self._unsubscribed:
            if reply[1] in self._heard:
                self._connection.fail("the channel has moved to another server")
        else:
            self._connection.fail("it sends what nobody asked for")

    def _received_bundle(self, bundle: bytes) -> None:
        try:
            payloads = bundles.decode(bundle)
        except msgspec.DecodeError:
            return  # nobody of ours sent it
        self._received(payloads)
