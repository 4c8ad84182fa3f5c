"""The bus over PostgreSQL's LISTEN and NOTIFY, on two connections of its own.

A notification is a transaction of its own: within a transaction that stores something, its commit would wait for those
of all others that notify.
"""

import asyncio
import contextlib
import hashlib
import secrets
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import asyncpg

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.notifications import Numbered, Reassembly
from amity.cluster.bus.remote import Confirmed, Received
from amity.cluster.bus.waiting import Message
from amity.settings.database_url import PostgresUrl
from amity.storage import StorageError
from amity.storage.postgres.connecting import connect, hosts_of, is_pooled
from amity.storage.postgres.failures import FAILURES, reason

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

CONNECTIONS: Final = 2
"""What a process opens for the bus: one that listens, and one that notifies."""
_NOTIFY: Final = "select count(pg_notify(c, p)) from unnest($1::text[], $2::text[]) as _(c, p)"
_LOOK_SECONDS: Final = 0.6
_ANSWER_SECONDS: Final = 1.2
_NOTIFY_SECONDS: Final = 2.5
_COMMAND_SECONDS: Final = 5.0
_PROBE_SECONDS: Final = 1.0
_PROBES: Final = 3
_MOST_NAMES: Final = 4096


class PostgresCarrier:
    """Carries the bus. ``identity`` is that of the database: channels of others have other names.

    A notification reaches who listens in the same database only, but two schemas of it may hold an amity each.
    """

    batches = 2
    """One that the server works on, and one that waits for it."""

    def __init__(self, place: PostgresUrl, identity: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self._place = place
        self.moves = len(place.hosts) > 1
        self._hosts = hosts_of(place)
        # A replica has taken over: what is still connected to the old primary is closed.
        self._hosts.moved = self._moved
        self.lines: WeakSet[_Line] = WeakSet()
        self._identity = identity
        self._clock = clock

    def channel(self, name: str) -> str:
        """Return the identifier of a channel. Names of processes are longer than the 63 bytes of one."""
        digest = hashlib.blake2s(f"{self._identity} {name}".encode(), digest_size=16).hexdigest()
        return f"amity_{digest}"

    async def listening(self, channels: Sequence[str], received: Received) -> "PostgresListening":
        connection = await self._connect()
        line = PostgresListening(connection, self, received, self._clock)
        try:
            if await is_pooled(connection, self._place):
                await self._check_pooled(connection)
            await line.change(channels)
        except BaseException:
            line.close()
            raise
        return line

    async def publishing(self, confirmed: Confirmed) -> "PostgresPublishing":
        connection = await self._connect()
        line = PostgresPublishing(connection, self, confirmed, self._clock)
        try:
            await line.prepare()
        except BaseException:
            line.close()
            raise
        return line

    async def _connect(self) -> "Connection":
        return await connect(self._place, command_timeout=_COMMAND_SECONDS, hosts=self._hosts)

    def _moved(self) -> None:
        for line in list(self.lines):
            line.break_off()

    async def _check_pooled(self, connection: "Connection") -> None:
        """Check that what is notified arrives: behind a pooler in transaction mode it does not, in session mode it
        does. The session at the pooler's other end goes on listening, so that it does to a channel of no use."""
        channel = f"amity_probe_{secrets.token_hex(8)}"
        other = await self._connect()
        try:
            if await self._hears(connection, other, channel):
                return
        except FAILURES as error:
            raise self.failed(error) from None
        finally:
            other.terminate()
        raise StorageError(
            f"PostgreSQL at {self._place.where} is behind a pooler in transaction mode, where LISTEN does not work: "
            "set bus to redis://..., or to a postgresql://... URL of the same database that goes past the pooler"
        )

    async def _hears(self, connection: "Connection", other: "Connection", channel: str) -> bool:
        heard = asyncio.Event()

        def note(*_: object) -> None:
            heard.set()

        await connection.add_listener(channel, note)
        for _ in range(_PROBES):  # one may pass by chance
            heard.clear()
            await other.execute("select pg_notify($1, '')", channel)
            await self._clock.wait(heard, _PROBE_SECONDS)
            if not heard.is_set():
                return False
        await connection.remove_listener(channel, note)
        return True

    def failed(self, why: BaseException | str) -> StorageError:
        """Return the error for a statement that failed, or for another reason."""
        text = why if isinstance(why, str) else reason(why)
        return StorageError(f"PostgreSQL at {self._place.where}: {text}")


class _Line:
    def __init__(self, connection: "Connection", carrier: PostgresCarrier, clock: Clock) -> None:
        self._connection = connection
        self._carrier = carrier
        self._clock = clock
        self._stirred = asyncio.Event()  # there is something to do, or the connection is lost
        connection.add_termination_listener(self._terminated)
        carrier.lines.add(self)

    def _terminated(self, _: object) -> None:
        self._stirred.set()

    def _lost_because(self, error: BaseException | None = None) -> str:
        if error is None or (self._connection.is_closed() and not isinstance(error, asyncpg.PostgresError)):
            error = asyncpg.ConnectionDoesNotExistError()
        return str(self._carrier.failed(error))

    async def _ask(self) -> None:
        await self._connection.execute("select 1", timeout=_ANSWER_SECONDS)

    def break_off(self) -> None:
        """Close the connection, so that another one is opened."""
        self._connection.terminate()

    def close(self) -> None:
        with contextlib.suppress(*FAILURES):
            self._connection.remove_termination_listener(self._terminated)
        self._connection.terminate()


class PostgresListening(_Line):
    """A connection that listens."""

    def __init__(self, connection: "Connection", carrier: PostgresCarrier, received: Received, clock: Clock) -> None:
        super().__init__(connection, carrier, clock)
        self._received = received
        self._reassembly = Reassembly()
        self._heard: dict[str, None] = {}
        self._using = asyncio.Lock()  # asyncpg refuses a second statement beside the first

    async def change(self, channels: Sequence[str]) -> None:
        wanted = dict.fromkeys(map(self._carrier.channel, channels))
        try:
            async with self._using:
                for channel in wanted.keys() - self._heard:
                    await self._connection.add_listener(channel, self._notified)
                for channel in self._heard.keys() - wanted:
                    await self._connection.remove_listener(channel, self._notified)
                self._heard = wanted
        except FAILURES as error:
            raise self._carrier.failed(error) from None

    async def watch(self) -> str:
        try:
            while not self._connection.is_closed():
                async with self._using:
                    await self._ask()
                await self._clock.wait(self._stirred, _LOOK_SECONDS)
        except FAILURES as error:
            return self._lost_because(error)
        return self._lost_because()

    def _notified(self, _: object, sender: int, __: str, payload: object) -> None:
        if messages := self._reassembly.take(sender, str(payload)):
            self._received(messages)


class PostgresPublishing(_Line):
    """A connection that publishes: one statement at a time, for all messages of a batch."""

    def __init__(self, connection: "Connection", carrier: PostgresCarrier, confirmed: Confirmed, clock: Clock) -> None:
        super().__init__(connection, carrier, clock)
        self._confirmed = confirmed
        self._batches: deque[Sequence[Message]] = deque()
        self._numbered = Numbered()
        self._names: dict[str, str] = {}
        self._notify: Any = None

    async def prepare(self) -> None:
        """Make the connection ready. Raises ``StorageError``."""
        try:
            encoding = await self._connection.fetchval("show server_encoding")
            self._notify = await self._connection.prepare(_NOTIFY)
        except FAILURES as error:
            raise self._carrier.failed(error) from None
        if encoding != "UTF8":
            raise self._carrier.failed(f"its database has the encoding {encoding}, and the bus needs UTF8")

    def send(self, batch: Sequence[Message]) -> None:
        self._batches.append(batch)
        self._stirred.set()

    async def watch(self) -> str:
        try:
            while not self._connection.is_closed():
                self._stirred.clear()
                while self._batches:
                    channels, payloads = self._notifications(self._batches.popleft())
                    await self._notify.fetchval(channels, payloads, timeout=_NOTIFY_SECONDS)
                    self._confirmed()
                await self._clock.wait(self._stirred, _LOOK_SECONDS)
                if not self._batches:
                    await self._ask()
        except FAILURES as error:
            return self._lost_because(error)
        return self._lost_because()

    def _notifications(self, batch: Sequence[Message]) -> tuple[list[str], list[str]]:
        channels, payloads = [], []
        if len(self._names) > _MOST_NAMES:  # processes come and go
            self._names.clear()
        for channel, payload in self._numbered.notifications(batch):
            name = self._names.get(channel)
            if name is None:
                name = self._names[channel] = self._carrier.channel(channel)
            channels.append(name)
            payloads.append(payload)
        return channels, payloads
