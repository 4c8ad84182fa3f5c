"""A client of XMPP for the benches: it logs in over plain TCP, enters rooms, and counts the messages that come.

It does not parse what it receives, so that the load costs little: a message is what ends with ``</message>``.
"""

import asyncio
import base64
from collections.abc import Callable
from typing import cast

_END = b"</message>"
_KEPT = len(_END) - 1
_WITHIN = 60
RESOURCE = "bench"


class Xmpp(asyncio.Protocol):
    """One connection. ``on_message`` is called for each message that arrives once the login is done."""

    def __init__(self) -> None:
        self.on_message: Callable[[], None] = lambda: None
        self.lost = False
        self._rest = b""
        self._wanted: tuple[bytes, ...] = ()
        self._found: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self._found is not None and not self._found.done():
            reason = exc or self._rest[-300:] or "no reason given"
            self._found.set_exception(ConnectionError(f"the server closed a connection: {reason!r}"))

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if self._found is not None:
            self._rest = data
            self._look()
            return
        for _ in range(data.count(_END)):
            self.on_message()
        # The end of a message may be cut in two: what is kept is too short to be one.
        self._rest = b"" if data.endswith(_END) else data[-_KEPT:]

    async def say(self, stanza: str, *until: bytes) -> None:
        """Send a stanza, and wait until all of ``until`` have come. Raises ``ConnectionError``."""
        self._found = asyncio.get_running_loop().create_future()
        self._rest, self._wanted = b"", until
        self.send(stanza.encode())
        try:
            async with asyncio.timeout(_WITHIN):
                await self._found
        except TimeoutError:
            raise ConnectionError(f"no answer within {_WITHIN} s to {stanza}; it said {self._rest[-300:]!r}") from None
        self._found = None
        self._rest = b""

    def send(self, frame: bytes) -> None:
        self._transport.write(frame)

    def close(self) -> None:
        self._transport.abort()

    def _look(self) -> None:
        if self._found is None or self._found.done():
            return
        if b"<failure" in self._rest or b'type="error"' in self._rest or b"type='error'" in self._rest:
            self._found.set_exception(ConnectionError(f"the server refused: {self._rest[-300:]!r}"))
        elif all(each in self._rest for each in self._wanted):
            self._found.set_result(None)


async def open_xmpp(address: str) -> Xmpp:
    """Log in on this machine, with the user's name as its password, and enter rooms. ``address`` has the port, the
    host, the user, and the rooms' full names."""
    port, host, user, *rooms = address.split()
    _, one = await asyncio.get_running_loop().create_connection(Xmpp, "127.0.0.1", int(port))
    stream = (
        f"<?xml version='1.0'?><stream:stream to='{host}' xmlns='jabber:client'"
        " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
    )
    secret = base64.b64encode(f"\0{user}\0{user}".encode()).decode()
    await one.say(stream, b"</stream:features>")
    await one.say(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>", b"<success")
    await one.say(stream, b"</stream:features>")
    bind = f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{RESOURCE}</resource></bind>"
    await one.say(f"<iq type='set' id='bind'>{bind}</iq>", b"</iq>")
    await one.say("<presence/>", b"presence")
    for room in rooms:
        # The room's subject is the last that it says to who enters.
        history = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
        await one.say(f"<presence to='{room}/{user}'>{history}</presence>", b"<subject", _END)
    return one


def stanza(kind: str, to: str, name: str, text: str) -> bytes:
    """Return a message. ``kind`` is ``chat`` or ``groupchat``."""
    return f"<message to='{to}' type='{kind}' id='{name}'><body>{text}</body></message>".encode()
