"""Whether the bus between processes passes messages."""

import asyncio
import secrets

from amity.cli.examining.finding import Finding
from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.opening import carrier
from amity.cluster.bus.remote import RemoteBus
from amity.settings import Settings, bus_url
from amity.storage import StorageError

_SECONDS = 5.0
_CHANNEL = "doctor"


class _Arrival:
    """Hears the one message that is published."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()

    def received(self, _: bytes, /) -> None:
        self.arrived.set()

    def lost(self, reason: str, /) -> None: ...

    def restored(self) -> None: ...

    def dropped(self) -> None: ...


async def examine(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> list[Finding]:
    """Publish a message on a channel that nobody else hears, and look whether it arrives."""
    if settings.database.startswith("sqlite:"):
        return []
    mend = "see the setting 'bus'"
    try:
        bus = RemoteBus(carrier(settings, f"doctor-{secrets.token_hex(8)}", clock), clock)
        heard = _Arrival()
        await bus.start([_CHANNEL], heard)
    except StorageError as error:
        return [Finding("fail", "bus", str(error), mend)]
    began = clock.monotonic()
    bus.publish(_CHANNEL, b"")
    await clock.wait(heard.arrived, _SECONDS)
    took = clock.monotonic() - began
    await bus.stop()
    where = _where(settings)
    if not heard.arrived.is_set():
        return [Finding("fail", "bus", f"{where} takes a message, and it does not arrive within {_SECONDS:g} s", mend)]
    return [Finding("ok", "bus", f"{where} passes a message in {took * 1000:.1f} ms")]


def _where(settings: Settings) -> str:
    place = bus_url.parse(settings.bus or settings.database)
    kind = "Redis" if isinstance(place, bus_url.RedisUrl) else "PostgreSQL"
    return f"{kind} at {place.where}"
