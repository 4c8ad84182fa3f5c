"""A client of MQTT 3.1.1 for the benches: it subscribes, publishes at quality 0, and counts what comes."""

import asyncio
from collections.abc import Callable
from typing import cast

_CONNECT, _PUBLISH, _SUBSCRIBE = 0x10, 0x30, 0x82
_SUBACK = 0x90


class Mqtt(asyncio.Protocol):
    """One connection. ``on_message`` is called for each message that arrives."""

    def __init__(self) -> None:
        self.on_message: Callable[[], None] = lambda: None
        self.lost = False
        self._rest = b""
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if not self.subscribed.done():
            self.subscribed.set_exception(
                ConnectionError(f"the broker closed a connection: {exc or 'no reason given'}")
            )

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        begin = 0
        while (end := _end(data, begin)) is not None and end <= len(data):
            kind = data[begin] & 0xF0
            if kind == _PUBLISH:
                self.on_message()
            elif kind == _SUBACK and not self.subscribed.done():
                self.subscribed.set_result(None)
            begin = end
        self._rest = data[begin:]

    def send(self, frame: bytes) -> None:
        self._transport.write(frame)

    def close(self) -> None:
        self._transport.abort()


async def open_mqtt(address: str) -> Mqtt:
    """Connect to a broker on this machine, and subscribe. ``address`` has its port, the client's name, and topics."""
    port, client, *topics = address.split()
    _, one = await asyncio.get_running_loop().create_connection(Mqtt, "127.0.0.1", int(port))
    one.send(_packet(_CONNECT, _text("MQTT") + b"\x04\x02\x00\x00" + _text(client)))
    one.send(_packet(_SUBSCRIBE, b"\x00\x01" + b"".join(_text(topic) + b"\x00" for topic in topics)))
    async with asyncio.timeout(30):
        await one.subscribed
    return one


def publication(topic: str, payload: bytes) -> bytes:
    """Return the packet that publishes a message at quality 0."""
    return _packet(_PUBLISH, _text(topic) + payload)


def _packet(kind: int, body: bytes) -> bytes:
    left, length = len(body), b""
    while True:
        left, part = divmod(left, 128)
        length += bytes([part | 0x80 if left else part])
        if not left:
            return bytes([kind]) + length + body


def _end(data: bytes, begin: int) -> int | None:
    """Return where the packet ends that begins there; ``None`` if its length has not arrived yet."""
    length = shift = 0
    for at in range(begin + 1, len(data)):
        length |= (data[at] & 0x7F) << shift
        shift += 7
        if data[at] < 0x80:
            return at + 1 + length
    return None


def _text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()
