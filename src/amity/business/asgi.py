"""The ASGI side: reading a bounded body, sending a reply, starting and stopping."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from amity.business.admission import needed, refused_framing, too_large, too_late
from amity.business.flow import Reply

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Lifespan = Callable[[], AbstractAsyncContextManager[Any]]


BODY_SECONDS = 30.0
"""How long a body may take to arrive. An IM server sends it at once; uvicorn would wait for ever."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes | Reply | None:
    """Read a request's body of at most ``limit`` bytes; ``None``: the client left.

    A ``Reply`` refuses one that is longer or too long in coming, and at once a request whose end is not certain.
    """
    headers = needed((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    if refused := refused_framing(headers):
        return refused
    length = headers.get("content-length", "")
    if len(length) < 20 and length.isdecimal() and int(length) > limit:
        return too_large(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive, limit)
    except TimeoutError:
        return too_late(BODY_SECONDS)


def path_of(scope: Scope) -> str:
    """Return the path as it was sent: a command has one spelling, and ``%42`` is not a B in it."""
    raw: bytes | None = scope.get("raw_path")
    path: str = scope["path"]
    return path if raw is None else raw.decode("latin-1")


async def _read(receive: Receive, limit: int) -> bytes | Reply | None:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def send_reply(send: Send, reply: Reply) -> None:
    headers = reply.headers | {"content-length": str(len(reply.body))}
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": reply.body})


async def live(lifespan: Lifespan | None, receive: Receive, send: Send) -> None:
    """Answer the server's start and stop, entering ``lifespan`` in between."""
    await receive()
    started = False
    try:
        if lifespan is None:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        else:
            async with lifespan():
                started = True
                await send({"type": "lifespan.startup.complete"})
                await receive()
    except Exception as error:
        phase = "shutdown" if started else "startup"
        await send({"type": f"lifespan.{phase}.failed", "message": f"{type(error).__name__}: {error}"})
        raise
    await send({"type": "lifespan.shutdown.complete"})
