"""The ASGI side: reading a bounded body, sending a reply, starting and stopping."""

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from amity.business.admission import too_large
from amity.business.flow import Reply

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Lifespan = Callable[[], AbstractAsyncContextManager[Any]]


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes | Reply | None:
    """Read a request's body of at most ``limit`` bytes; a ``Reply`` refuses a longer one, ``None``: the client left."""
    for name, value in scope["headers"]:
        if name == b"content-length" and len(value) < 20 and value.isdigit() and int(value) > limit:
            return too_large(limit)
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
