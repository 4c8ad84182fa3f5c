"""The receiving half of a client's connection: it reads frames, queues requests and answers pings."""

import asyncio
from typing import Final

import msgspec
from picows import WSCloseCode, WSFrame, WSMsgType, WSTransport

from amity.gateway.arguments import Arguments
from amity.gateway.lifecycle import Shared
from amity.gateway.refusals import SUCCESS
from amity.gateway.session import DATA_ERROR, Cause, Session

MOST_WAITING: Final = 16
"""Requests of one connection that may wait. If a client has this many, the server stops reading from it until there are
fewer."""
_MOST_WAITING_BYTES: Final = 65_536
_MOST_CONTROL_FRAMES: Final = 64
"""Control frames and text pings in one read, above which other connections are read first."""
_MOST_PARTS: Final = 1024
"""Frames of one message. Each frame costs memory, even if it is empty."""

# Reasons why a connection is not read at the moment. Several can hold at a time.
_QUEUE_FULL, _BLOCKED, _FLOODED, _NOT_STARTED = 1, 2, 4, 8

_BINARY, _TEXT, _CONTINUATION = WSMsgType.BINARY, WSMsgType.TEXT, WSMsgType.CONTINUATION
_PING, _PONG, _CLOSE = WSMsgType.PING, WSMsgType.PONG, WSMsgType.CLOSE


class _Text(msgspec.Struct):
    """A text frame of a client. The body of a ``ping`` is returned in the pong."""

    type: str
    body: msgspec.Raw = msgspec.Raw()


_read_text = msgspec.json.Decoder(_Text).decode
_PONG_TEXT: Final = b'{"type":"pong"}'


class _Unfinished:
    """A message in several frames whose last frame has not arrived yet."""

    __slots__ = ("is_text", "parts", "size")

    def __init__(self, *, is_text: bool) -> None:
        self.is_text = is_text
        self.parts: list[bytes] = []
        self.size = 0


class Connection(Session):
    """Receives frames and serves requests one at a time, in order of arrival. Pings are answered at once meanwhile."""

    __slots__ = (
        "_control_frames",
        "_is_served",
        "_pauses",
        "_pong",
        "_text_pong",
        "_unfinished",
        "_waiting",
        "_waiting_bytes",
        "_wants_answer",
    )
    _shared: Shared

    def __init__(self, arguments: Arguments, shared: Shared, expires: float, conn_id: str) -> None:
        super().__init__(arguments, shared, expires, conn_id)
        self._wants_answer = arguments.wants_answer
        self._waiting: list[bytes] | None = None
        self._waiting_bytes = 0
        self._is_served = False
        self._pauses = _NOT_STARTED
        self._control_frames = 0
        self._pong: bytes | None = None
        self._text_pong: bytes | None = None
        self._unfinished: _Unfinished | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        super().on_ws_connected(transport)
        if self._wants_answer:
            transport.send(_TEXT, SUCCESS)
        self._shared.arrived(self)

    def begin(self) -> None:
        """Start to read from the client. The transport's reading is paused until this call."""
        self._resume_reading(_NOT_STARTED)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._shared.heartbeat.closing.discard(self)
        self._waiting = None
        if self.is_live:
            self._end(Cause.LOST)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if not self.is_live:
            if frame.msg_type == _CLOSE:
                transport.disconnect()
            return
        self.heard_at = self._shared.heartbeat.now
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.leave(Cause.DATA_ERROR, WSCloseCode.PROTOCOL_ERROR.value, "no extension was agreed on")
            return
        kind = frame.msg_type
        if kind == _BINARY and frame.fin and self._unfinished is None:
            self._take(frame.get_payload_as_bytes())
        elif kind == _PING:
            self._pong = frame.get_payload_as_bytes()
            self._control_frames += 1
        elif kind == _PONG:
            self._control_frames += 1
        elif kind == _CLOSE:
            self._answer_close(transport)
            return
        else:
            self._assemble(frame)
        if self._control_frames and frame.last_in_buffer:
            self._answer_pings(transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._pause_reading(_BLOCKED)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._resume_reading(_BLOCKED)

    def check(self, now: float) -> None:
        if self._pauses & _QUEUE_FULL:
            self.heard_at = now  # the server does not read from it, so its silence means nothing
        super().check(now)

    async def serve(self) -> None:
        """Answer the oldest waiting request, and queue this connection again if more wait."""
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
            if self._pauses & _QUEUE_FULL:
                self._resume_reading(_QUEUE_FULL)

    def _take(self, message: bytes) -> None:
        if len(message) > self._shared.max_message_bytes:
            self._refuse_size()
            return
        if self._shared.is_stopping:
            return  # the stop is about to close this session
        waiting = self._waiting
        if waiting is None:
            waiting = self._waiting = []
        waiting.append(message)
        self._waiting_bytes += len(message)
        if len(waiting) >= MOST_WAITING or self._waiting_bytes >= _MOST_WAITING_BYTES:
            self._pause_reading(_QUEUE_FULL)
        if not self._is_served:
            self._is_served = True
            self._shared.workers.take(self)

    def _assemble(self, frame: WSFrame) -> None:
        """Handle a text frame, or one frame of a message in several."""
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
            self._take_text(message)
        else:
            self._take(message)

    def _take_text(self, text: bytes) -> None:
        """Handle a text message: note a ping to answer, accept a pong, and close the connection for anything else."""
        try:
            said = _read_text(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            said = _Text("")
        if said.type == "ping":
            self._text_pong = b'{"type":"pong","body":%b}' % bytes(said.body) if said.body else _PONG_TEXT
        elif said.type != "pong":
            self.leave(Cause.DATA_ERROR, DATA_ERROR, "DataError: a text frame is a ping or a pong in JSON")
            return
        self._control_frames += 1

    def _answer_pings(self, transport: WSTransport) -> None:
        """Answer the last ping of this read, as RFC 6455 (5.5.3) allows, and the last text ping."""
        control_frames, self._control_frames = self._control_frames, 0
        pong, self._pong = self._pong, None
        text, self._text_pong = self._text_pong, None
        if pong is not None:
            transport.send_pong(pong)
        if text is not None:
            transport.send(_TEXT, text)
        if control_frames > _MOST_CONTROL_FRAMES:
            self._pause_reading(_FLOODED)
            asyncio.get_running_loop().call_soon(self._resume_reading, _FLOODED)

    def _answer_close(self, transport: WSTransport) -> None:
        """Answer the client's close frame, and close."""
        self.send_replies()
        if not self.is_live:
            return
        self._end(Cause.CLIENT)
        transport.send_close(WSCloseCode.OK)
        transport.disconnect()
        self._shared.heartbeat.closing.add(self, self._shared.heartbeat.now)

    def _refuse_size(self) -> None:
        limit = self._shared.max_message_bytes
        self.leave(Cause.DATA_ERROR, WSCloseCode.MESSAGE_TOO_BIG.value, f"a message has up to {limit} bytes")

    def _pause_reading(self, why: int) -> None:
        if not self._pauses and not self._transport.underlying_transport.is_closing():
            self._transport.underlying_transport.pause_reading()
        self._pauses |= why

    def _resume_reading(self, why: int) -> None:
        if not self._pauses & why:
            return
        self._pauses &= ~why
        if not self._pauses and not self._transport.underlying_transport.is_closing():
            self._transport.underlying_transport.resume_reading()
