"""A strict decoder of chunked bodies, incremental. Pure.

Source: RFC 9112, 7.1. Extensions and trailers are skipped, because nothing here uses them.
"""

import re
from typing import Final

LONGEST_SIZE_LINE: Final = 256
"""Bytes of the line before a chunk, its extensions included."""
MOST_TRAILER_BYTES: Final = 8192
_FREE_CHUNKS: Final = 1024
_LEAST_AVERAGE: Final = 16
"""Average bytes of the chunks beyond the first 1,024. Each chunk costs time, however small it is."""

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;[\t\x20-\x7e\x80-\xff]*)?")
_TRAILER = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*")


class ChunkError(ValueError):
    """The body is not validly chunked. The text says why, and repeats nothing of it."""


class Chunks:
    """Decodes a chunked body. ``is_done`` says that the body is complete; ``rest`` is what followed it."""

    __slots__ = ("_chunks", "_line", "_reads", "_remaining", "_size", "_trailers", "is_done", "rest")

    def __init__(self) -> None:
        self.is_done = False
        self.rest = b""
        self._line = b""  # the beginning of an incomplete line
        self._reads = self._read_size
        self._remaining = 0  # bytes of the chunk that are missing, its CR LF included
        self._size = 0
        self._chunks = 0
        self._trailers = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take received bytes, and return the pieces of the body in them. Raises ``ChunkError``."""
        pieces: list[bytes] = []
        at = 0
        if self._line:
            data, self._line = self._line + data, b""
        while at < len(data) and not self.is_done:
            if self._remaining > 2:
                piece = data[at : at + self._remaining - 2]
                at += len(piece)
                self._remaining -= len(piece)
                self._size += len(piece)
                pieces.append(piece)
                continue
            if self._remaining:
                end = data[at : at + self._remaining]
                if end != b"\r\n"[2 - self._remaining :][: len(end)]:
                    raise ChunkError("a chunk does not end where its size says")
                at += len(end)
                self._remaining -= len(end)
                continue
            line_end = data.find(b"\n", at)
            if line_end < 0:
                self._line = data[at:]
                if len(self._line) > LONGEST_SIZE_LINE:
                    raise ChunkError(f"a line between chunks has more than {LONGEST_SIZE_LINE} bytes")
                break
            line, at = data[at : line_end + 1], line_end + 1
            if len(line) > LONGEST_SIZE_LINE or not line.endswith(b"\r\n"):
                raise ChunkError(f"a line between chunks has over {LONGEST_SIZE_LINE} bytes, or no CR LF at its end")
            self._reads(line[:-2])
        if self.is_done:
            self.rest = data[at:]
        return pieces

    def _read_size(self, line: bytes) -> None:
        found = _SIZE.fullmatch(line)
        if found is None:
            raise ChunkError("a chunk's size is not a number of up to 15 hexadecimal digits")
        size = int(found[1], 16)
        self._chunks += 1
        if self._chunks > _FREE_CHUNKS + self._size // _LEAST_AVERAGE:
            raise ChunkError(f"more than {_FREE_CHUNKS} chunks, of under {_LEAST_AVERAGE} bytes on average")
        if size:
            self._remaining = size + 2
        else:
            self._reads = self._read_trailer

    def _read_trailer(self, line: bytes) -> None:
        self._trailers += len(line)
        if not line:
            self.is_done = True
        elif self._trailers > MOST_TRAILER_BYTES or not _TRAILER.fullmatch(line):
            raise ChunkError(f"what follows the last chunk is no header, or longer than {MOST_TRAILER_BYTES} bytes")
