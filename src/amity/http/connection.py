"""One HTTP/1.1 connection of a client: it writes a request and parses the answer, with limits of size and time."""

import asyncio
import select
from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from amity.http.answer_head import HeadError, rewrite
from amity.http.reply import HttpFailure, Reply, Unanswered, too_late
from amity.http.turn import turn_end

HEAD_LIMIT = 65536
"""Bytes of status line and headers of one answer, interim (1xx) answers included."""
_REPEATED = 4096
"""Largest answer in bytes that is remembered because the next one may be identical."""
_SWITCHING = 101
_AROUND_HEADER = len(b": \r\n")
_FRAMING_FACTOR = 8
"""Limit of an answer's bytes on the wire, in limits of its body: a chunk of one byte has five of framing."""


@lru_cache(maxsize=64)  # answers repeat the same few names
def _lower(name: bytes) -> str:
    return name.decode("latin-1").lower()


def _poll_of(transport: asyncio.BaseTransport) -> Callable[[int], object]:
    """Return what tells whether a socket has bytes to read, or its end: called with the milliseconds to wait for it."""
    socket = transport.get_extra_info("socket")
    if socket is None or not hasattr(select, "poll"):
        return _nothing
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return poll.poll


def _nothing(_: int) -> object:
    return None


class Owner(Protocol):
    """The pool that keeps a connection between exchanges. Its methods are called on the event loop and must not
    raise."""

    last_answer: tuple[bytes, Reply] | None
    """The bytes of a recent complete answer that kept its connection alive, and the parsed reply."""

    def released(self, connection: "Connection") -> None:
        """Take back a connection after an exchange; it may be used again."""
        ...

    def ended(self, connection: "Connection") -> None:
        """Remove a closed connection. Called once."""
        ...


