"""Measure the bus between processes: the processor time to publish and receive messages over Redis and over PostgreSQL,
beside the least that messages over a TCP connection can cost."""

import asyncio
import contextlib
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Callable

import uvloop

from amity.cluster.bus.opening import carrier
from amity.cluster.bus.remote import RemoteBus
from amity.settings import Settings
from bench.machine import pin
from bench.report import Report
from bench.run import Run
from tests.support.postgres import PostgresServer, PostgresUnavailableError
from tests.support.redis import RedisServer

BATCH = 20
EVERY_SECONDS = 0.005
MESSAGE = b"m" * 330
MESSAGES = 20_000
TURNS = 5
_AT_MOST = 20.0
_TOO_LONG = 60.0

Publish = Callable[[bytes], object]


def bus(run: Run) -> Report:
    """Publish from one bus to another one of the same process, whose processor time is that of both."""
    report = Report(
        "bus", f"messages of {len(MESSAGE)} bytes between two processes, {BATCH} every {EVERY_SECONDS * 1000:g} ms"
    )
    count = run.size(MESSAGES)
    servers: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        if shutil.which("redis-server"):
            servers["Redis"] = stack.enter_context(RedisServer()).url
        else:
            report.note("Redis: skipped: redis-server is not installed")
        try:
            servers["PostgreSQL"] = stack.enter_context(PostgresServer()).url()
        except PostgresUnavailableError as failure:
            report.note(f"PostgreSQL: skipped: {failure}")
        pin(run.pinning.measured)
        try:
            uvloop.run(_measure(report, servers, count))
        finally:
            pin(run.pinning.other)
    return report


async def _measure(report: Report, servers: dict[str, str], count: int) -> None:
    ways: dict[str, Callable[[_Counting], contextlib.AbstractAsyncContextManager[Publish]]] = {
        "TCP, each after its length": _over_tcp,
        **{name: _over(url) for name, url in servers.items()},
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    late: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, way in ways.items():
            counting = _Counting()
            async with way(counting) as publish:
                await _publish(publish, counting, BATCH * 5)
                began = time.process_time()
                await _publish(publish, counting, count)
                spent[name].append((time.process_time() - began) / count * 1e6)
                late[name].append(statistics.median(counting.under_way) * 1e3)
    for name in ways:
        middle = report.figure(name, spent[name], "us a message")
        report.figure("  under way", late[name], "ms")
        if name == "Redis":
            report.below("Redis: processor time to publish and receive", middle, _AT_MOST, " us")


async def _publish(publish: Publish, counting: "_Counting", count: int) -> None:
    clock = asyncio.get_running_loop().time
    due = clock()
    for _ in range(0, count, BATCH):
        counting.sent.append(time.perf_counter())
        for _ in range(BATCH):
            publish(MESSAGE)
        due += EVERY_SECONDS
        await asyncio.sleep(max(0.0, due - clock()))
    async with asyncio.timeout(_TOO_LONG):
        while len(counting.under_way) < len(counting.sent):  # noqa: ASYNC110 - an event would cost what is measured
            await asyncio.sleep(0.01)


class _Counting:
    """Counts what arrives, as the listener of a bus, and how long the last message of each batch was under way."""

    def __init__(self) -> None:
        self.sent: list[float] = []
        self.under_way: list[float] = []
        self._count = 0

    def received(self, payload: bytes) -> None:
        self._count += 1
        if self._count == BATCH:
            self._count = 0
            self.under_way.append(time.perf_counter() - self.sent[len(self.under_way)])

    def lost(self, reason: str) -> None:
        raise AssertionError(reason)

    def restored(self) -> None: ...

    def dropped(self) -> None: ...


def _over(url: str) -> Callable[[_Counting], contextlib.AbstractAsyncContextManager[Publish]]:
    @contextlib.asynccontextmanager
    async def opened(counting: _Counting) -> AsyncIterator[Publish]:
        sender, receiver = (RemoteBus(carrier(Settings(bus=url), "bench")) for _ in range(2))
        await sender.start(["sender"], _Counting())
        await receiver.start(["receiver"], counting)
        yield lambda payload: sender.publish("receiver", payload)
        await sender.stop()
        await receiver.stop()

    return opened


class _Lengths(asyncio.Protocol):
    """Receives messages, each after its length in four bytes."""

    def __init__(self, counting: _Counting) -> None:
        self._received = counting.received
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        while end - at >= 4:
            size = int.from_bytes(data[at : at + 4], "big")
            if end - at - 4 < size:
                break
            self._received(data[at + 4 : at + 4 + size])
            at += 4 + size
        self._rest = data[at:]


@contextlib.asynccontextmanager
async def _over_tcp(counting: _Counting) -> AsyncIterator[Publish]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Lengths(counting), "127.0.0.1", 0)
    transport, _ = await loop.create_connection(asyncio.Protocol, *server.sockets[0].getsockname()[:2])
    waiting: list[bytes] = []

    def write() -> None:
        transport.write(b"".join(waiting))
        waiting.clear()

    def publish(payload: bytes) -> None:
        if not waiting:
            loop.call_soon(write)
        waiting.append(len(payload).to_bytes(4, "big") + payload)

    yield publish
    transport.close()
    server.close()
