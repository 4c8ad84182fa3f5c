"""One connection to the REST API. Requests are served one after the other, and answered in order.

uvicorn's own connection passes on a request that offers an upgrade without its body, and parses the body as the next
request. It also has no deadline for writes, and no bound on what a client does not read.
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
"""Bytes that are read ahead of the request under way. Above that, the client is not read from until it is answered."""
_MOST_HELD: Final = 65_536
_PIECE: Final = 8192
"""Bytes of a read-ahead body that are passed on at a time, so that bytes of later requests are copied once."""
_NEVER: Final = float("inf")
_PLAIN_AND_CLOSE: Final = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"


class HttpConnection(asyncio.Protocol):
    """HTTP/1.1 strictly as in RFC 9112. An offered upgrade is ignored (RFC 9110, 7.8)."""

    __slots__ = (
        "_ahead",
        "_at_turn_end",
        "_blocked_until",
        "_counted",
        "_drained",
        "_exchange",
        "_has_served",
        "_held",
        "_is_next_scheduled",
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
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)  # set by connection_made
        self._at_turn_end = turn_end(serving.loop).call
        self._ahead = bytearray()
        self._searched = 0
        self._may_skip = True
        """Whether a line end may precede the next request."""
        self._exchange: Exchange | None = None
        self._held: list[bytes] = []
        self._drained: asyncio.Future[None] | None = None
        self._blocked_until = _NEVER
        self._unsent = 0
        self._counted = 0
        self.since = serving.loop.time()
        self._has_served = False
        self._is_next_scheduled = False
        """Whether the next request is scheduled, in a turn of its own, once the client has read the previous answer."""
        self._is_paused = False
        self._is_over = False
        """Whether nothing more is read: a request was refused, the client has closed its side, or the server stops."""
        self.client: tuple[str, int] | None = None
        self.server: tuple[str, int] | None = None

    # Transport callbacks ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # The write deadline starts with the first byte that the client does not read at once.
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
                self.since = self._serving.loop.time()
            self._ahead += data
            if self._exchange is None and not self._is_next_scheduled and not self._transport.is_closing():
                if self._blocked_until < _NEVER:
                    self._is_next_scheduled = bool(self._ahead)
                else:
                    self._begin()
        if self._ahead or self._counted:
            if len(self._ahead) > MOST_AHEAD:
                self._pause()
            self._count()

    def _feed(self, exchange: Exchange, data: bytes) -> bytes:
        """Pass received bytes to the request under way; return those that follow its body."""
        try:
            rest = exchange.feed(data)
        except ChunkError as error:
            self._serving.refused("framing")
            self._end_unread(400, str(error))
            return b""
        if rest is None:
            if exchange.is_full:
                self._pause()
            return b""
        self._serving.arriving.pop(self, None)
        if exchange.is_answered:
            self._next_turn()
        return rest

    def eof_received(self) -> bool:
        """Note that the client has closed its side. It still gets the answer to a complete request."""
        exchange = self._exchange
        self._is_over = True
        if exchange is not None:
            exchange.end_input()
            return exchange.is_arrived
        if not self._is_next_scheduled:
            self._close()  # here, not by the transport: the last answer may not be written yet
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._serving.left(self)
        self._is_over = True
        self._ahead.clear()
        if self._exchange is not None:
            self._exchange.disconnected()
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
            if self._is_next_scheduled:
                self._serving.loop.call_soon(self._serve_next)

    def _count(self) -> None:
        """Update the count of bytes read ahead, and of bytes not read by the client."""
        size = len(self._ahead) + self._unsent
        if size != self._counted:
            self._counted = size
            self._serving.holds(self, size)

    # Requests --------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Serve the next request, if its head is complete."""
        ahead = self._ahead
        if self._may_skip and len(ahead) > 1:
            self._may_skip = False
            if ahead.startswith(b"\r\n"):
                del ahead[:2]  # some clients send a line end after a body (RFC 9112, 2.2)
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
        if self._serving.is_stopping:
            exchange.keeps_alive = False
        ahead = self._ahead
        try:
            while ahead and not exchange.is_arrived:
                received = bytes(ahead[:_PIECE])
                del ahead[: len(received) - len(exchange.feed(received) or b"")]
        except ChunkError as error:
            self._exchange = None
            self._serving.refused("framing")
            self._refuse(400, str(error))
            return
        if not exchange.is_arrived:
            if self._is_over:  # the client has closed its side; the body stays incomplete
                self._exchange = None
                self._close()
                return
            self._serving.arriving[self] = None
        if exchange.is_full or len(self._ahead) > MOST_AHEAD:
            self._pause()
        # In an empty context: the caller may be the task of the previous request.
        task = self._serving.loop.create_task(exchange.run(self._serving.app), context=Context())
        self._serving.tasks.add(task)
        task.add_done_callback(self._serving.tasks.discard)

    def answered(self, exchange: Exchange) -> None:
        """Proceed to the next request after an answer is written; ``exchange`` is the answered one."""
        if exchange is not self._exchange:
            return
        if not exchange.keeps_alive or self._serving.is_stopping or (self._is_over and not self._ahead):
            self._exchange = None
            self._is_over = True
            self._close()
        elif exchange.is_arrived:
            self._next_turn()
            if self._ahead:
                # In a turn of its own, so that a client that sends a thousand requests at once does not delay others.
                self._is_next_scheduled = True
                self._serving.loop.call_soon(self._serve_next)
            elif self._is_over:
                self._close()
            else:
                self.resume_reading()
        else:
            self.resume_reading()  # the rest of a short unwanted body

    def _next_turn(self) -> None:
        self._exchange = None
        self.since = self._serving.loop.time()
        if self._serving.is_stopping:
            self._is_over = True
            self._close()
        elif self._blocked_until == _NEVER and not self._transport.is_closing():
            self._serving.waiting[self] = None

    def _serve_next(self) -> None:
        if self._blocked_until < _NEVER:
            return  # continues when the client has read what was written
        self._is_next_scheduled = False
        if self._exchange is None and not self._transport.is_closing():
            self._begin()
            if self._is_over and self._is_idle():
                self._close()
            elif len(self._ahead) <= MOST_AHEAD:
                self.resume_reading()
            self._count()

    def _is_idle(self) -> bool:
        return self._exchange is None

    # Writing ---------------------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Write at the end of the loop's turn, together with everything else written in it."""
        if not self._held:
            self._at_turn_end(self._flush)
        self._held.append(data)

    async def drained(self) -> None:
        """Wait until the client has read what was written before."""
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

    # Closing ---------------------------------------------------------------------------------------------------------

    def check_deadline(self, now: float) -> None:
        """Close the connection if a deadline has passed. Called every few seconds."""
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
        """Accept no further request but one that arrives within ``Timeouts.linger`` on a connection that waits.

        One that is incomplete is not accepted yet, and has ``Timeouts.stopping`` seconds left.
        """
        exchange = self._exchange
        if exchange is None:
            # Bytes of a request may be on their way: a connection that closes under them loses it.
            self._serving.loop.call_later(self._serving.timeouts.linger, self._close_waiting)
            return
        exchange.keeps_alive = False
        if not exchange.is_arrived:
            self._serving.loop.call_later(self._serving.timeouts.stopping, self._abort_incomplete, exchange)

    def _close_waiting(self) -> None:
        if self._exchange is None:
            self._is_over = True
            self._close()

    def _abort_incomplete(self, exchange: Exchange) -> None:
        if self._exchange is exchange and not exchange.is_arrived:
            self.abort()

    def abort(self) -> None:
        """Close the connection at once, and discard unsent bytes."""
        self._transport.abort()

    def _close(self) -> None:
        """Close the connection after the client has read what was written. The write deadline bounds that."""
        self._flush()
        self.since = self._serving.loop.time()
        self._transport.close()

    def _refuse(self, status: int, text: str) -> None:
        """Answer with an error and close the connection: the end of this request is unknown."""
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
        """Close the connection because the body under way is invalid. Answer if no answer has begun."""
        exchange, self._exchange = self._exchange, None
        has_begun = exchange is not None and exchange.has_begun
        if exchange is not None:
            exchange.disconnected()
        if has_begun:
            self.abort()
        else:
            self._refuse(status, text)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _pause(self) -> None:
        if not self._is_paused and not self._transport.is_closing():
            self._is_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Resume reading from the client, if it was paused."""
        if self._is_paused and not self._transport.is_closing():
            self._is_paused = False
            self._transport.resume_reading()
