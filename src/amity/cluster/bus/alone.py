"""The bus of a process that has its database alone: nobody else listens."""

from collections.abc import Sequence

from amity.cluster.bus.bus import Listener


class AloneBus:
    """Carries nothing, as there is nobody to carry it to."""

    why_down = ""

    async def start(self, channels: Sequence[str], listener: Listener) -> None:
        """Do nothing."""

    async def listen(self, channels: Sequence[str]) -> None:
        """Do nothing."""

    def publish(self, channel: str, payload: bytes) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""
