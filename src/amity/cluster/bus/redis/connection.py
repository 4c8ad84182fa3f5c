"""A connection to Redis, in its protocol RESP2.

What Redis answers is handed on in turns of the event loop of at most ``_MOST_PER_TURN`` replies, and reading pauses
meanwhile.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from typing import Final, cast

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.redis.resp import NOTHING, ProtocolError, RedisError, Replies, Reply, command
from amity.cluster.bus.waiting import MOST_MESSAGE_BYTES
from amity.http.url import host_port
from amity.storage import StorageError
from amity.storage.postgres.failures import reason

MOST_REPLY_BYTES: Final = MOST_MESSAGE_BYTES + (1 << 20)
PING_SECONDS: Final = 0.6
ANSWER_SECONDS: Final = 1.2
"""How long a PING may be unanswered while nothing else moves. A connection that is dead is known after both."""
_LONGEST_ANSWER_SECONDS: Final = 5.0
_CONNECT_SECONDS: Final = 2.0
_MOST_PER_TURN: Final = 32
_MOST_TEXT: Final = 200


def said(error: RedisError) -> str:
    """Return one line about an error of Redis. Never use it for AUTH: some servers repeat a command in its error."""
    text = "".join(each if each.isprintable() else "?" for each in str(error))
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}..."


class Connection(asyncio.Protocol):
    """One connection. ``handle`` is called with each reply; until it is set, replies are the answers to ``ask``.

    ``lost_because`` is empty while it is open.
    """

    def __init__(self, where: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self.where = where
        self.lost_because: str = ""
        self.handle: Callable[[Reply], None] = self._answer
        self.on_lost: Callable[[], None] = _ignore
        self._clock = clock
        self._transport: asyncio.Transport | None = None
        self._replies = Replies()
        self._asked: deque[asyncio.Future[Reply]] = deque()
        self._received = self._unfinished = 0
        self._is_paused = False
        self._stirred = asyncio.Event()  # a PING is answered, or the connection is lost

    # What the owner calls

    def write(self, data: bytes) -> None:
        """Send bytes. Never waits, never raises."""
        if self._transport is not None and not self.lost_because:
            self._transport.write(data)

    async def ask(self, *words: bytes) -> Reply:
        """Send a command before ``handle`` is set, and return its answer, which may be a ``RedisError``. Raises
        ``StorageError`` if the connection is lost, ``TimeoutError`` if there is no answer."""
        answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self.write(command(*words))
        if self.lost_because:
            raise self.failed(self.lost_because)
        async with asyncio.timeout(_CONNECT_SECONDS):
            return await answer

    def failed(self, why: str) -> StorageError:
        """Return an error that names this server."""
        return StorageError(f"Redis at {self.where}: {why}")

    def fail(self, why: str) -> None:
        """Close the connection at once, for this reason."""
        if self.lost_because:
            return
        self.lost_because = why
        self._stirred.set()
        if self._transport is not None:
            self._transport.abort()
        while self._asked:
            if not (answer := self._asked.popleft()).done():
                answer.set_exception(self.failed(why))
                answer.exception()  # nobody may wait for it any more
        self.on_lost()

    def answered(self) -> None:
        """Note that a PING was answered."""
        self._stirred.set()

    async def watch(self, ping: Callable[[], None]) -> None:
        """Call ``ping``, which sends a PING, every ``PING_SECONDS``; return once the connection is lost.

        A connection is lost, too, if a PING is not answered and nothing moves meanwhile. While bytes come or go, the
        answer may have to wait for them.
        """
        while not self._is_lost():
            self._stirred.clear()
            ping()
            if not await self._is_answered():
                self.fail("it does not answer")
            elif not self._is_lost():
                self._stirred.clear()
                await self._clock.wait(self._stirred, PING_SECONDS)

    def _is_lost(self) -> bool:
        return bool(self.lost_because)

    async def _is_answered(self) -> bool:
        asked_at = self._clock.monotonic()
        while True:
            before = self._moved()
            await self._clock.wait(self._stirred, ANSWER_SECONDS)
            for _ in range(2):  # what has arrived while this process was busy is still to be read
                await asyncio.sleep(0)
            if self._stirred.is_set():
                return True
            if self._moved() == before or self._clock.monotonic() - asked_at >= _LONGEST_ANSWER_SECONDS:
                return False

    def _moved(self) -> tuple[int, int]:
        return self._received, 0 if self._transport is None else self._transport.get_write_buffer_size()

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        if self.lost_because:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        self._unfinished += len(data)
        self._replies.feed(data)
        if not self._is_paused:
            self._take()

    def connection_lost(self, error: Exception | None) -> None:
        self.fail("it closed the connection" if error is None else reason(error))

    def _take(self) -> None:
        """Hand on the replies that are whole."""
        replies = self._replies
        try:
            for _ in range(_MOST_PER_TURN):
                if (reply := replies.next()) is NOTHING:
                    self._resume()
                    return
                self._unfinished = 0
                self.handle(reply)
                if self.lost_because:
                    return
        except ProtocolError:
            self.fail("it does not speak Redis's protocol")
            return
        self._pause()
        asyncio.get_running_loop().call_soon(self._take)

    def _pause(self) -> None:
        if not self._is_paused and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._unfinished > MOST_REPLY_BYTES:
            self.fail(f"its reply is larger than {MOST_REPLY_BYTES} bytes")
        elif self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()

    def _answer(self, reply: Reply) -> None:
        if not self._asked:
            self.fail("it sends what nobody asked for")
        elif not (answer := self._asked.popleft()).done():
            answer.set_result(reply)


def _ignore() -> None:
    """Do nothing."""


async def connect(
    host: str, port: int, *, tls: ssl.SSLContext | None, user: str, password: str, clock: Clock = SYSTEM_CLOCK
) -> Connection:
    """Open a connection, and log in if there is a password. Raises ``StorageError``, which names host and port."""
    connection = Connection(host_port(host, port), clock)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            name = host if tls is not None else None
            await loop.create_connection(lambda: connection, host, port, ssl=tls, server_hostname=name)
            if password:
                await log_in(connection, user, password)
        return connection
    except (OSError, TimeoutError) as error:
        connection.fail("closed")
        raise StorageError(f"Redis at {connection.where} cannot be reached: {reason(error)}") from None
    except BaseException:
        connection.fail("closed")
        raise


async def log_in(connection: Connection, user: str, password: str) -> None:
    """Log in. Raises ``StorageError``, whose text has nothing of what the server says, which may be the password."""
    words = (user.encode(), password.encode()) if user else (password.encode(),)
    reply = await connection.ask(b"AUTH", *words)
    if not isinstance(reply, RedisError):
        return
    if "without any password configured" in str(reply):
        raise connection.failed("it has no password for this user, and the URL gives one")
    if reply.code == "WRONGPASS" or "invalid password" in str(reply):
        raise connection.failed("it refuses the user or the password")
    raise connection.failed("it refuses to log in")
