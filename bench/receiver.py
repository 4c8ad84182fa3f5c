"""The business server of the benches, as cheap as possible, so that amity is what is measured.

``python -m bench.receiver PORT``. It approves every callback. ``GET /count`` returns the number of answered POSTs, and
the seconds from the first to the last. ``GET /status/503`` makes it answer 503 (or any other status) from then on, and
count from 0.
"""

import asyncio
import sys
import time
from typing import cast

import httptools
import uvloop

# errCode comes first, because the load generator is tested against this server and checks the beginning of a body.
_APPROVED = b'{"errCode":0,"actionCode":0,"nextCode":0}'


class _State:
    count = 0
    first_at = 0.0
    last_at = 0.0
    answer = b""


def _answer(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} .\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Receiver(asyncio.Protocol):
    def __init__(self, state: _State) -> None:
        self._state = state
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_message_complete(self) -> None:
        state = self._state
        if self._parser.get_method() == b"POST":
            state.last_at = time.monotonic()
            if state.count == 0:
                state.first_at = state.last_at
            state.count += 1
            self._transport.write(state.answer)
            return
        if self._url.startswith(b"/status/"):
            state.answer = _answer(int(self._url.rpartition(b"/")[2]), _APPROVED)
            state.count = 0
        answer = f'{{"count":{state.count},"seconds":{state.last_at - state.first_at}}}'
        self._transport.write(_answer(200, answer.encode()))


async def _serve(port: int) -> None:
    state = _State()
    state.answer = _answer(200, _APPROVED)
    server = await asyncio.get_running_loop().create_server(lambda: _Receiver(state), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
