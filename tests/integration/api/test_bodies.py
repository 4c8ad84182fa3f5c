"""Bodies that are too long, arrive in pieces or never; endless heads. Byte by byte, over a socket."""

import asyncio
import json

import pytest

from amity.api import bodies
from amity.api.serving import Timeouts
from amity.http.head import MOST_HEAD_BYTES

LIMIT = 8192  # of the server in conftest.py
HEAD = b"POST /greet/caller HTTP/1.1\r\nHost: x\r\noperationID: op\r\ntoken: user\r\n"


async def read_answer(reader: asyncio.StreamReader) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """Return status line, headers and body of one answer."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in head[1:] if line)
    body = await asyncio.wait_for(reader.readexactly(int(headers[b"content-length"])), 20)
    return head[0], headers, body


async def refused(reader: asyncio.StreamReader) -> str:
    """Return the detail of a 1001 after which the server closes the connection."""
    status, headers, body = await read_answer(reader)
    assert status == b"HTTP/1.1 200 OK"
    assert headers[b"connection"] == b"close"
    answer = json.loads(body)
    assert answer["errCode"] == 1001
    return str(answer["errDlt"])


@pytest.fixture
async def wire(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()


async def flood(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Send the same piece again and again, up to 100 MB."""
    for _ in range(100_000_000 // len(piece)):
        writer.write(piece)
        await writer.drain()


def of_length(length: int) -> bytes:
    return b'{"userID":"' + b"a" * (length - 13) + b'"}'


async def test_a_body_of_just_the_limit_is_accepted_and_one_byte_more_is_not(http):
    assert (await http.post("/greet/caller", content=of_length(LIMIT))).json()["errCode"] == 0
    answer = await http.post("/greet/caller", content=of_length(LIMIT + 1))
    assert answer.json()["errDlt"] == "body: is longer than 8192 bytes"


async def test_ten_megabytes_sent_at_once_still_get_their_answer(http, backstage):
    answer = await http.post("/greet/caller", content=of_length(10_000_000))
    assert answer.json()["errDlt"] == "body: is longer than 8192 bytes"
    assert answer.headers["connection"] == "close"
    assert backstage.calls == []


async def test_a_long_body_is_refused_by_its_declared_length(wire):
    reader, writer = wire
    writer.write(HEAD + b"Content-Length: 1000000000000\r\n\r\n")
    assert await refused(reader) == "body: is longer than 8192 bytes"


async def test_a_client_that_waits_to_be_asked_for_a_long_body_is_not_asked(wire):
    reader, writer = wire
    writer.write(HEAD + b"Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
    assert await refused(reader) == "body: is longer than 8192 bytes"
    assert await asyncio.wait_for(reader.read(), 20) == b""


async def test_an_endless_body_in_chunks_is_read_to_the_limit_and_no_further(wire, monkeypatch):
    monkeypatch.setattr(bodies, "_DISCARDED", 100_000)
    reader, writer = wire
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    for _ in range(3):
        writer.write(chunk)
    assert await refused(reader) == "body: is longer than 8192 bytes"
    with pytest.raises(ConnectionError):
        await flood(writer, chunk)


async def test_an_unwanted_body_is_read_for_a_bounded_time(wire, monkeypatch):
    monkeypatch.setattr(bodies, "_DISCARD_SECONDS", 0.1)
    reader, writer = wire
    writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
    assert await refused(reader) == "body: is longer than 8192 bytes"
    assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_a_long_body_without_a_token_is_answered_and_not_read(http):
    http.headers.pop("token")
    for path in ("/greet/caller", "/nowhere"):
        answer = await http.post(path, content=of_length(3_000_000))
        assert answer.json()["errDlt"] == "header must have token"
        assert answer.headers["connection"] == "close"


async def test_a_short_body_without_a_token_keeps_the_connection(wire):
    reader, writer = wire
    for _ in range(2):
        writer.write(b"POST /greet/caller HTTP/1.1\r\nHost: x\r\noperationID: op\r\nContent-Length: 2\r\n\r\n{}")
        _, headers, body = await read_answer(reader)
        assert json.loads(body)["errDlt"] == "header must have token"
        assert b"connection" not in headers


async def test_a_body_in_many_pieces_is_put_together(wire, backstage):
    reader, writer = wire
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    for letter in b'{"userID":"bob"}':
        writer.write(b"1\r\n" + bytes([letter]) + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    _, _, body = await read_answer(reader)
    assert json.loads(body)["data"]["userID"] == "bob"


async def test_a_client_that_disconnects_within_a_body_is_removed(port, backstage, http):
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"Content-Length: 100\r\n\r\n{")
    await writer.drain()
    while not backstage.identified:
        await http.get("/healthz")
    writer.close()
    await writer.wait_closed()
    assert (await http.post("/greet/caller", content=b"{}")).json()["errCode"] == 0
    assert len(backstage.calls) == 1


async def test_pipelined_requests_are_answered_in_turn(wire):
    reader, writer = wire
    for name_bytes in (b"ann", b"bob"):
        body = b'{"userID":"' + name_bytes + b'"}'
        writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    for name in ("ann", "bob"):
        _, _, answer = await read_answer(reader)
        assert json.loads(answer)["data"]["userID"] == name


async def test_an_endless_header_ends_the_connection(wire):
    _, writer = wire
    writer.write(b"POST /greet/caller HTTP/1.1\r\nx: ")
    with pytest.raises(ConnectionError):
        await flood(writer, b"y" * 4096)


async def test_a_head_in_pieces_that_is_too_long_gets_431(wire, http):
    reader, writer = wire
    writer.write(b"POST /greet/caller HTTP/1.1\r\nx: ")
    await http.get("/healthz")  # the server has read the first piece by now
    writer.write(b"y" * (MOST_HEAD_BYTES + 1))
    status = await asyncio.wait_for(reader.readline(), 20)
    assert status == b"HTTP/1.1 431 Request Header Fields Too Large\r\n"


@pytest.mark.parametrize("beginning", [b"", b"POST /gre", HEAD, HEAD + b"Content-Length: 5\r\n\r\n{"])
async def test_a_request_that_does_not_arrive_ends_the_connection(start_listener, beginning):
    port = await start_listener(Timeouts(arrival=0.1, tick=0.02))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(beginning)
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()


async def test_a_request_that_arrives_in_time_stops_the_clock(start_listener):
    port = await start_listener(Timeouts(arrival=0.2, tick=0.02))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD)
    await writer.drain()
    writer.write(b"Content-Length: 2\r\n\r\n{}")
    await read_answer(reader)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.5)
    writer.close()


async def test_what_is_not_http_gets_400(wire):
    reader, writer = wire
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 400")
