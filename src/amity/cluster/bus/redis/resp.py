"""Redis's protocol RESP2: commands as bytes, and replies out of them, bounded in size, number and depth.

Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from typing import Any, Final

from amity.cluster.bus.waiting import MOST_MESSAGE_BYTES

MOST_BULK_BYTES: Final = MOST_MESSAGE_BYTES + (1 << 16)
MOST_ELEMENTS: Final = 1 << 15
MOST_DEPTH: Final = 5
_MOST_LINE: Final = 4096

Reply = Any
"""bytes, int, ``None``, a list of replies, or ``RedisError``."""
NOTHING: Final = object()

_SIMPLE, _ERROR, _INTEGER, _BULK, _ARRAY = b"+-:$*"
_END: Final = b"\r\n"
_MOST_DIGITS: Final = 19


class RedisError(Exception):
    """An error that Redis answered with."""

    @property
    def code(self) -> str:
        """The first word, as ``NOAUTH``."""
        return str(self).partition(" ")[0]


class ProtocolError(Exception):
    """Bytes that are no RESP2, or a reply beyond its bounds."""


class _IncompleteError(Exception):
    """The reply goes on in bytes that have not arrived."""


def command(*words: bytes) -> bytes:
    """Return a command."""
    return b"*%d\r\n" % len(words) + b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in words])


class Replies:
    """Takes bytes as they arrive, and returns the replies in them.

    A reply is parsed from its beginning again when more of it has arrived, but not before its longest part is there:
    what is large is not copied or looked at twice.
    """

    __slots__ = ("_at", "_buffer", "_chunks", "_elements", "_missing")

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        self._chunks: list[bytes] = []
        self._missing = 0
        self._elements = 0

    def feed(self, data: bytes) -> None:
        """Take bytes. Call it once ``next`` has returned ``NOTHING``, or at any time."""
        self._chunks.append(data)
        self._missing -= len(data)

    def next(self) -> Reply:
        """Return the next reply, or ``NOTHING`` if it is not whole. Raises ``ProtocolError``."""
        if self._chunks and self._missing <= 0:
            rest = self._buffer[self._at :]
            self._buffer = b"".join((rest, *self._chunks)) if rest or len(self._chunks) > 1 else self._chunks[0]
            self._chunks.clear()
            self._at = 0
        elif self._chunks or self._at == len(self._buffer):
            return NOTHING
        self._elements = MOST_ELEMENTS
        self._missing = 0
        try:
            reply, self._at = self._parsed(self._at, MOST_DEPTH)
        except _IncompleteError:
            return NOTHING
        return reply

    def _parsed(self, at: int, depth: int) -> tuple[Reply, int]:
        """Return the reply at a position, and the position behind it."""
        buffer = self._buffer
        end = buffer.find(_END, at, at + _MOST_LINE)
        if end < 0:
            if len(buffer) - at >= _MOST_LINE or (at < len(buffer) and buffer[at] not in b"+-:$*"):
                raise ProtocolError
            self._missing = 1
            raise _IncompleteError
        kind, line = buffer[at], buffer[at + 1 : end]
        after = end + 2
        if kind == _BULK:
            size = _number(line, MOST_BULK_BYTES)
            if size < 0:
                return None, after
            end = after + size
            if len(buffer) < end + 2:
                self._missing = end + 2 - len(buffer)
                raise _IncompleteError
            if buffer[end : end + 2] != _END:
                raise ProtocolError
            return buffer[after:end], end + 2
        if kind == _ARRAY:
            return self._array(_number(line, MOST_ELEMENTS), after, depth)
        if kind == _INTEGER:
            return _number(line, 1 << 63), after
        if kind == _SIMPLE:
            return line, after
        if kind == _ERROR:
            return RedisError(line.decode("utf-8", "replace")), after
        raise ProtocolError

    def _array(self, size: int, at: int, depth: int) -> tuple[Reply, int]:
        if size < 0:
            return None, at
        self._elements -= size
        if depth == 0 or self._elements < 0:
            raise ProtocolError
        found = []
        for _ in range(size):
            reply, at = self._parsed(at, depth - 1)
            found.append(reply)
        return found, at


def _number(line: bytes, most: int) -> int:
    """Return a number, or -1 for one below 0, which is used for what is not there."""
    if line.isdigit() and len(line) <= _MOST_DIGITS:
        if (number := int(line)) <= most:
            return number
    elif line[:1] == b"-" and line[1:].isdigit() and len(line) <= _MOST_DIGITS:
        return -1
    raise ProtocolError
