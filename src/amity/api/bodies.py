"""Reading a request's body to a bound, and getting rid of the rest without losing the answer."""

import asyncio
from collections.abc import Callable

from amity.api.answers import CLOSE, JSON, Receive, Send
from amity.api.exchange import HARMLESS
from amity.errors import Code, ImError

_DISCARDED = 64 * 1024 * 1024  # bytes of an unwanted body that are read and thrown away at most
_DISCARD_SECONDS = 5.0

SMALL = 16_384
"""Bytes up to which a body is not counted."""

HeaderMap = dict[bytes, bytes]


class Bodies:
    """The bodies that are read or worked on at the moment: how many bytes, of whom.

    Small ones are not counted: the number of connections bounds them. Half is kept for administrators, so that no
    number of users keeps the app's own server out.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self._held_by_users = 0
        self._of: dict[str, int] = {}

    def take(self, caller: str, size: int, *, is_admin: bool) -> int:
        """Count ``size`` bytes more for a caller and return them. Raises 1357 where that is more than the caller may
        have, or all together."""
        share = self.most // (2 if is_admin else 8)
        own = self._of.get(caller, 0) + size
        held, most = (self.held, self.most) if is_admin else (self._held_by_users, self.most // 2)
        # One body is let through however small the shares are: another bound says how long it may be.
        if (own > size and own > share) or (held and held + size > most):
            raise ImError(Code.SERVER_BUSY, "body: too many bytes of large requests are under way; try again later")
        self.held += size
        if not is_admin:
            self._held_by_users += size
        self._of[caller] = own
        return size

    def release(self, caller: str, size: int, *, is_admin: bool) -> None:
        """Count ``size`` bytes less for a caller."""
        self.held -= size
        if not is_admin:
            self._held_by_users -= size
        left = self._of[caller] - size
        if left:
            self._of[caller] = left
        else:
            del self._of[caller]


class Disconnected(Exception):
    """The client has gone: there is nobody to answer."""


def declared_length(headers: HeaderMap, limit: int) -> int:
    """Return how long a body says it is; 0 where it comes in chunks. Raises 1001 above ``limit`` bytes,
    before any of it is read."""
    declared = int(headers.get(b"content-length", b"0"))
    if declared > limit:
        raise too_long(limit)
    return declared


def too_long(limit: int) -> ImError:
    """Return the error for a body of more than ``limit`` bytes."""
    return ImError(Code.ARGS, f"body: is longer than {limit} bytes")


async def read_body(receive: Receive, limit: int, grown: Callable[[], None]) -> bytes:
    """Return the body. ``grown`` is called once it has come to be no small one.

    Raises 1001 as soon as it exceeds ``limit`` bytes, ``Disconnected`` where it ends early, and what ``grown`` raises.
    """
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise too_long(limit)
        return body
    whole = bytearray(body)  # and no list of parts: one that comes in pairs of bytes would take twenty times as much
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
    """Return when the client has closed its side of the connection, or was answered. The body has been read."""
    while (await receive())["type"] != "http.disconnect":
        pass


def is_costly_to_skip(headers: HeaderMap) -> bool:
    """Whether what is left of a body is too much, or of unknown length, to keep the connection for."""
    declared = headers.get(b"content-length")
    if declared is None:
        return b"transfer-encoding" in headers
    return int(declared) > HARMLESS


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
