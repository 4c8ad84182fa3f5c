"""One client's connection, as far as it receives: frames in, requests dispatched, signs of life noted."""

import asyncio
from typing import Final

import msgspec
from picows import WSCloseCode, WSFrame, WSMsgType, WSTransport

from amity.gateway.arguments import Arguments
from amity.gateway.lifecycle import Shared
from amity.gateway.refusals import SUCCESS
from amity.gateway.session import DATA_ERROR, Cause, Session

MOST_WAITING: Final = 16
"""Requests of one connection that wait for their turn; a client with so many is not read until there are fewer."""
_MOST_WAITING_BYTES: Final = 65_536
_MOST_NOISE: Final = 64
"""Pings and the like in one read, after which others have their turn first."""
_MOST_PARTS: Final = 1024
"""Frames of one message: each costs memory, and may be empty."""

# Why a connection is not read at the moment; several may be at a time.
_CROWDED, _BLOCKED, _NOISY, _UNREADY = 1, 2, 4, 8

_BINARY, _TEXT, _CONTINUATION = WSMsgType.BINARY, WSMsgType.TEXT, WSMsgType.CONTINUATION
_PING, _PONG, _CLOSE = WSMsgType.PING, WSMsgType.PONG, WSMsgType.CLOSE


class _Text(msgspec.Struct):
    """What clients say in text frames. What is in the body of a ``ping`` comes back."""

    type: str
    body: msgspec.Raw = msgspec.Raw()


_read_text = msgspec.json.Decoder(_Text).decode
_PONG_TEXT: Final = b'{"type":"pong"}'


class _Unfinished:
    """A message in several frames, of which the last is still to come."""

    __slots__ = ("is_text", "parts", "size")

    def __init__(self, *, is_text: bool) -> None:
        self.is_text = is_text
        self.parts: list[bytes] = []
        self.size = 0


