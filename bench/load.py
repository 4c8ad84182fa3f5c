"""Generate load faster than any server here can take it: requests are encoded beforehand, connections are kept alive.

It checks every answer (the status, and the beginning of the body), because a server that fails is fast.
"""

import asyncio
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import httptools

SUCCESS = b'{"errCode":0'
_WITHIN = 120.0


class LoadFailed(Exception):
    """An answer was not a success, or a connection broke; the text has the beginning of the answer."""


@dataclass(slots=True)
class Load:
    """The result of a load. ``latencies`` are in seconds, one for each answered request; ``busy`` is the server's
    processor time in seconds, ``own`` that of who loads it, where it was taken."""

    seconds: float = 0.0
    busy: float = 0.0
    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    own: float = 0.0

    @property
    def rate(self) -> float:
        """Return the answered requests per second."""
        return len(self.latencies) / self.seconds

    @property
    def microseconds(self) -> float:
        """Return the server's processor time per request. Unlike the rate it does not depend on other work of the
        machine."""
        return self.busy * 1e6 / len(self.latencies)

    def milliseconds(self, percent: float) -> float:
        """Return the latency in milliseconds that ``percent`` of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Encode a POST request."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one is answered. A latency is the time since ``sent_at``."""

    def __init__(self, requests: Iterator[bytes], load: Load, success: bytes) -> None:
        self._requests = requests
        self._load = load
        self._success = success
        self._parser = httptools.HttpResponseParser(self)
        self.sent_at = 0.0
        self._begin = b""
        self._busy = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(LoadFailed(f"the server closed the connection: {exc or 'no reason given'}"))

    def send(self) -> None:
        """Send the next request, or end if there is none."""
        request = next(self._requests, None)
        if request is None:
            self.end()
            return
        self.sent_at = time.perf_counter()
        self.write(request)

    def write(self, request: bytes) -> None:
        """Send this request now."""
        self._begin = b""
        self._transport.write(request)

    def end(self) -> None:
        """Close, with success."""
        if not self.ended.done():
            self.ended.set_result(None)
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        if len(self._begin) < len(self._success):
            self._begin += body

    def on_message_complete(self) -> None:
        self._load.latencies.append(time.perf_counter() - self.sent_at)
        if not self._begin.startswith(self._success) or self._parser.get_status_code() != 200:
            if not self.ended.done():
                self.ended.set_exception(LoadFailed(f"{self._parser.get_status_code()} {self._begin[:300]!r}"))
            self._transport.close()
            return
        self.send()


async def offer(port: int, requests: Iterator[bytes], connections: int, success: bytes = SUCCESS) -> Load:
    """Send all of ``requests``, one at a time on each connection. ``success`` is the beginning of the body of a
    successful answer. Raises ``LoadFailed``."""
    return await offer_each(port, [requests] * connections, success)


async def offer_each(port: int, sequences: Sequence[Iterator[bytes]], success: bytes = SUCCESS) -> Load:
    """Send each sequence on a connection of its own, one request at a time, all connections at once. Raises
    ``LoadFailed``."""
    load = Load()
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(partial(Connection, requests, load, success), "127.0.0.1", port))[1]
        for requests in sequences
    ]
    began = time.perf_counter()
    for connection in made:
        connection.send()
    try:
        async with asyncio.timeout(_WITHIN):
            await asyncio.gather(*(connection.ended for connection in made))
    except TimeoutError:
        raise LoadFailed(f"not answered within {_WITHIN:.0f} s: {len(load.latencies)} requests were") from None
    load.seconds = time.perf_counter() - began
    return load
