"""A file that is made while it is sent, in parts, so that no length of it grows the memory."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final
from urllib.parse import quote

from starlette.responses import StreamingResponse

from amity.api.answers import Receive, Scope, Send

_LONGEST_NAME: Final = 150
_LONGEST_ENDING: Final = 20


class Download(StreamingResponse):
    """An answer that a browser stores as a file. ``parts`` are sent after ``first``, and closed at the end, also where
    the client goes away before it. ``size`` is that of all together, in bytes, if it is known: raises ``ValueError``
    where they have another one, and the connection ends."""

    def __init__(
        self, parts: AsyncGenerator[bytes, None], name: str, kind: str, *, first: bytes = b"", size: int | None = None
    ) -> None:
        super().__init__(parts, media_type=kind)
        self._first = first
        self._parts = parts
        self._size = size
        if size is not None:
            self.headers["content-length"] = str(size)
        # RFC 6266: nothing of the name is taken for anything else, whatever is in it.
        self.headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(_shortened(name), safe='')}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, and each part once the client has read the one before."""
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] == "HEAD" or await self._send_parts(gone, send):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            await self._parts.aclose()

    async def _send_parts(self, gone: "asyncio.Task[None]", send: Send) -> bool:
        """Return whether the client is still there."""
        sent = len(self._first)
        if self._first:
            await send({"type": "http.response.body", "body": self._first, "more_body": True})
        async for part in self._parts:
            if gone.done():
                return False
            sent += len(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
        if self._size is not None and sent != self._size:
            raise ValueError("the parts of a download are not as long as was said")
        return True


def _shortened(name: str) -> str:
    """Return the name of a file, cut before its ending."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        return name[:_LONGEST_NAME]
    return stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
