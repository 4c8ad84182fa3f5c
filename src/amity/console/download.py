"""A file that is made while it is sent, in parts, so that no length of it grows the memory."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final
from urllib.parse import quote

from starlette.responses import StreamingResponse

from amity.api.answers import Receive, Scope, Send
from amity.clock import SYSTEM_CLOCK

_LONGEST_NAME: Final = 150
_LONGEST_ENDING: Final = 20
_SENT_AT_ONCE: Final = 65_536
"""Bytes. Who reads slowly is told apart by them from who does not read."""
_LONGEST_WAIT_SECONDS: Final = 30.0
"""Who takes nothing for so long is not waited for."""
_ASKED_SECONDS: Final = 1.0
"""How often it is asked whether the session is open."""


class Download(StreamingResponse):
    """An answer that a browser stores as a file. ``parts`` are sent after ``first``, and closed at the end, also where
    the client goes away before it. ``size`` is that of all together, in bytes, if it is known: raises ``ValueError``
    where they have another one, and the connection ends. It also ends once ``is_open`` says that the session is not,
    and where the client takes nothing for 30 s."""

    def __init__(
        self,
        parts: AsyncGenerator[bytes, None],
        name: str,
        kind: str,
        *,
        is_open: Callable[[], Awaitable[bool]],
        first: bytes = b"",
        size: int | None = None,
    ) -> None:
        super().__init__(parts, media_type=kind)
        self._first = first
        self._parts = parts
        self._size = size
        self._is_open = is_open
        self._asked = SYSTEM_CLOCK.monotonic()
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
        """Return whether the client has all of it."""
        sent = len(self._first)
        if not await self._send_part(self._first, gone, send):
            return False
        async for part in self._parts:
            if not await self._send_part(part, gone, send):
                return False
            sent += len(part)
        if self._size is not None and sent != self._size:
            raise ValueError("the parts of a download are not as long as was said")
        return True

    async def _send_part(self, part: bytes, gone: "asyncio.Task[None]", send: Send) -> bool:
        """Return whether the client is still there, and reads, and may."""
        for begin in range(0, len(part), _SENT_AT_ONCE):
            if gone.done() or not await self._may_go_on():
                return False
            body = part[begin : begin + _SENT_AT_ONCE]
            try:
                async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                    await send({"type": "http.response.body", "body": body, "more_body": True})
            except TimeoutError:
                return False
        return True

    async def _may_go_on(self) -> bool:
        now = SYSTEM_CLOCK.monotonic()
        if now - self._asked < _ASKED_SECONDS:
            return True
        self._asked = now
        return await self._is_open()


def _shortened(name: str) -> str:
    """Return the name of a file, cut before its ending."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        return name[:_LONGEST_NAME]
    return stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
