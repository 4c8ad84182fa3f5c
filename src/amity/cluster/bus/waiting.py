"""What this process publishes and the bus has not confirmed yet: in order, and bounded."""

from collections import deque
from typing import Final

Message = tuple[str, bytes]
"""A channel and a payload."""

MOST_MESSAGES: Final = 20_000
MOST_BYTES: Final = 32 << 20
MOST_MESSAGE_BYTES: Final = 16 << 20
"""A larger message is dropped: no receiver takes it."""
_OVERHEAD: Final = 128
"""Bytes that a message takes beside its payload."""
_MOST_IN_BATCH: Final = 1000


class Waiting:
    """Messages that wait, and batches that are under way: sent, and not confirmed.

    ``most_messages`` and ``most_bytes`` bound what waits. At the message that exceeds them all that waits is dropped,
    because receivers fetch everything once anything is missing.
    """

    __slots__ = ("_batches", "_bytes", "_most_bytes", "_most_messages", "_waiting")

    def __init__(self, most_messages: int = MOST_MESSAGES, most_bytes: int = MOST_BYTES) -> None:
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._waiting: deque[Message] = deque()
        self._bytes = 0
        self._batches: deque[list[Message]] = deque()

    def __len__(self) -> int:
        """Return the number of messages that wait."""
        return len(self._waiting)

    @property
    def batches(self) -> int:
        """The number of batches that are under way."""
        return len(self._batches)

    def add(self, channel: str, payload: bytes) -> int:
        """Let a message wait. Return how many were dropped, which is 0 but at the bound."""
        size = len(payload)
        if size > MOST_MESSAGE_BYTES:
            return 1
        self._bytes += size + _OVERHEAD
        self._waiting.append((channel, payload))
        if self._bytes <= self._most_bytes and len(self._waiting) <= self._most_messages:
            return 0
        dropped = len(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return dropped

    def take(self, most_bytes: int) -> list[Message]:
        """Return the next batch, which is under way from now on: one message, or several of up to ``most_bytes``
        together."""
        batch: list[Message] = []
        waiting = self._waiting
        taken = 0
        while waiting and len(batch) < _MOST_IN_BATCH:
            size = len(waiting[0][1]) + _OVERHEAD
            if batch and taken + size > most_bytes:
                break
            taken += size
            batch.append(waiting.popleft())
        self._bytes -= taken
        self._batches.append(batch)
        return batch

    def confirm(self) -> int:
        """Forget the batch that has been under way for the longest, and return how many messages it had."""
        return len(self._batches.popleft())

    def send_again(self) -> None:
        """Let all that is under way wait again, before what waits."""
        while self._batches:
            batch = self._batches.pop()
            self._waiting.extendleft(reversed(batch))
            self._bytes += sum(len(payload) + _OVERHEAD for _, payload in batch)
