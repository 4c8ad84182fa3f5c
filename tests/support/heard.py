"""A listener of a bus that keeps what it is told, for tests."""

import asyncio
from collections.abc import Callable


class Heard:
    """What a bus told: messages, and ``events`` in their order: ``lost``, ``restored``, ``dropped``."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.events: list[str] = []
        self.reasons: list[str] = []
        self.on_dropped: Callable[[], object] = lambda: None
        self._changed = asyncio.Event()

    def received(self, payload: bytes) -> None:
        self.messages.append(payload)
        self._changed.set()

    def lost(self, reason: str) -> None:
        self.reasons.append(reason)
        self._event("lost")

    def restored(self) -> None:
        self._event("restored")

    def dropped(self) -> None:
        self.on_dropped()
        self._event("dropped")

    def _event(self, name: str) -> None:
        self.events.append(name)
        self._changed.set()

    async def until(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        """Return once the condition holds, which is looked at after each thing that the bus tells."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()
