"""One client's connection, as far as it concerns others: who it is, what it is sent, and how it ends.

``heard`` is when, in the heartbeat's time, anything came from it. Its token ends at ``expires``, in seconds since 1970.

States, and what ends each:

- *admitted*: handed over to picows, in no list yet. ``begin`` adds it to the sessions: *live*. The socket ends: *over*.
- *live* (``is_live``): is answered, told and kicked. ``leave``: *leaving*. ``drop``, or the socket ends: *over*.
- *live and blocked* (``is_blocked``): the client does not take what was sent; more waits up to a bound. It takes all of
  it: *live*. The bound, or the heartbeat's limit: *over*.
- *leaving*: a close frame was sent; it is in no list and is sent nothing more. The client closes, or its seconds are
  over: *over*.
- *over*: nothing refers to it.
"""

import secrets
from enum import StrEnum
from typing import Final, Protocol, cast

from picows import WSCloseCode, WSListener, WSMsgType, WSTransport

from amity.gateway.arguments import Arguments
from amity.gateway.encoding import encoding_of
from amity.gateway.heartbeat import Heartbeat
from amity.http.turn import TurnEnd
from amity.wire.platforms import WEB

MOST_QUEUED_FRAMES: Final = 256
MOST_QUEUED_BYTES: Final = 1 << 20
"""What may wait for a client that reads too slowly. With one frame more it is dropped; the last may be of any size."""
_COPIED: Final = 8192
"""Bytes up to which picows copies a message to be sent. It hands a larger one to the transport in two parts, the first
of which is a view of memory that the next message is written over; uvloop sends later, and would send that."""
_ROOM: Final = 14
"""Bytes that picows wants in front of a message that it need not copy."""
_LONGEST_REASON: Final = 120
_FETCHES_WITHIN: Final = 30.0
"""Seconds after which a client that was told to fetch, and has not, is told again."""

_BINARY = WSMsgType.BINARY
_NEVER: Final[dict[str, float]] = {}
"""Of a client that was told of no list yet: most are idle, and need no dictionary of their own."""

DATA_ERROR: Final = 3001
"""Of the codes that a protocol may give a meaning of its own (RFC 6455, 7.4.2): OpenIM's number for bad data."""


class Cause(StrEnum):
    """Why a connection ended; a label of the metrics."""

    CLIENT = "client"
    """The client said that it goes."""
    LOST = "lost"
    LOGOUT = "logout"
    KICKED = "kicked"
    CROWDED = "crowded"
    """The user has opened too many others."""
    DATA_ERROR = "data_error"
    EXPIRED = "expired"
    """Its token has expired."""
    SILENT = "silent"
    SLOW = "slow"
    STOPPING = "stopping"


class Surroundings(Protocol):
    """What a session needs of the gateway that it is one of."""

    @property
    def heartbeat(self) -> Heartbeat: ...

    @property
    def turn_end(self) -> TurnEnd: ...

    def left(self, session: "Session", cause: Cause) -> None:
        """Strike out a session that has just ended."""
        ...