class Connection(asyncio.Protocol):
    """Runs one exchange at a time; ``limit`` bounds the bytes of an answer's body.

    Requests are written at the end of the event loop's turn.
    """

    __slots__ = (
        "_at_turn_end",
        "_body",
        "_complete",
        "_deadline",
        "_failure",
        "_fires_at",
        "_head_done",
        "_headers",
        "_is_rewritten",
        "_keep_alive",
        "_limit",
        "_loop",
        "_owner",
        "_parser",
        "_poll",
        "_problem",
        "_raw_head",
        "_received",
        "_repeated",
        "_request",
        "_searched",
        "_size",
        "_status",
        "_timer",
        "_transport",
        "_waiting",
        "closed",
        "idle_since",
        "reused",
    )  # fmt: skip

    def __init__(self, loop: asyncio.AbstractEventLoop, owner: Owner, limit: int) -> None:
        self._loop = loop
        self._owner = owner
        self._limit = limit
        self._at_turn_end = turn_end(loop).call
        self._request = b""
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._poll: Callable[[int], object] = _nothing
        self._waiting: asyncio.Future[Reply] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = self._fires_at = 0.0
        self._headers: dict[str, str] = {}
        self._repeated: dict[str, list[str]] = {}
        self._body: list[bytes] = []
        self._failure: str | None = None
        self._status = self._size = self._received = 0
        self._head_done = self._complete = self._keep_alive = False
        self._raw_head = bytearray()
        """The bytes of an answer whose head is not complete."""
        self._searched = 0
        """Bytes of the incomplete head that contain no end of a head."""
        self._is_rewritten = False
        self._problem = ""
        """Why the parser refused the incomplete head."""
        self.closed = False
        self.reused = False
        self.idle_since = 0.0

    def exchange(self, request: bytes, deadline: float) -> asyncio.Future[Reply]:
        """Write a complete request and return the future of its answer; ``deadline`` in the loop's time.

        Fails with ``HttpFailure``, with ``Unanswered`` if no byte was received. A caller that cancels the future must
        call ``drop_if_cancelled``.
        """
        if self.closed or self._transport is None:
            raise Unanswered("closed the connection without an answer")
        self._received = 0
        self._failure = None
        self._complete = self._head_done = False
        self._raw_head.clear()
        self._searched = 0
        waiting: asyncio.Future[Reply] = self._loop.create_future()
        self._waiting = waiting
        self._deadline = deadline
        # One timer serves many exchanges: it fires at the first deadline, and is set again if the current one is later.
        if self._timer is None or self._fires_at > deadline:
            self._set_timer()
        self._request = request
        self._at_turn_end(self._send)
        return waiting

    def drop_if_cancelled(self) -> None:
        """Close the connection if its exchange was cancelled: the answer is still to come."""
        if self._waiting is not None and self._waiting.cancelled():
            self.drop()

    def drop(self) -> None:
        """Close the connection at once."""
        if self._transport is not None:
            self._transport.abort()
        self._end(Unanswered("closed the connection without an answer"))

    def _send(self) -> None:
        request, self._request = self._request, b""
        transport = self._transport
        if self.closed or transport is None or transport.is_closing():
            return
        if self.reused and self._poll(0):
            # What has arrived is no answer to a request that is still to be written. The loop has not read it yet: it
            # would take it for one.
            self.drop()
            return
        transport.write(request)

    # Transport callbacks -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._poll = _poll_of(transport)
        if self.closed:
            transport.close()

    def data_received(self, data: bytes) -> None:
        if self._waiting is None or self._request:  # an answer without a request
            self.drop()
            return
        if self._received == 0 and (last := self._owner.last_answer) is not None and last[0] == data:
            # Most answers are identical to the previous one, byte for byte, so they need not be parsed again.
            self._keep_alive = True
            self._answered(last[1])
            return
        self._received += len(data)
        if not self._head_done:
            self._raw_head += data
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self._complete and self._failure is None:
                self._parse_leniently(str(error))
                if self.closed:
                    return
            self._keep_alive = False  # data after a complete answer: the connection cannot be reused
        if self._complete:
            reply = self._reply()
            if self._keep_alive and self._received == len(data) <= _REPEATED:
                self._owner.last_answer = (data, reply)
            self._answered(reply)
        elif self._failure is not None:
            self._fail(HttpFailure(self._failure))
        elif not self._head_done and self._received > HEAD_LIMIT:
            self._fail(HttpFailure(f"answered with more than {HEAD_LIMIT} bytes of headers"))
        elif self._received > HEAD_LIMIT + _FRAMING_FACTOR * self._limit:
            self._fail(HttpFailure(f"answered with more than {self._limit} bytes"))

    def _parse_leniently(self, problem: str) -> None:
        """Parse the received bytes again, with their head in strict form; fail if that is impossible."""
        not_http = HttpFailure("answered with what is not HTTP/1.1", problem)
        self._problem = problem
        if self._head_done or self._is_rewritten or not self._raw_head.startswith(b"HTTP/1."[: len(self._raw_head)]):
            self._fail(not_http)
            return
        start = max(0, self._searched - 2)
        self._searched = len(self._raw_head)
        if self._raw_head.find(b"\n\n", start) < 0 and self._raw_head.find(b"\n\r\n", start) < 0:
            return
        try:
            rewritten = rewrite(bytes(self._raw_head), HEAD_LIMIT)
        except HeadError as error:
            self._fail(HttpFailure(str(error), problem))
            return
        if rewritten is None:
            return
        self._is_rewritten = True
        self._parser = HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._headers = {}
        self._repeated = {}
        self._size = 0
        try:
            self._parser.feed_data(rewritten)
        except (HttpParserError, HttpParserUpgrade):
            if not self._complete:
                self._fail(not_http)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None:
            if exc is None and self._head_done and self._failure is None and not self._has_length():
                self._keep_alive = False
                self._answered(self._reply())  # the body ends with the connection
                return
            if self._problem:
                self._end(HttpFailure("answered with what is not HTTP/1.1", self._problem))
                return
            if self._received:
                self._end(HttpFailure("closed the connection before its answer was whole", str(exc or "")))
                return
        self._end(Unanswered("closed the connection without an answer", str(exc or "")))

    # Parser callbacks: the parser swallows exceptions, so errors are noted here and raised by data_received --------

    def on_message_begin(self) -> None:
        if self._complete:
            self._keep_alive = False  # a second answer to one request
            return
        self._headers = {}
        self._repeated = {}
        self._body = []
        self._size = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head_done or self._failure is not None:  # a trailer, or what is dropped
            return
        self._size += len(name) + len(value) + _AROUND_HEADER
        if self._size > HEAD_LIMIT:
            self._failure = f"answered with more than {HEAD_LIMIT} bytes of headers"
            return
        key = _lower(name)
        text = value.decode("latin-1")
        known = self._headers.get(key)
        if known is None:
            self._headers[key] = text
        else:  # joined at the end, since to lengthen a text thousands of times copies it as often
            self._repeated.setdefault(key, [known]).append(text)

    def on_headers_complete(self) -> None:
        if self._complete:
            return
        for key, texts in self._repeated.items():
            self._headers[key] = ", ".join(texts)
        self._repeated = {}
        self._status = self._parser.get_status_code()
        self._head_done = self._status >= 200
        self._size = 0
        if self._status == _SWITCHING:
            self._failure = "answered with a switch of protocols (101), which was not asked for"
        coding = self._headers.get("transfer-encoding")
        if coding is not None and {each.strip().lower() for each in coding.split(",")} != {"chunked"}:
            self._failure = "answered with a Transfer-Encoding other than chunked"
        length = self._headers.get("content-length")
        if length is not None and int(length) > self._limit:
            self._failure = f"answered with more than {self._limit} bytes"

    def on_body(self, body: bytes) -> None:
        if self._complete or self._failure is not None:
            return
        self._size += len(body)
        if self._size > self._limit:
            self._failure = f"answered with more than {self._limit} bytes"
            self._body.clear()
            return
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self._head_done and not self._complete and self._failure is None:
            self._complete = True
            self._keep_alive = self._parser.should_keep_alive() and not self._is_rewritten

    # Ends of an exchange -----------------------------------------------------------------------------------------

    def _has_length(self) -> bool:
        """Return whether the answer states its length."""
        coding = self._headers.get("transfer-encoding", "").lower()
        return coding.endswith("chunked") if coding else "content-length" in self._headers

    def _reply(self) -> Reply:
        body, self._body = self._body, []
        return Reply(self._status, MappingProxyType(self._headers), body[0] if len(body) == 1 else b"".join(body))

    def _answered(self, reply: Reply) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)
        self.reused = True
        transport = self._transport
        # A request that is still being written would delay the next one.
        if not self._keep_alive or transport is None or transport.is_closing() or transport.get_write_buffer_size():
            self.drop()
        else:
            self._owner.released(self)

    def _fail(self, failure: HttpFailure) -> None:
        if self._transport is not None:
            self._transport.abort()
        self._end(failure)

    def _on_timeout(self) -> None:
        self._timer = None
        if self._waiting is None:
            return
        if self._deadline > self._loop.time():
            self._set_timer()
        else:
            self._fail(too_late())

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._fires_at = self._deadline
        self._timer = self._loop.call_at(self._deadline, self._on_timeout)

    def _end(self, failure: HttpFailure) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(failure)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.closed:
            self.closed = True
            self._owner.ended(self)