class Connection(Session):
    """Requests are served one after the other, in the order in which they came; pings, meanwhile, at once."""

    __slots__ = (
        "_is_served",
        "_noise",
        "_pong",
        "_stops",
        "_text_pong",
        "_unfinished",
        "_waiting",
        "_waiting_bytes",
        "_wants_answer",
    )
    _shared: Shared

    def __init__(self, arguments: Arguments, shared: Shared, expires: float) -> None:
        super().__init__(arguments, shared, expires)
        self._wants_answer = arguments.wants_answer
        self._waiting: list[bytes] | None = None
        self._waiting_bytes = 0
        self._is_served = False
        self._stops = _UNREADY
        self._noise = 0
        self._pong: bytes | None = None
        self._text_pong: bytes | None = None
        self._unfinished: _Unfinished | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        if self._wants_answer:
            transport.send(_TEXT, SUCCESS)
        self._shared.arrived(self)

    def begin(self) -> None:
        """Read what the client sends. The transport's reading is paused until then."""
        self._read_on(_UNREADY)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._shared.heartbeat.partings.discard(self)
        self._waiting = None
        if self.is_live:
            self._end(Cause.LOST)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if not self.is_live:
            if frame.msg_type == _CLOSE:
                transport.disconnect()
            return
        self.heard = self._shared.heartbeat.now
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.leave(Cause.DATA_ERROR, WSCloseCode.PROTOCOL_ERROR.value, "no extension was agreed on")
            return
        kind = frame.msg_type
        if kind == _BINARY and frame.fin and self._unfinished is None:
            self._take(frame.get_payload_as_bytes())
        elif kind == _PING:
            self._pong = frame.get_payload_as_bytes()
            self._noise += 1
        elif kind == _PONG:
            self._noise += 1
        elif kind == _CLOSE:
            self._part(transport)
            return
        else:
            self._assemble(frame)
        if self._noise and frame.last_in_buffer:
            self._quieten(transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_reading(_BLOCKED)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_on(_BLOCKED)

    def beat(self, now: float) -> None:
        if self._stops & _CROWDED:
            self.heard = now  # nobody listens to it, so it cannot be silent
        super().beat(now)

    async def serve(self) -> None:
        """Answer the request that has waited longest, and the next one when it is its turn again."""
        if self._waiting:
            message = self._waiting.pop(0)
            self._waiting_bytes -= len(message)
            await self._shared.dispatch.answer(self, message)
        if self._waiting and self.is_live:
            self._shared.workers.take(self)
        else:
            self._waiting = None
            self._waiting_bytes = 0
            self._is_served = False
            if self._stops & _CROWDED:
                self._read_on(_CROWDED)

    def _take(self, message: bytes) -> None:
        if len(message) > self._shared.max_message_bytes:
            self._refuse_size()
            return
        if self._shared.is_stopping:
            return  # the client is about to be told
        waiting = self._waiting
        if waiting is None:
            waiting = self._waiting = []
        waiting.append(message)
        self._waiting_bytes += len(message)
        if len(waiting) >= MOST_WAITING or self._waiting_bytes >= _MOST_WAITING_BYTES:
            self._stop_reading(_CROWDED)
        if not self._is_served:
            self._is_served = True
            self._shared.workers.take(self)

    def _assemble(self, frame: WSFrame) -> None:
        """Take a frame that is text, or one of several of a message."""
        unfinished = self._unfinished
        if (frame.msg_type == _CONTINUATION) is (unfinished is None):
            self.leave(Cause.DATA_ERROR, WSCloseCode.PROTOCOL_ERROR.value, "a message in several frames is broken off")
            return
        if unfinished is None:
            unfinished = self._unfinished = _Unfinished(is_text=frame.msg_type == _TEXT)
        part = frame.get_payload_as_bytes()
        unfinished.parts.append(part)
        unfinished.size += len(part)
        if unfinished.size > self._shared.max_message_bytes or len(unfinished.parts) > _MOST_PARTS:
            self._refuse_size()
            return
        if not frame.fin:
            return
        self._unfinished = None
        message = b"".join(unfinished.parts)
        if unfinished.is_text:
            self._hear(message)
        else:
            self._take(message)

    def _hear(self, text: bytes) -> None:
        """Take what is said in text: a ping is answered, a pong was asked for."""
        try:
            said = _read_text(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            said = _Text("")
        if said.type == "ping":
            self._text_pong = b'{"type":"pong","body":%b}' % bytes(said.body) if said.body else _PONG_TEXT
        elif said.type != "pong":
            self.leave(Cause.DATA_ERROR, DATA_ERROR, "DataError: a text frame is a ping or a pong in JSON")
            return
        self._noise += 1

    def _quieten(self, transport: WSTransport) -> None:
        """Answer the last ping of those that came together, as RFC 6455 (5.5.3) allows, and the last in text."""
        noise, self._noise = self._noise, 0
        pong, self._pong = self._pong, None
        text, self._text_pong = self._text_pong, None
        if pong is not None:
            transport.send_pong(pong)
        if text is not None:
            transport.send(_TEXT, text)
        if noise > _MOST_NOISE:
            self._stop_reading(_NOISY)
            asyncio.get_running_loop().call_soon(self._read_on, _NOISY)

    def _part(self, transport: WSTransport) -> None:
        """Answer the client's farewell, and close."""
        self.send_replies()
        if not self.is_live:
            return
        self._end(Cause.CLIENT)
        transport.send_close(WSCloseCode.OK)
        transport.disconnect()
        self._shared.heartbeat.partings.add(self, self._shared.heartbeat.now)

    def _refuse_size(self) -> None:
        limit = self._shared.max_message_bytes
        self.leave(Cause.DATA_ERROR, WSCloseCode.MESSAGE_TOO_BIG.value, f"a message has up to {limit} bytes")

    def _stop_reading(self, why: int) -> None:
        if not self._stops and not self._transport.underlying_transport.is_closing():
            self._transport.underlying_transport.pause_reading()
        self._stops |= why

    def _read_on(self, why: int) -> None:
        if not self._stops & why:
            return
        self._stops &= ~why
        if not self._stops and not self._transport.underlying_transport.is_closing():
            self._transport.underlying_transport.resume_reading()
