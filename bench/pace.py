"""Send requests at a steady rate, whether or not earlier ones are answered.

A latency is the time since the request was due, not since it was sent: what waits for a connection is counted.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from functools import partial

from bench.load import Connection, Load, LoadFailed

_TICK = 0.001  # seconds; a request is sent up to so much after it is due, which its latency contains
_WITHIN = 60.0


class _Paced(Connection):
    """Sends what is due as soon as its last request is answered."""

    def __init__(self, pace: "_Pace", load: Load, success: bytes) -> None:
        super().__init__(iter(()), load, success)
        self._pace = pace

    def send(self) -> None:
        """Send the request that has been due longest, or wait for one."""
        if self._pace.due:
            self.sent_at, request = self._pace.due.popleft()
            self.write(request)
        else:
            self._pace.idle.append(self)


class _Pace:
    """What is due, and the connections that are free."""

    def __init__(self) -> None:
        self.due: deque[tuple[float, bytes]] = deque()
        self.idle: deque[_Paced] = deque()

    async def run(self, requests: Sequence[bytes], rate: float) -> None:
        """Send ``rate`` requests a second, and return once all are sent."""
        began = time.perf_counter()
        sent = 0
        while sent < len(requests):
            now = time.perf_counter()
            while sent < len(requests) and began + sent / rate <= now:
                self.due.append((began + sent / rate, requests[sent]))
                sent += 1
            while self.due and self.idle:
                self.idle.popleft().send()
            await asyncio.sleep(_TICK)

    async def until_answered(self, connections: int) -> None:
        """Return once every connection is free."""
        while self.due or len(self.idle) < connections:  # noqa: ASYNC110 - to signal each answer would cost more than this
            await asyncio.sleep(_TICK)


async def offer_at(port: int, requests: Sequence[bytes], connections: int, rate: float, success: bytes) -> Load:
    """Send ``rate`` of ``requests`` a second over ``connections`` connections. ``success`` is the beginning of the body
    of a successful answer. Raises ``LoadFailed``."""
    load, pace = Load(), _Pace()
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(partial(_Paced, pace, load, success), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    for connection in made:
        connection.send()
    began = time.perf_counter()
    sending = asyncio.ensure_future(_all(pace, requests, rate, connections))
    try:
        async with asyncio.timeout(len(requests) / rate + _WITHIN):
            await asyncio.wait([sending, *(one.ended for one in made)], return_when=asyncio.FIRST_COMPLETED)
            for connection in made:
                if connection.ended.done():
                    await connection.ended  # nobody ends a connection before: it has failed
    except TimeoutError:
        raise LoadFailed(f"not answered in time: {len(load.latencies)} of {len(requests)} requests were") from None
    finally:
        sending.cancel()
    load.seconds = time.perf_counter() - began
    for connection in made:
        connection.end()
    return load


async def _all(pace: _Pace, requests: Sequence[bytes], rate: float, connections: int) -> None:
    await pace.run(requests, rate)
    await pace.until_answered(connections)
