"""What carries messages between processes: quickly, in the order of each sender, and without keeping them.

What a bus loses is not lost to users: everything that must last is in the database. So a bus says that it may have lost
something, and clients fetch.
"""

from collections.abc import Sequence
from typing import Final, Protocol

EVERYBODY: Final = "*"
"""The channel that all processes listen to."""


class Listener(Protocol):
    """What a bus tells its process of. Nothing here blocks or raises."""

    def received(self, payload: bytes, /) -> None:
        """Take a message that was published on one of the channels of this process."""
        ...

    def lost(self, reason: str, /) -> None:
        """Note that messages to this process may be lost from now on."""
        ...

    def restored(self) -> None:
        """Note that messages arrive again. Those since ``lost`` may be missing."""
        ...

    def dropped(self) -> None:
        """Note that the bus works again, but that messages that this process published meanwhile were dropped: too many
        waited."""
        ...


class Bus(Protocol):
    """The bus, from ``start`` to ``stop``."""

    @property
    def why_down(self) -> str:
        """Why messages do not pass now, or an empty string if they do."""
        ...

    async def start(self, channels: Sequence[str], listener: Listener) -> None:
        """Listen to these channels, and return once the bus has confirmed it. Raises ``StorageError``, which says what
        cannot be reached."""
        ...

    async def listen(self, channels: Sequence[str]) -> None:
        """Listen to these channels instead of those before, and return once the bus has confirmed it, or is down."""
        ...

    def publish(self, channel: str, payload: bytes) -> None:
        """Send a message to who listens to a channel. Never waits, never raises: messages that the bus does not take
        wait in their order, up to a bound. What one process publishes arrives at another in order."""
        ...

    async def stop(self) -> None:
        """Send what waits, if the bus takes it, and close the connections."""
        ...
