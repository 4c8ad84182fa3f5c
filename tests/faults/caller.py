"""A connection to the REST API that repeats nothing by itself and costs little: it is the server that is to be busy."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit


class NotThereError(Exception):
    """Nobody listens: the call was not sent."""


class BrokenOffError(Exception):
    """The connection ended before the whole answer was there: what became of the call is not known."""


class Caller:
    """One connection at a time, kept open between calls, opened anew where it has ended. ``url``
    may return where, each time."""

    def __init__(self, url: str | Callable[[], str]) -> None:
        self._url = url if callable(url) else lambda: url
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, headers: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Post JSON and return status and body. Raises ``NotThereError`` or ``BrokenOffError``."""
        content = json.dumps(body).encode()
        lines = [f"POST {path} HTTP/1.1", "Host: amity", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        reader, writer = await self._connected()
        try:
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("\r\ncontent-length:")[2].partition("\r\n")[0])
            answer = await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise BrokenOffError from error
        if "\r\nconnection: close" in head:
            await self.close()
        return int(head.split(" ", 2)[1]), answer

    async def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.transport.abort()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        # What was idle while the server was killed has been told so by now, and is not a call broken off.
        if self._streams is not None and self._streams[0].at_eof():
            await self.close()
        if self._streams is None:
            parts = urlsplit(self._url())
            try:
                self._streams = await asyncio.open_connection(parts.hostname, parts.port)
            except OSError as error:
                raise NotThereError from error
        return self._streams
