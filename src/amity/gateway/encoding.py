"""Encodings of frames: the codec of the client's kind, compressed or not."""

from typing import Final

from amity.wire.compression import deflate, inflate
from amity.wire.frames import GO, JS, Codec, Reply, Request

MOST_INFLATED: Final = 1 << 20
"""Bytes that a compressed request may have after decompression."""


class Encoding:
    """One of four encodings. All connections of the same kind share one object, so a fan-out encodes a frame once for
    each."""

    __slots__ = ("_codec", "is_compressed")

    def __init__(self, codec: Codec, *, is_compressed: bool) -> None:
        self._codec = codec
        self.is_compressed = is_compressed

    @property
    def is_core(self) -> bool:
        """Whether the client uses OpenIM's Go core."""
        return self._codec is GO

    def read(self, message: bytes) -> Request:
        """Decode a client's request. Raises ``FrameError``."""
        return self._codec.decode(inflate(message, MOST_INFLATED) if self.is_compressed else message)

    def write(self, reply: Reply) -> bytes:
        """Encode a reply as one message."""
        frame = self._codec.encode(reply)
        return deflate(frame) if self.is_compressed else frame


_ENCODINGS: Final = {
    (sdk, is_compressed): Encoding(codec, is_compressed=is_compressed)
    for sdk, codec in (("go", GO), ("js", JS))
    for is_compressed in (False, True)
}


def encoding_of(sdk: str, *, is_compressed: bool) -> Encoding:
    """Return the encoding for a client's ``sdkType``, ``go`` or ``js``."""
    return _ENCODINGS[sdk, is_compressed]
