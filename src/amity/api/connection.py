"""One connection to the REST API: requests in, one after the other; answers out, in their order.

uvicorn's own connection hands a request that offers an upgrade over without its body, and takes the body for the next
request; it has no deadline for writing, and no bound on what a client does not read.
"""

import asyncio
from contextvars import Context
from typing import Final, cast

from amity.api.exchange import STATUS_LINES, Exchange
from amity.api.serving import Serving
from amity.http.chunks import ChunkError
from amity.http.head import MOST_HEAD_BYTES, TLS_TEXT, HeadError, RequestHead, is_tls, read_head
from amity.http.turn import turn_end

MOST_AHEAD: Final = 65_536
"""Bytes that are read ahead of the request under way; then the client is not read from until that is answered."""
_MOST_HELD: Final = 65_536
_PIECE: Final = 8192
"""Bytes that a body is given at a time of what came with its head; what belongs to later requests is copied once."""
_NEVER: Final = float("inf")
_PLAIN_AND_CLOSE: Final = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"


class HttpConnection(asyncio.Protocol):
    """HTTP/1.1, as RFC 9112 has it and no other way. An upgrade is never taken, and changes nothing (RFC 9110, 7.8)."""

    __slots__ = (
        "_ahead",
        "_at_turn_end",
        "_blocked_until",
        "_counted",
        "_drained",
        "_exchange",
        "_goes_on",
        "_has_served",
        "_held",
        "_is_over",
        "_is_paused",
        "_may_skip",
        "_searched",
        "_serving",
        "_transport",
        "_unsent",
        "client",
        "server",
        "since",
    )

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)  # with connection_made
        self._at_turn_end = turn_end(serving.loop).call
        self._ahead = bytearray()
        self._searched = 0
        self._may_skip = True
        """Whether a line end may still come before the next request."""
        self._exchange: Exchange | None = None
        self._held: list[bytes] = []
        self._drained: asyncio.Future[None] | None = None
        self._blocked_until = _NEVER
        self._unsent = 0
        self._counted = 0
        self.since = serving.now
        self._has_served = False
        self._goes_on = False
        """Whether the next request is about to be looked at: in a turn of its own, when the answer before is taken."""
        self._is_paused = False
        self._is_over = False
        """Whether nothing more is read: it was refused, the client has closed its side, or the server stops."""
        self.client: tuple[str, int] | None = None
        self.server: tuple[str, int] | None = None

    # The transport's side --------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # The first byte that the client does not take at once begins its time for taking it.
        self._transport.set_write_buffer_limits(high=0)
        peer, own = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self.client = (str(peer[0]), int(peer[1])) if peer else None
        self.server = (str(own[0]), int(own[1])) if own else None
        if self._serving.is_stopping or not self._serving.admit(self):
            self._refuse(503, "the server stops, or has as many connections as it can have; try again later")
        else:
            self._serving.waiting[self] = None

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        exchange = self._exchange
        if exchange is not None and not exchange.is_arrived:
            data = self._feed(exchange, data)
        if data:
            if not self._ahead and self._exchange is None:
                self.since = self._serving.now
            self._ahead += data
            if self._exchange is None and not self._goes_on and not self._transport.is_closing():
                if self._blocked_until < _NEVER:
                    self._goes_on = bool(self._ahead)
                else:
                    self._begin()
        if self._ahead or self._counted:
            if len(self._ahead) > MOST_AHEAD:
                self._pause()
            self._count()

    def _feed(self, exchange: Exchange, data: bytes) -> bytes:
        """Give a request what has come of its body; return what has come behind it."""
        try:
            rest = exchange.feed(data)
        except ChunkError as error:
            self._serving.refused("framing")
            self._end_unread(400, str(error))
            return b""
        if rest is None:
            if exchange.is_crowded:
                self._pause()
            return b""
        self._serving.arriving.pop(self, None)
        if exchange.is_answered:
            self._next_turn()
        return rest

    def eof_received(self) -> bool:
        """A client that has sent all that it has to say still gets the answer to a request that is whole."""
        exchange = self._exchange
        self._is_over = True
        if exchange is not None:
            exchange.left()
            return exchange.is_arrived
        if not self._goes_on:
            self._close()  # here, and not by the transport: the last answer may not be written yet
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._serving.left(self)
        self._is_over = True
        self._ahead.clear()
        if self._exchange is not None:
            self._exchange.lost()
            self._exchange = None
        self.resume_writing()

    def pause_writing(self) -> None:
        size = self._transport.get_write_buffer_size()
        times = self._serving.timeouts
        self._blocked_until = self._serving.loop.time() + times.write + size / times.write_rate
        self._unsent = size
        self._serving.waiting.pop(self, None)
        self._serving.blocked[self] = None
        self._count()

    def resume_writing(self) -> None:
        self._blocked_until = _NEVER
        self._unsent = 0
        self._serving.blocked.pop(self, None)
        self._count()
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        if self._exchange is None and not self._transport.is_closing():
            self._next_turn()
            if self._goes_on:
                self._serving.loop.call_soon(self._go_on)

    def _count(self) -> None:
        """Have the bytes counted that came ahead, and those that the client has not taken."""
        size = len(self._ahead) + self._unsent
        if size != self._counted:
            self._counted = size
            self._serving.holds(self, size)

    # Requests --------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Serve the next request, if its head is there."""
        ahead = self._ahead
        if self._may_skip and len(ahead) > 1:
            self._may_skip = False
            if ahead.startswith(b"\r\n"):
                del ahead[:2]  # some clients send a line end behind a body (RFC 9112, 2.2)
                self._searched = 0
        end = ahead.find(b"\r\n\r\n", max(0, self._searched - 3))
        if end < 0:
            if is_tls(ahead):
                self._serving.refused("TLS")
                self._refuse(400, TLS_TEXT)
                return
            self._searched = len(ahead)
            if self._searched > MOST_HEAD_BYTES:
                self._serving.refused("framing")
                self._refuse(431, f"head: too long (limit {MOST_HEAD_BYTES} bytes)")
            return
        if end > MOST_HEAD_BYTES:
            self._serving.refused("framing")
            self._refuse(431, f"head: too long (limit {MOST_HEAD_BYTES} bytes)")
            return
        try:
            head = read_head(bytes(ahead[:end]))
            expects = head.headers.get(b"expect")
            if expects is not None and expects.lower() != b"100-continue":
                raise HeadError("expect: only 100-continue is known here", 417)
        except HeadError as error:
            self._serving.refused("framing")
            self._refuse(error.status, str(error))
            return
        del ahead[: end + 4]
        self._searched = 0
        self._may_skip = True
        self._serve(head)

    def _serve(self, head: RequestHead) -> None:
        self._serving.waiting.pop(self, None)
        self._has_served = True
        exchange = self._exchange = Exchange(self, head)
        ahead = self._ahead
        try:
            while ahead and not exchange.is_arrived:
                came = bytes(ahead[:_PIECE])
                del ahead[: len(came) - len(exchange.feed(came) or b"")]
        except ChunkError as error:
            self._exchange = None
            self._serving.refused("framing")
            self._refuse(400, str(error))
            return
        if not exchange.is_arrived:
            if self._is_over:  # the client has closed its side, and the rest will not come
                self._exchange = None
                self._close()
                return
            self._serving.arriving[self] = None
        if exchange.is_crowded or len(self._ahead) > MOST_AHEAD:
            self._pause()
        # In a context of its own: this may be called by what answered the request before.
        task = self._serving.loop.create_task(exchange.run(self._serving.app), context=Context())
        self._serving.tasks.add(task)
        task.add_done_callback(self._serving.tasks.discard)

    def answered(self, exchange: Exchange) -> None:
        """Go on with the next request when an answer is written; ``exchange`` is the one that was answered."""
        if exchange is not self._exchange:
            return
        if not exchange.keeps_alive or self._serving.is_stopping or (self._is_over and not self._ahead):
            self._exchange = None
            self._is_over = True
            self._close()
        elif exchange.is_arrived:
            self._next_turn()
            if self._ahead:
                # In its own turn: a client that sends a thousand requests at once is one among others.
                self._goes_on = True
                self._serving.loop.call_soon(self._go_on)
            elif self._is_over:
                self._close()
            else:
                self.read_on()
        else:
            self.read_on()  # the rest of a short body that nobody wanted

    def _next_turn(self) -> None:
        self._exchange = None
        self.since = self._serving.now
        if self._serving.is_stopping:
            self._is_over = True
            self._close()
        elif self._blocked_until == _NEVER and not self._transport.is_closing():
            self._serving.waiting[self] = None

    def _go_on(self) -> None:
        if self._blocked_until < _NEVER:
            return  # until the client has taken what was written
        self._goes_on = False
        if self._exchange is None and not self._transport.is_closing():
            self._begin()
            if self._is_over and self._is_idle():
                self._close()
            elif len(self._ahead) <= MOST_AHEAD:
                self.read_on()
            self._count()

    def _is_idle(self) -> bool:
        return self._exchange is None

    # Writing ---------------------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Write at the end of the turn of the loop, together with what else is written until then."""
        if not self._held:
            self._at_turn_end(self._flush)
        self._held.append(data)

    async def drained(self) -> None:
        """Return when the client has taken what was written before."""
        if self._held and sum(map(len, self._held)) > _MOST_HELD:
            self._flush()
        while self._blocked_until < _NEVER and not self._transport.is_closing():
            self._drained = self._serving.loop.create_future()
            await self._drained

    def _flush(self) -> None:
        held, self._held = self._held, []
        if held and not self._transport.is_closing():
            self._transport.write(held[0] if len(held) == 1 else b"".join(held))

    def date(self) -> bytes:
        return self._serving.date

    # Endings ---------------------------------------------------------------------------------------------------------

    def look(self, now: float) -> None:
        """End the connection if it is late. Called every few seconds."""
        times = self._serving.timeouts
        exchange = self._exchange
        if self._blocked_until < _NEVER:
            if now > self._blocked_until:
                self._serving.refused("slow reader")
                self.abort()
        elif exchange is not None:
            if not exchange.is_arrived and now - self.since > times.arrival:
                self._serving.refused("slow request")
                self.abort()
        elif self._ahead or not self._has_served:
            if now - self.since > times.arrival:
                self._serving.refused("slow request")
                self._close()
        elif now - self.since > times.keep_alive:
            self._close()

    def shut_down(self) -> None:
        """Take no further request. One that is still coming is not accepted yet, and has a moment left."""
        exchange = self._exchange
        if exchange is None:
            self._is_over = True
            self._close()
            return
        exchange.keeps_alive = False
        if not exchange.is_arrived:
            self._serving.loop.call_later(self._serving.timeouts.stopping, self._give_up, exchange)

    def _give_up(self, exchange: Exchange) -> None:
        if self._exchange is exchange and not exchange.is_arrived:
            self.abort()

    def abort(self) -> None:
        """End the connection at once, whatever was not sent."""
        self._transport.abort()

    def _close(self) -> None:
        """End the connection when what was written is taken; what never is, ends by its deadline."""
        self._flush()
        self.since = self._serving.now
        self._transport.close()

    def _refuse(self, status: int, text: str) -> None:
        """Say what is wrong, and end: where this request ends, nobody can tell."""
        self._is_over = True
        self._ahead.clear()
        self._serving.waiting.pop(self, None)
        self._serving.arriving.pop(self, None)
        self._count()
        body = text.encode()
        self.write(
            b"%b%b%bcontent-length: %d\r\n\r\n%b"
            % (STATUS_LINES[status], self._serving.date, _PLAIN_AND_CLOSE, len(body), body)
        )
        self._close()

    def _end_unread(self, status: int, text: str) -> None:
        """End while a request is under way whose body is none: with an answer, where none has begun."""
        exchange, self._exchange = self._exchange, None
        has_begun = exchange is not None and exchange.has_begun
        if exchange is not None:
            exchange.lost()
        if has_begun:
            self.abort()
        else:
            self._refuse(status, text)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _pause(self) -> None:
        if not self._is_paused and not self._transport.is_closing():
            self._is_paused = True
            self._transport.pause_reading()

    def read_on(self) -> None:
        """Read what the client sends, where it was not read."""
        if self._is_paused and not self._transport.is_closing():
            self._is_paused = False
            self._transport.resume_reading()
