"""A bus over a server: one connection listens, another one publishes, and each is opened again when it is lost.

States of each connection: *up*; *down*, from when it is lost until one is open again. What was sent and not confirmed
when the publishing one was lost is sent again: a message may arrive twice, and none is missing that the server took.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, TypeVar

from amity import metrics
from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.bus import Listener
from amity.cluster.bus.waiting import Message, Waiting
from amity.storage import StorageError

Received = Callable[[Sequence[bytes]], None]
Confirmed = Callable[[], None]

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 1.0
_BATCH_BYTES: Final = 1 << 20
_STOP_SECONDS: Final = 2.0

_log = logging.getLogger(__name__)


class Line(Protocol):
    """A connection to the server that carries the bus."""

    async def watch(self) -> str:
        """Return why the connection was lost, once it is. A server that does not answer counts as lost."""
        ...

    def close(self) -> None:
        """Close the connection at once. It may be closed already."""
        ...


class Listening(Line, Protocol):
    async def change(self, channels: Sequence[str]) -> None:
        """Listen to these channels instead of those before; return once it is confirmed. Raises ``StorageError``."""
        ...


class Publishing(Line, Protocol):
    def send(self, batch: Sequence[Message]) -> None:
        """Send messages. The server's answer to all of them is one call of the line's ``Confirmed``, in the order of
        the batches. Never waits, never raises."""
        ...


class Carrier(Protocol):
    """A kind of server that carries the bus."""

    batches: int
    """How many batches may be under way on one connection."""
    moves: bool
    """Whether another server may take over. What the old one has confirmed last may have reached nobody."""

    async def listening(self, channels: Sequence[str], received: Received) -> Listening:
        """Open a connection that listens. Raises ``StorageError``, which says what cannot be reached."""
        ...

    async def publishing(self, confirmed: Confirmed) -> Publishing:
        """Open a connection that publishes. Raises ``StorageError``."""
        ...


L = TypeVar("L", bound=Line)


class RemoteBus:
    """A ``Bus`` over a carrier."""

    def __init__(self, carrier: Carrier, clock: Clock = SYSTEM_CLOCK, waiting: Waiting | None = None) -> None:
        self._carrier = carrier
        self._clock = clock
        self._waiting = Waiting() if waiting is None else waiting
        self._channels: Sequence[str] = ()
        self._listening: Listening | None = None
        self._publishing: Publishing | None = None
        self._why = {"listening": "not started", "publishing": "not started"}
        self._has_dropped = False
        self._is_pumping = False
        self._stop = asyncio.Event()
        self._settled = asyncio.Event()  # everything is confirmed, or the server takes nothing now
        self._tasks: list[asyncio.Task[None]] = []
        self._counts = metrics.bus

    @property
    def why_down(self) -> str:
        return self._why["listening"] or self._why["publishing"]

    async def start(self, channels: Sequence[str], listener: Listener) -> None:
        self._listener = listener
        self._channels = tuple(channels)
        self._stop.clear()
        listening = await self._carrier.listening(self._channels, self._received)
        try:
            publishing = await self._carrier.publishing(self._confirmed)
        except BaseException:
            listening.close()
            raise
        self._note("listening", "")
        self._listening = listening
        self._publishes(publishing)
        self._tasks = [
            asyncio.create_task(self._keep_listening(listening), name="bus listening"),
            asyncio.create_task(self._keep_publishing(publishing), name="bus publishing"),
        ]

    async def listen(self, channels: Sequence[str]) -> None:
        self._channels = tuple(channels)
        if self._listening is not None:
            await self._change(self._listening)

    def publish(self, channel: str, payload: bytes) -> None:
        self._counts.published += 1
        if dropped := self._waiting.add(channel, payload):
            self._counts.dropped += dropped
            self._has_dropped = True
        if self._publishing is not None and not self._is_pumping:
            self._pump_soon()  # with all that this turn of the loop publishes

    async def stop(self) -> None:
        if self._publishing is not None:
            self._settled.clear()
            self._pump_soon()
            if self._waiting or self._waiting.batches:
                await self._clock.wait(self._settled, _STOP_SECONDS)
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._listening = self._publishing = None
        self._note("listening", "stopped")
        self._note("publishing", "stopped")

    # Publishing

    def _pump(self) -> None:
        """Send a batch, and the next one in another turn of the loop."""
        self._is_pumping = False
        line, waiting = self._publishing, self._waiting
        if line is not None and waiting and waiting.batches < self._carrier.batches:
            line.send(waiting.take(_BATCH_BYTES))
            if waiting:
                self._pump_soon()

    def _pump_soon(self) -> None:
        if not self._is_pumping:
            self._is_pumping = True
            asyncio.get_running_loop().call_soon(self._pump)

    def _confirmed(self) -> None:
        self._waiting.confirm()
        if self._has_dropped:
            self._tell_dropped()
        if self._waiting:
            self._pump_soon()
        elif not self._waiting.batches:
            self._settled.set()

    def _tell_dropped(self) -> None:
        self._has_dropped = False
        self._listener.dropped()

    def _publishes(self, line: Publishing) -> None:
        self._publishing = line
        self._note("publishing", "")
        if self._has_dropped:
            self._tell_dropped()
        self._pump_soon()

    async def _keep_publishing(self, line: Publishing) -> None:
        while True:
            why = await self._until_lost(line)
            self._publishing = None
            self._has_dropped = self._has_dropped or self._carrier.moves
            self._waiting.send_again()
            self._settled.set()
            self._note("publishing", why)
            _log.warning("bus: %s; what this process tells others waits", why)
            line = await self._again("publishing", lambda: self._carrier.publishing(self._confirmed))
            self._publishes(line)

    # Listening

    def _received(self, payloads: Sequence[bytes]) -> None:
        self._counts.received += len(payloads)
        received = self._listener.received
        for payload in payloads:
            received(payload)

    async def _change(self, line: Listening) -> None:
        """Change the channels of a connection until they are those that were asked for last."""
        try:
            changed: Sequence[str] = ()
            while changed is not self._channels:
                changed = self._channels
                await line.change(changed)
        except StorageError:
            line.close()  # and whoever keeps it opens another one, with these channels

    async def _keep_listening(self, line: Listening) -> None:
        while True:
            why = await self._until_lost(line)
            self._listening = None
            self._note("listening", why)
            self._listener.lost(why)
            channels: Sequence[str] = ()

            async def opened() -> Listening:
                nonlocal channels
                channels = self._channels
                return await self._carrier.listening(channels, self._received)

            line = await self._again("listening", opened)
            self._listening = line
            if channels is not self._channels:
                await self._change(line)
            self._note("listening", "")
            self._listener.restored()

    # Both

    async def _until_lost(self, line: Line) -> str:
        try:
            return await line.watch()
        except Exception as error:  # noqa: BLE001 - the bus must run as long as the process
            _log.exception("bus: a connection is opened again")
            return f"it failed ({type(error).__name__})"
        finally:
            line.close()

    async def _again(self, which: str, opened: Callable[[], Awaitable[L]]) -> L:
        """Open a connection, as often as it takes."""
        pause = _FIRST_PAUSE
        while True:
            # Not all processes at the same time.
            await self._clock.wait(self._stop, pause * random.uniform(0.5, 1.0))  # noqa: S311
            pause = min(_LONGEST_PAUSE, pause * 2)
            try:
                return await opened()
            except StorageError as error:
                self._note(which, str(error))
            except Exception as error:  # noqa: BLE001 - the bus must run as long as the process
                if self._why[which] != (why := f"it failed ({type(error).__name__})"):
                    _log.exception("bus: a connection could not be opened")
                self._note(which, why)

    def _note(self, which: str, why: str) -> None:
        self._why[which] = why
        self._counts.note(is_up=not self.why_down)
