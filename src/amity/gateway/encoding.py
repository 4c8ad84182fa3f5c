"""How a connection writes frames: in the codec of its kind of client, compressed or not."""

from typing import Final

from amity.wire.compression import deflate, inflate
from amity.wire.frames import GO, JS, Codec, Reply, Request

MOST_INFLATED: Final = 1 << 20
"""Bytes that a compressed request may come to."""


class Encoding:
    """One of the four. Every connection of such a client shares it, and so the bytes of what goes to many."""

    __slots__ = ("_codec", "is_compressed")

    def __init__(self, codec: Codec, *, is_compressed: bool) -> None:
        self._codec = codec
        self.is_compressed = is_compressed

    @property
    def is_core(self) -> bool:
        """Whether these are clients on OpenIM's Go core."""
        return self._codec is GO

    def read(self, message: bytes) -> Request:
        """Return a client's request. Raises ``FrameError``."""
        return self._codec.decode(inflate(message, MOST_INFLATED) if self.is_compressed else message)

    def write(self, reply: Reply) -> bytes:
        """Return the message that holds a reply."""
        frame = self._codec.encode(reply)
        return deflate(frame) if self.is_compressed else frame


_ENCODINGS: Final = {
    (sdk, is_compressed): Encoding(codec, is_compressed=is_compressed)
    for sdk, codec in (("go", GO), ("js", JS))
    for is_compressed in (False, True)
}


def encoding_of(sdk: str, *, is_compressed: bool) -> Encoding:
    """Return the encoding of a client by its ``sdkType``, ``go`` or ``js``."""
    return _ENCODINGS[sdk, is_compressed]
