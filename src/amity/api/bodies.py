"""Reading a request's body to a bound, and getting rid of the rest without losing the answer."""

import asyncio

from amity.api.answers import CLOSE, JSON, Receive, Send
from amity.errors import Code, ImError

_DISCARDED = 64 * 1024 * 1024  # bytes of an unwanted body that are read and thrown away at most
_DISCARD_SECONDS = 5.0
_HARMLESS = 65536  # bytes of an unread body that the HTTP server may throw away by itself

HeaderMap = dict[bytes, bytes]


class Disconnected(Exception):
    """The client has gone: there is nobody to answer."""


def require_length(headers: HeaderMap, limit: int) -> None:
    """Raise 1001 for a body that announces itself as longer than ``limit`` bytes, before a byte of it is read."""
    declared = headers.get(b"content-length")
    if declared is not None and int(declared) > limit:
        raise too_long(limit)


def too_long(limit: int) -> ImError:
    """Return the error for a body of more than ``limit`` bytes."""
    return ImError(Code.ARGS, f"body: is longer than {limit} bytes")


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the body. Raises 1001 as soon as it exceeds ``limit`` bytes, ``Disconnected`` where it ends early."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise too_long(limit)
        return body
    parts = [body]
    length = len(body)
    while message.get("more_body", False):
        if length > limit:
            raise too_long(limit)
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part: bytes = message.get("body", b"")
        parts.append(part)
        length += len(part)
    if length > limit:
        raise too_long(limit)
    return b"".join(parts)


def is_costly_to_skip(headers: HeaderMap) -> bool:
    """Whether what is left of a body is too much, or of unknown length, to keep the connection for."""
    declared = headers.get(b"content-length")
    if declared is None:
        return b"transfer-encoding" in headers
    return int(declared) > _HARMLESS


async def answer_and_close(send: Send, receive: Receive, body: bytes, headers: HeaderMap) -> None:
    """Answer a request whose body is not wanted, and close the connection.

    The answer goes out at once. A connection that is closed on bytes not yet read is reset, and the client may lose
    the answer: so some of the rest is read and thrown away first. A client that waits for "100 Continue" sends none.
    """
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [*JSON, CLOSE, length]})
    if headers.get(b"expect", b"").lower() != b"100-continue":
        await send({"type": "http.response.body", "body": body, "more_body": True})
        body = b""
        await _discard(receive)
    await send({"type": "http.response.body", "body": body})


async def _discard(receive: Receive) -> None:
    discarded = 0
    try:
        async with asyncio.timeout(_DISCARD_SECONDS):
            while discarded < _DISCARDED:
                message = await receive()
                discarded += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