class Session(WSListener):
    """Lives from the moment that the client was let in. ``is_live`` until it is told, or found, to be over: from then
    on it is sent nothing, is in no list, and ends within seconds."""

    __slots__ = (
        "_blocked_since",
        "_expires",
        "_queued",
        "_replies",
        "_shared",
        "_told_at",
        "_transport",
        "conn_id",
        "encoding",
        "heard",
        "is_background",
        "is_live",
        "operation_id",
        "platform_id",
        "token",
        "user_id",
    )

    def __init__(self, arguments: Arguments, shared: Surroundings, expires: float) -> None:
        self.user_id = arguments.user_id
        self.platform_id = arguments.platform_id
        self.token = arguments.token
        self.operation_id = arguments.operation_id
        self.is_background = arguments.is_background
        self.encoding = encoding_of(arguments.sdk, is_compressed=arguments.is_compressed)
        self.conn_id = secrets.token_hex(16)
        self.is_live = False
        self._shared = shared
        self._expires = expires
        self._transport: WSTransport = cast("WSTransport", None)  # with on_ws_connected
        self._blocked_since = 0.0
        self._told_at = _NEVER
        self._queued = 0
        self._replies: list[bytes] | None = None
        self.heard = shared.heartbeat.now

    @property
    def is_blocked(self) -> bool:
        """Whether something waits that the client has not taken yet."""
        return self._blocked_since > 0

    def takes(self, coalesces: str) -> bool:
        """Return whether to notify this client of a list: ``False`` for OpenIM's Go core while an earlier notification
        of that list has not been followed by a fetch. What the core is told waits in a queue, with all that it does for
        each entry."""
        if not coalesces or not self.encoding.is_core:
            return True
        now = self._shared.heartbeat.now
        if now - self._told_at.get(coalesces, -_FETCHES_WITHIN) < _FETCHES_WITHIN:
            return False
        if not self._told_at:
            self._told_at = {}
        self._told_at[coalesces] = now
        return True

    def fetched(self, coalesces: str) -> None:
        """Note that it fetches the list of this name."""
        if self._told_at:
            self._told_at.pop(coalesces, None)

    def send(self, message: bytes) -> bool:
        """Send a message of this session's form, or have it wait; return whether it was taken.

        A client for which too much waits already is dropped.
        """
        if self._replies is not None:
            self.send_replies()
        return self._send(message)

    def reply(self, message: bytes) -> None:
        """Send a message with the other replies of this turn of the event loop, and before anything that is sent to
        this session from now on. A large one is sent at once: nothing is gained with it, and others would wait."""
        if len(message) > _COPIED:
            self.send(message)
            return
        if self._replies is None:
            self._replies = [message]
            self._shared.turn_end.call(self.send_replies)
        else:
            self._replies.append(message)

    def send_replies(self) -> None:
        """Send the replies now, if there are any left."""
        replies, self._replies = self._replies, None
        for message in replies or ():
            self._send(message)

    def _send(self, message: bytes) -> bool:
        if not self.is_live:
            return False
        if self._blocked_since:
            waiting = self._transport.underlying_transport.get_write_buffer_size()
            if self._queued >= MOST_QUEUED_FRAMES or waiting >= MOST_QUEUED_BYTES:
                self.drop(Cause.SLOW)
                return False
            self._queued += 1
        if len(message) <= _COPIED:
            self._transport.send(_BINARY, message)
        else:
            self._transport.send_reuse_external_bytearray(_BINARY, bytearray(_ROOM) + message, _ROOM)
        return True

    def leave(self, cause: Cause, code: int = WSCloseCode.OK.value, reason: str = "") -> None:
        """Tell the client that it is over, after all that was sent before; it has a few seconds to close."""
        if self.is_live:
            self.send_replies()
        if not self.is_live:
            return
        self._end(cause)
        self._transport.send_close(cast("WSCloseCode", code), reason.encode("ascii", "replace")[:_LONGEST_REASON])
        self._shared.heartbeat.partings.add(self, self._shared.heartbeat.now)

    def drop(self, cause: Cause) -> None:
        """End the connection at once, and forget what waits."""
        if self.is_live:
            self._end(cause)
        self._transport.disconnect(graceful=False)

    def overdue(self) -> None:
        self.drop(Cause.LOST)

    def beat(self, now: float) -> None:
        """End a connection whose token has expired. Drop a client that is not there any more; ping one that may be, and
        cannot say so by itself."""
        rhythm = self._shared.heartbeat.rhythm
        if self._expires <= self._shared.heartbeat.clock.now():  # the time of day, as with every call over HTTP
            self.leave(Cause.EXPIRED, reason="the token has expired")
        elif self.is_blocked:
            if now - self._blocked_since > rhythm.blocked:
                self.drop(Cause.SLOW)
        elif now - self.heard > rhythm.silence:
            self.drop(Cause.SILENT)
        elif now - self.heard > rhythm.ping_after and self.platform_id == WEB:
            self._transport.send_ping()

    def pause_writing(self) -> None:
        # The transport's limit is 0: this is called when something waits, and ``resume_writing`` when nothing does.
        self._blocked_since = self._shared.heartbeat.now
        self._queued = 0

    def resume_writing(self) -> None:
        self._blocked_since = 0.0

    def _end(self, cause: Cause) -> None:
        self.is_live = False
        self._shared.left(self, cause)
