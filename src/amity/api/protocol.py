"""uvicorn's HTTP/1.1 over httptools with the two bounds that it lacks: on the head of a request and on its arrival."""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from amity.api.joined import JoinedWrites

MOST_HEAD_BYTES: Final = 65_536
"""A head that does not come in one read may be this long from the second on; one read is 256 KiB at most."""
ARRIVAL_SECONDS: Final = 60.0
"""A request that does not come in one read has to be there after this time, and a connection's first byte, too."""
STOPPING_SECONDS: Final = 2.0
"""How long a server that is stopping waits for the rest of a request."""


class BoundedHttp(HttpToolsProtocol):
    """Closes the connection on a request that is too long in its head, or too long in coming.

    A request that arrives in one piece, as nearly all do, starts no timer.
    """

    arrival_seconds = ARRIVAL_SECONDS
    _head_bytes = 0
    _in_head = False
    _incomplete = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(JoinedWrites(transport, self.loop))  # type: ignore[arg-type]
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.send_400_response("Request headers are too long.")
                return
        super().data_received(data)
        if self._incomplete:
            if self._deadline is None:
                self._start_deadline()
        elif self._deadline is not None:
            self._stop_deadline()

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        self._in_head = self._incomplete = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._incomplete = False
        super().on_message_complete()

    def shutdown(self) -> None:
        """Take no further request. One that is still coming is not accepted yet, and must not hold up the end."""
        super().shutdown()
        if self._incomplete and not self.transport.is_closing():
            self._stop_deadline()
            self._deadline = self.loop.call_later(STOPPING_SECONDS, self._too_late)

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.arrival_seconds, self._too_late)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
