"""Bounded reading of request bodies, and discarding the rest of a body without losing the answer."""

import asyncio
from collections.abc import Callable

from amity.api.answers import CLOSE, JSON, Receive, Send
from amity.api.exchange import HARMLESS
from amity.errors import Code, ImError

_DISCARDED = 64 * 1024 * 1024  # most bytes of an unwanted body that are read and discarded
_DISCARD_SECONDS = 5.0

SMALL = 16_384
"""Bytes up to which a body is not counted."""

HeaderMap = dict[bytes, bytes]


class Bodies:
    """The bytes of the bodies that are being read or processed, by caller.

    Small bodies are not counted: the limit of connections bounds them. Half of the bytes is reserved for
    administrators, so that users cannot keep out the app's own server.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self._held_by_users = 0
        self._by_caller: dict[str, int] = {}

    def take(self, caller: str, size: int, *, is_admin: bool) -> int:
        """Count ``size`` more bytes for a caller and return them.

        Raises ``ImError``, ``SERVER_BUSY`` (1357), if that exceeds the caller's share or the total.
        """
        share = self.most // (2 if is_admin else 8)
        own = self._by_caller.get(caller, 0) + size
        held, most = (self.held, self.most) if is_admin else (self._held_by_users, self.most // 2)
        # A single body passes however small the shares are: another bound limits its length.
        if (own > size and own > share) or (held and held + size > most):
            raise ImError(Code.SERVER_BUSY, "body: too many bytes of large requests are under way; try again later")
        self.held += size
        if not is_admin:
            self._held_by_users += size
        self._by_caller[caller] = own
        return size

    def release(self, caller: str, size: int, *, is_admin: bool) -> None:
        """Count ``size`` fewer bytes for a caller."""
        self.held -= size
        if not is_admin:
            self._held_by_users -= size
        left = self._by_caller[caller] - size
        if left:
            self._by_caller[caller] = left
        else:
            del self._by_caller[caller]


class Disconnected(Exception):
    """The client has disconnected: there is nobody to answer."""


def declared_length(headers: HeaderMap, limit: int) -> int:
    """Return the declared length of a body, 0 if it is chunked.

    Raises ``ImError``, ``ARGS`` (1001), above ``limit`` bytes, before any byte is read.
    """
    declared = int(headers.get(b"content-length", b"0"))
    if declared > limit:
        raise too_long(limit)
    return declared


def too_long(limit: int) -> ImError:
    """Return the error for a body of more than ``limit`` bytes."""
    return ImError(Code.ARGS, f"body: is longer than {limit} bytes")


async def read_body(receive: Receive, limit: int, grown: Callable[[], None]) -> bytes:
    """Read and return the body. ``grown`` is called when it exceeds ``SMALL`` bytes.

    Raises ``ImError``, ``ARGS`` (1001), as soon as it exceeds ``limit`` bytes, ``Disconnected`` if it ends early, and
    what ``grown`` raises.
    """
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise too_long(limit)
        return body
    whole = bytearray(body)  # not a list of parts: with parts of two bytes each, that takes twenty times as much
    while message.get("more_body", False):
        if len(whole) > limit:
            raise too_long(limit)
        if len(whole) > SMALL:
            grown()
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        whole += message.get("body", b"")
    if len(whole) > limit:
        raise too_long(limit)
    return bytes(whole)


async def disconnected(receive: Receive) -> None:
    """Wait until the client has closed its side of the connection, or was answered. The body must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass


def is_costly_to_skip(headers: HeaderMap) -> bool:
    """Return whether the rest of a body is too long, or of unknown length, to read it for the connection's sake."""
    declared = headers.get(b"content-length")
    if declared is None:
        return b"transfer-encoding" in headers
    return int(declared) > HARMLESS


async def answer_and_close(send: Send, receive: Receive, body: bytes, headers: HeaderMap) -> None:
    """Answer a request whose body is not wanted, and close the connection.

    The answer is sent at once. Closing a connection with unread bytes resets it, and the client may lose the answer. So
    some of the rest is read and discarded first. A client that waits for "100 Continue" sends none.
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
