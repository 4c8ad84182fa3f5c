"""A file that is made while it is sent, in parts, so that no length of it grows the memory."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final
from urllib.parse import quote

from starlette.responses import StreamingResponse

from amity.api.answers import Receive, Scope, Send

_LONGEST_NAME: Final = 150


class Download(StreamingResponse):
    """An answer that a browser stores as a file. ``first`` and ``rest`` are its parts; ``rest`` is closed at the end,
    also where the client goes away before it."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None], name: str, kind: str) -> None:
        super().__init__(rest, media_type=kind)
        self._first = first
        self._rest = rest
        # RFC 6266: nothing of the name is taken for anything else, whatever is in it.
        self.headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(name[:_LONGEST_NAME], safe='')}"

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, and each part once the client has read the one before."""
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self._first, "more_body": True})
            async for part in self._rest:
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            await self._rest.aclose()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
