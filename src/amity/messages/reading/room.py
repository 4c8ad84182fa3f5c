"""How much an answer has room for: OpenIM's native clients break off a frame above 1 MiB, counted as it is sent."""

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

from amity.conversations.positions import Reached
from amity.timeline.models import Message

MOST_BYTES: Final = 768 * 1024
"""Bytes of messages in one answer, and of a list of numbers when it is compressed."""
MOST_PLAIN_BYTES: Final = 4 * 1024 * 1024
"""Bytes of a list of numbers before it is compressed."""
_ENTRY_BYTES: Final = 64
_NUMBERS_BYTES: Final = 26
"""Bytes in protobuf of the numbers of a conversation, and around them."""
_AT_ONCE: Final = 256


def within(messages: Sequence[Message], left: int, *, newest: bool) -> tuple[list[Message], int]:
    """Return as many messages as fit into some bytes, and their size; those at the end if ``newest``. A message fits
    always into an answer that has no other."""
    kept: list[Message] = []
    size = 0
    for message in reversed(messages) if newest else messages:
        size += len(message.body) + _ENTRY_BYTES
        if size > left and (kept or left < MOST_BYTES):
            size -= len(message.body) + _ENTRY_BYTES
            break
        kept.append(message)
    return (kept[::-1] if newest else kept), size


def as_many_as_fit(read: int, left: int, most: int) -> int:
    """Return how many messages to read at once, at most ``most``, after so many were read and so many bytes are left:
    as many as fit if the others are like those."""
    size = (MOST_BYTES - left) // read + 1
    return min(max(left // size, 1), most)


async def newest_that_fit(there: Mapping[str, Reached]) -> Mapping[str, Reached]:
    """Return the conversations, by their ids, that a list of numbers has room for: all of them, or those with the
    newest messages.

    Of 20,000 with ids of 24 characters, which are 940 KB and 280 KB compressed, all fit.
    """
    if sum(map(len, there)) + _NUMBERS_BYTES * len(there) <= MOST_BYTES:
        return there
    newest = sorted(there.items(), key=lambda each: each[1].last_at, reverse=True)
    return dict(newest[: await asyncio.to_thread(_fitting, newest)])


def _fitting(listed: Sequence[tuple[str, Reached]]) -> int:
    """Return how many of these, from the first on, fit into an answer when it is compressed."""
    stream = zlib.compressobj(1)
    plain = compressed = 0
    for begin in range(0, len(listed), _AT_ONCE):
        part = b"".join([_encoded(*each) for each in listed[begin : begin + _AT_ONCE]])
        plain += len(part)
        compressed += len(stream.compress(part)) + len(stream.flush(zlib.Z_SYNC_FLUSH))
        if compressed > MOST_BYTES or plain > MOST_PLAIN_BYTES:
            return begin
    return len(listed)


def _encoded(conversation_id: str, found: Reached) -> bytes:
    """Return about what protobuf makes of an entry."""
    numbers = [number.to_bytes(8, "big").lstrip(b"\0") for number in (found.last, found.read, found.last_at)]
    return b"%b....%b..%b.%b.%b" % (conversation_id.encode(), numbers[0], numbers[1], numbers[2], b"..")
