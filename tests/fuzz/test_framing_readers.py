"""What the API's connection takes for a request, h11 and llhttp take for the same: method, path and body, in order.

A reader may refuse what another takes. None may see other requests in the same bytes.
"""

import asyncio
import contextlib
import random
import time

import h11
import httptools
import pytest

from amity.api.listener import Listener
from tests.fuzz.framing import SECONDS, Stream, Streams, seed

INNER = b"POST /inner HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
Seen = list[tuple[str, bytes]]


class Recorder:
    """An application that notes what it is asked, by the client's port."""

    def __init__(self):
        self.seen: dict[int, Seen] = {}
        self.port = 0

    async def __call__(self, scope, receive, send):
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        self.seen.setdefault(scope["client"][1], []).append((scope["method"], body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def recorder():
    recorder = Recorder()
    listener = Listener(recorder, "127.0.0.1", 0)
    await listener.start()
    recorder.port = listener.port
    yield recorder
    await listener.stop()


async def seen_here(recorder: Recorder, stream: Stream) -> Seen:
    """Return what the application was asked when ``stream`` came in its pieces, and then the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", recorder.port)
    port = writer.get_extra_info("sockname")[1]
    try:
        for piece in stream.pieces:
            writer.write(piece)
            await asyncio.sleep(0)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 10)
    except OSError:
        pass  # it has refused before all of it was sent
    finally:
        writer.transport.abort()
    return recorder.seen.pop(port, [])


def seen_by_h11(raw: bytes) -> Seen:
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    connection.receive_data(raw)
    connection.receive_data(b"")
    seen: Seen = []
    method, body = "", b""
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                method, body = event.method.decode(), b""
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                seen.append((method, body))
                if method == "CONNECT":
                    return seen
                connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                    return seen
                connection.start_next_cycle()
            else:
                return seen
    except h11.RemoteProtocolError:
        return seen


def seen_by_llhttp(raw: bytes) -> Seen:
    seen: Seen = []

    class Target:
        def on_message_begin(self):
            self.body = b""

        def on_body(self, body):
            self.body += body

        def on_message_complete(self):
            if parser.should_upgrade():
                raise EOFError  # it takes any offer, and the body for something else than HTTP
            seen.append((parser.get_method().decode(), self.body))
            if not parser.should_keep_alive():
                raise EOFError

    parser = httptools.HttpRequestParser(Target())
    with contextlib.suppress(httptools.HttpParserError):
        parser.feed_data(raw)
    return seen


@pytest.mark.timeout(60 + 3 * SECONDS)
async def test_no_other_reader_sees_other_requests(recorder):
    number = seed()
    streams = Streams(random.Random(number), b"/outer", b"X: y", b"x")
    until = time.monotonic() + SECONDS
    count = taken = 0
    while time.monotonic() < until:
        stream = streams.stream(b'{"name": "outer"}', INNER)
        here = await seen_here(recorder, stream)
        if stream.is_sound:
            assert len(here) == 1, (number, stream)
        for other in (seen_by_h11(stream.raw), seen_by_llhttp(stream.raw)):
            both = min(len(here), len(other))
            assert here[:both] == other[:both], (number, stream, here, other)
        count += 1
        taken += bool(here)
    print(f"{count} streams, of which {taken} began with a request")
    assert 0.1 * count < taken < 0.9 * count
