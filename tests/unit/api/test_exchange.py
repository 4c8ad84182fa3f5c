"""A body that arrives before the application asks for it."""

import tracemalloc
from typing import cast

from amity.api.exchange import Channel, Exchange
from amity.http.head import read_head


def test_a_body_that_waits_in_pairs_of_bytes_takes_no_more_memory_than_another():
    head = read_head(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60001")
    exchange = Exchange(cast("Channel", None), head)  # nothing of a connection is needed until somebody answers
    tracemalloc.start()
    for number in range(30_000):
        exchange.feed(number.to_bytes(2))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 3 * 60_000


class _Written:
    """A connection that keeps what is written, and whether it was aborted."""

    def __init__(self) -> None:
        self.client: tuple[str, int] | None = None
        self.server: tuple[str, int] | None = None
        self.bytes = b""
        self.is_aborted = False

    def write(self, data: bytes) -> None:
        self.bytes += data

    async def drained(self) -> None: ...

    def date(self) -> bytes:
        return b""

    def resume_reading(self) -> None: ...

    def answered(self, exchange: Exchange) -> None: ...

    def abort(self) -> None:
        self.is_aborted = True


async def _answered(head: bytes, parts: list[bytes], *, fails: bool = False) -> tuple[_Written, Exchange]:
    """Answer a request in parts, of no stated length; with ``fails`` the application fails before the last one."""

    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        if fails:
            raise RuntimeError
        await send({"type": "http.response.body", "body": b""})

    channel = _Written()
    exchange = Exchange(channel, read_head(head))
    await exchange.run(app)
    return channel, exchange


async def test_an_answer_of_unknown_length_goes_in_chunks():
    channel, exchange = await _answered(b"GET / HTTP/1.1\r\nHost: x", [b"one", b"", b"and two more"])
    head, _, body = channel.bytes.partition(b"\r\n\r\n")
    assert head == b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked"
    assert body == b"3\r\none\r\nc\r\nand two more\r\n0\r\n\r\n"
    assert exchange.keeps_alive


async def test_an_answer_of_unknown_length_ends_with_the_connection_of_a_client_of_http_1_0():
    channel, exchange = await _answered(b"GET / HTTP/1.0", [b"one", b"two"])
    assert channel.bytes == b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nonetwo"
    assert not exchange.keeps_alive


async def test_the_head_of_an_answer_of_unknown_length_has_no_body():
    channel, _ = await _answered(b"HEAD / HTTP/1.1\r\nHost: x", [b"one"])
    assert channel.bytes == b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


async def test_an_answer_that_breaks_off_has_no_last_chunk():
    channel, exchange = await _answered(b"GET / HTTP/1.1\r\nHost: x", [b"one"], fails=True)
    assert channel.bytes.endswith(b"3\r\none\r\n")
    assert channel.is_aborted
    assert not exchange.is_answered
