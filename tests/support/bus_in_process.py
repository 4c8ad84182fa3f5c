"""A bus between the processes that a test plays in one program."""

import asyncio
from collections.abc import Sequence

from amity.cluster.bus.bus import Listener


class Wire:
    """What the buses of one test are joined by. While ``is_held``, messages wait for ``release``."""

    def __init__(self) -> None:
        self.buses: list[BusInProcess] = []
        self.published: list[tuple[str, bytes]] = []
        self.is_held = False
        self._held: list[tuple[str, bytes]] = []

    def bus(self) -> "BusInProcess":
        """Return the bus of one more process."""
        return BusInProcess(self)

    def publish(self, channel: str, payload: bytes) -> None:
        self.published.append((channel, payload))
        if self.is_held:
            self._held.append((channel, payload))
        else:
            self._pass(channel, payload)

    def release(self) -> None:
        """Pass the messages that wait."""
        self.is_held = False
        held, self._held = self._held, []
        for channel, payload in held:
            self._pass(channel, payload)

    def _pass(self, channel: str, payload: bytes) -> None:
        for bus in self.buses:
            if channel in bus.channels:
                asyncio.get_running_loop().call_soon(bus.received, payload)


class BusInProcess:
    """One process' end of a ``Wire``."""

    why_down = ""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.channels: Sequence[str] = ()
        self._listener: Listener | None = None

    async def start(self, channels: Sequence[str], listener: Listener) -> None:
        self._listener = listener
        self._wire.buses.append(self)
        await self.listen(channels)

    async def listen(self, channels: Sequence[str]) -> None:
        self.channels = tuple(channels)

    def publish(self, channel: str, payload: bytes) -> None:
        self._wire.publish(channel, payload)

    async def stop(self) -> None:
        self.cut()

    def cut(self) -> None:
        """Receive nothing any more, as a process that was killed."""
        self.channels = ()
        if self in self._wire.buses:
            self._wire.buses.remove(self)

    def received(self, payload: bytes) -> None:
        if self._listener is not None and self.channels:
            self._listener.received(payload)
