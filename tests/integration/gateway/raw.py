"""A connection to the gateway on which the test controls every byte."""

import asyncio
import socket
import struct
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

_MASK = b"\x0a\x0b\x0c\x0d"


def frame(payload: bytes, kind: int = 2, *, first: int | None = None) -> bytes:
    """A frame as clients send it; ``first`` is its first byte, where it is to be an odd one."""
    head = bytes([0x80 | kind if first is None else first])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65_536:
        head += b"\xfe" + struct.pack(">H", len(payload))
    else:
        head += b"\xff" + struct.pack(">Q", len(payload))
    return head + _MASK + bytes(byte ^ _MASK[at % 4] for at, byte in enumerate(payload))


class Raw:
    """Connects as its context begins, and goes without a word as it ends. Everything waits for 10 seconds at most.

    ``receives`` are the bytes that its system keeps for it, where those are to be few.
    """

    def __init__(self, url: str, *, receives: int = 0) -> None:
        self._port = int(url.rpartition(":")[2])
        self._receives = receives
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def connect(self) -> None:
        """Connect: outside of a context, which does it by itself."""
        connecting = socket.socket()
        if self._receives:
            connecting.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receives)
        connecting.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(connecting, ("127.0.0.1", self._port))
        except BaseException:
            connecting.close()
            raise
        self._reader, self._writer = await asyncio.open_connection(sock=connecting)

    def close(self) -> None:
        """Go without a word."""
        self._writer.transport.abort()

    def request(self, query: dict[str, str]) -> bytes:
        """The request of a client that says this of itself."""
        return (
            f"GET /?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()

    async def upgrade(self, query: dict[str, str]) -> None:
        await self.write(self.request(query))

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def head(self) -> str:
        """The head of the answer."""
        async with asyncio.timeout(10):
            return (await self._reader.readuntil(b"\r\n\r\n")).decode()

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: its kind, and what it holds."""
        async with asyncio.timeout(10):
            first, size = await self._reader.readexactly(2)
            if size == 126:
                (size,) = struct.unpack(">H", await self._reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", await self._reader.readexactly(8))
            return first & 0x0F, await self._reader.readexactly(size)

    async def rest(self) -> bytes:
        """All that comes until the other side closes. Raises ``ConnectionError`` where it does so without a word."""
        async with asyncio.timeout(10):
            return await self._reader.read()
