"""Messages as the notifications of PostgreSQL: text of fewer than 8,000 bytes, in a database of the encoding UTF-8.

A notification is a letter and bytes. ``w`` is followed by a whole bundle with a number, in msgpack: PostgreSQL delivers
one of two notifications that are equal in one transaction, and the number makes them differ. ``p`` is followed by a
part of what is too large for one.

Each byte is the character of its number, and the byte 0, which PostgreSQL takes in no text, is U+0100. So a
notification has at most twice as many bytes. Base64 would have 4/3 as many, and took 83 to 106 microseconds to decode
6 kB where this takes less than one.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

import msgspec

from amity.cluster.bus.bundles import gathered
from amity.cluster.bus.waiting import MOST_MESSAGE_BYTES, Message

MOST_TEXT_BYTES: Final = 7999
_MOST_BYTES: Final = (MOST_TEXT_BYTES - 1) // 2
_MOST_NUMBER: Final = 9
"""The most bytes of a number in msgpack, and of the head of the pair that it is in."""
_PART_BYTES: Final = _MOST_BYTES - 64
MOST_UNFINISHED_BYTES: Final = 4 * MOST_MESSAGE_BYTES
_ZERO: Final = "\u0100"
_MOST_SENDERS: Final = 256
_MOST_PARTS: Final = MOST_MESSAGE_BYTES // _PART_BYTES + 2


class _Part(msgspec.Struct, array_like=True):
    """Part ``index`` of ``of`` parts. ``number`` is the same for all parts of one bundle."""

    number: int
    index: int
    of: int
    data: bytes


_encode: Final = msgspec.msgpack.Encoder().encode
_decode_whole: Final = msgspec.msgpack.Decoder(tuple[int, list[bytes]]).decode
_decode_part: Final = msgspec.msgpack.Decoder(_Part).decode


class Numbered:
    """Makes the notifications of one connection."""

    def __init__(self) -> None:
        self._numbers = count()

    def notifications(self, messages: Iterable[Message]) -> Iterator[tuple[str, str]]:
        """Yield channels, as those of the messages, and payloads of notifications."""
        for channel, payloads in gathered(messages, _MOST_BYTES - _MOST_NUMBER):
            number = next(self._numbers)
            whole = _encode((number, payloads))
            if len(whole) <= _MOST_BYTES:
                yield channel, _text("w", whole)
                continue
            of = -(-len(whole) // _PART_BYTES)
            for index in range(of):
                data = whole[index * _PART_BYTES : (index + 1) * _PART_BYTES]
                yield channel, _text("p", _encode(_Part(number, index, of, data)))


class _Unfinished:
    __slots__ = ("number", "parts", "size")

    def __init__(self, number: int) -> None:
        self.number = number
        self.parts: list[bytes] = []
        self.size = 0


class Reassembly:
    """Takes notifications, and returns the messages in them. The parts of a sender arrive in order.

    What does not fit, because parts are missing or nobody of ours made it, is dropped. So is what takes more than
    ``most_bytes`` together before it is whole, the sender first that sent nothing for the longest.
    """

    def __init__(self, most_bytes: int = MOST_UNFINISHED_BYTES) -> None:
        self._most_bytes = most_bytes
        self._senders: dict[int, _Unfinished] = {}
        self._bytes = 0

    @property
    def unfinished_bytes(self) -> int:
        """What is kept of bundles that are not whole yet."""
        return self._bytes

    def take(self, sender: int, text: str) -> list[bytes]:
        """Return the messages that are whole with this notification. ``sender`` is the connection that sent it."""
        try:
            data = text[1:].replace(_ZERO, "\0").encode("latin-1")
            if text.startswith("w"):
                return _decode_whole(data)[1]
            whole = self._joined(sender, _decode_part(data)) if text.startswith("p") else b""
            return _decode_whole(whole)[1] if whole else []
        except ValueError:  # of the encoding and of msgspec alike
            return []

    def _joined(self, sender: int, part: _Part) -> bytes:
        unfinished = self._senders.pop(sender, None)
        if part.index == 0:
            self._forget(unfinished)
            unfinished = _Unfinished(part.number)
        elif unfinished is None or (unfinished.number, len(unfinished.parts)) != (part.number, part.index):
            self._forget(unfinished)
            return b""
        if not part.index < part.of <= _MOST_PARTS:
            self._forget(unfinished)
            return b""
        unfinished.parts.append(part.data)
        unfinished.size += len(part.data)
        self._bytes += len(part.data)
        if part.index + 1 == part.of:
            self._forget(unfinished)
            return b"".join(unfinished.parts)
        self._senders[sender] = unfinished  # at the end, as the one that sent last
        while self._bytes > self._most_bytes or len(self._senders) > _MOST_SENDERS:
            self._forget(self._senders.pop(next(iter(self._senders))))
        return b""

    def _forget(self, unfinished: _Unfinished | None) -> None:
        if unfinished is not None:
            self._bytes -= unfinished.size


def _text(letter: str, data: bytes) -> str:
    return letter + data.decode("latin-1").replace("\0", _ZERO)
