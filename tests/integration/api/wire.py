"""Requests and answers byte by byte, for tests that look at connections."""

import asyncio
import json
import socket

from amity.api.serving import Timeouts

HEAD = b"POST /greet/caller HTTP/1.1\r\nHost: x\r\noperationID: op\r\ntoken: user\r\n"
QUICK = Timeouts(arrival=0.15, keep_alive=0.15, write=0.15, write_rate=1 << 30, stopping=0.1, grace=0.5, tick=0.01)
LARGE = json.dumps({"userID": "u" * 1000, "times": 4000}).encode()
"""A body whose answer has 4 MB."""


def request(name="bob", *lines, chunked=False):
    body = json.dumps({"userID": name}).encode()
    head = HEAD + b"".join(line + b"\r\n" for line in lines)
    if chunked:
        return head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def read_answer(reader):
    """Return the status and the body of one answer."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    body = await asyncio.wait_for(reader.readexactly(int(length.split(b":")[1])), 20)
    return int(head.split(b" ")[1]), body


async def names(reader, count):
    return [json.loads((await read_answer(reader))[1])["data"]["userID"] for _ in range(count)]


async def end(reader):
    """Return all that comes until the server closes the connection."""
    try:
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        return b""


async def connected_deaf(port):
    """A client that takes next to nothing, and never reads."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    deaf.setblocking(False)
    await asyncio.get_running_loop().sock_connect(deaf, ("127.0.0.1", port))
    return deaf
