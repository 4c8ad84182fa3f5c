"""The sending half of a client's connection: its identity, what is sent to it, and how it ends.

``heard_at`` is the heartbeat's time of the last frame. The token expires at ``expires``, in seconds since 1970.

States, and what ends each:

- *admitted*: picows has the socket; the session is in no list yet. ``Shared.arrived`` adds it to the sessions: *live*.
  The socket closes: *over*.
- *live* (``is_live``): it is answered, notified and kicked. ``leave``: *leaving*. ``drop``, or the socket closes:
  *over*.
- *live and blocked* (``is_blocked``): the client does not read what was sent, and more is queued up to a bound. The
  client reads all of it: *live*. The bound or the heartbeat's limit is reached: *over*.
- *leaving*: a close frame was sent. The session is in no list and nothing more is sent. The client closes, or
  ``Timeouts.closing`` seconds elapse: *over*.
- *over*: nothing refers to it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Final, Protocol, cast

from picows import WSCloseCode, WSListener, WSTransport

from amity.gateway.arguments import Arguments
from amity.gateway.encoding import Encoding, encoding_of
from amity.gateway.heartbeat import Heartbeat
from amity.gateway.writing import NO_SOCKET, framed, send
from amity.http.turn import TurnEnd
from amity.wire.platforms import IOS, WEB

MOST_QUEUED_FRAMES: Final = 256
MOST_QUEUED_BYTES: Final = 1 << 20
"""Bytes that may wait for a client that reads slowly. One frame more drops the client; the last frame may have any
size."""
_BATCHED: Final = 8192
"""Bytes of a frame up to which it waits for the others of its turn."""
_LONGEST_REASON: Final = 120
_FETCHES_WITHIN: Final = 30.0
"""Seconds after which a client that was notified and has not fetched is notified again."""

_NO_LISTS: Final[dict[str, float]] = {}
"""Shared by sessions that were not notified of a list yet: most are idle and need no dictionary of their own."""

DATA_ERROR: Final = 3001
"""OpenIM's close code for bad data, from the range for private use (RFC 6455, 7.4.2)."""


class Cause(StrEnum):
    """Why a connection ended. The values are a metric's label."""

    CLIENT = "client"
    """The client sent a close frame."""
    LOST = "lost"
    LOGOUT = "logout"
    KICKED = "kicked"
    CROWDED = "crowded"
    """The user opened more connections than are allowed on this platform."""
    DATA_ERROR = "data_error"
    EXPIRED = "expired"
    """The token expired."""
    SILENT = "silent"
    SLOW = "slow"
    STOPPING = "stopping"
    RECONNECT = "reconnect"
    """Pushes to it may have been lost: it is to connect again, and fetch."""


class SessionContext(Protocol):
    """What a session needs of its gateway."""

    @property
    def heartbeat(self) -> Heartbeat: ...

    @property
    def turn_end(self) -> TurnEnd: ...

    def left(self, session: "Session", cause: Cause) -> None:
        """Remove a session that has just ended."""
        ...


class Session(WSListener):
    """An accepted client.

    ``is_live`` is false after the session was closed or found dead. From then on nothing is sent to it, it is in no
    list, and it ends within seconds.
    """

    __slots__ = (
        "_blocked_since",
        "_expires",
        "_notified_at",
        "_queued",
        "_replies",
        "_shared",
        "_socket",
        "_transport",
        "conn_id",
        "encoding",
        "heard_at",
        "is_background",
        "is_live",
        "operation_id",
        "platform_id",
        "token",
        "user_id",
    )

    def __init__(self, arguments: Arguments, shared: SessionContext, expires: float, conn_id: str) -> None:
        self.user_id = arguments.user_id
        self.platform_id = arguments.platform_id
        self.token = arguments.token
        self.operation_id = arguments.operation_id
        self.is_background = arguments.is_background
        self.encoding = encoding_of(arguments.sdk, is_compressed=arguments.is_compressed)
        self.conn_id = conn_id
        self.is_live = False
        self._shared = shared
        self._expires = expires
        self._transport: WSTransport = cast("WSTransport", None)  # set by on_ws_connected
        self._socket = NO_SOCKET
        self._blocked_since = 0.0
        self._notified_at = _NO_LISTS
        self._queued = 0
        self._replies: list[bytes] | None = None
        self.heard_at = shared.heartbeat.now

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        if not transport.is_secure:
            # It stays open until the session was told that the connection is lost, and is not live any more.
            self._socket = transport.underlying_transport.get_extra_info("socket").fileno()

    @property
    def is_blocked(self) -> bool:
        """Whether sent data waits for the client to read it."""
        return self._blocked_since > 0

    def should_notify(self, coalesces: str) -> bool:
        """Return whether to notify this client of a list.

        False for OpenIM's Go core while an earlier notification of that list has not been followed by a fetch. The core
        queues notifications and does a full fetch for each.
        """
        if not coalesces or not self.encoding.is_core:
            return True
        now = self._shared.heartbeat.now
        if now - self._notified_at.get(coalesces, -_FETCHES_WITHIN) < _FETCHES_WITHIN:
            return False
        if not self._notified_at:
            self._notified_at = {}
        self._notified_at[coalesces] = now
        return True

    def fetched(self, coalesces: str) -> None:
        """Note that the client fetches the list of this name."""
        if self._notified_at:
            self._notified_at.pop(coalesces, None)

    def send(self, message: bytes) -> bool:
        """Send a message in this session's encoding, or queue it; return whether it was accepted.

        A client with too much queued is dropped.
        """
        return self.send_frame(framed(message))

    def send_frame(self, frame: bytes) -> bool:
        """Send a message that is framed already, as ``send`` does."""
        if self._replies is None:
            return self._send(frame)
        if len(frame) > _BATCHED:
            self.send_replies()
            return self._send(frame)
        self._replies.append(frame)
        return self.send_replies()

    def reply(self, message: bytes) -> None:
        """Send a message with the other replies of this turn of the event loop, and before any later ``send``.

        A large one is sent at once: batching gains nothing for it, and would delay the others.
        """
        frame = framed(message)
        if len(frame) > _BATCHED:
            self.send_frame(frame)
            return
        if self._replies is None:
            self._replies = [frame]
            self._shared.turn_end.call(self.send_replies)
        else:
            self._replies.append(frame)

    def reply_and(self, message: bytes, follow: Callable[[], None]) -> None:
        """Send a message as ``reply`` does, after the other replies of this turn, and do then what follows it.

        What follows may send to this session, too: that and the reply are one write. ``follow`` must not raise.
        """
        frame = framed(message)
        if len(frame) > _BATCHED:
            self.send_frame(frame)
        elif self._replies is None:
            self._replies = [frame]
        else:
            self._replies.append(frame)
        self._shared.turn_end.call_after_writes(partial(self._follow, follow))

    def _follow(self, follow: Callable[[], None]) -> None:
        follow()
        self.send_replies()

    def send_replies(self) -> bool:
        """Send the batched replies now, if there are any; return whether all were accepted."""
        replies, self._replies = self._replies, None
        if not replies:
            return True
        if self._blocked_since:
            return all(self._send(frame) for frame in replies)  # each of them counts
        # A write costs as much as making the message, so that several make one.
        return self._send(b"".join(replies) if len(replies) > 1 else replies[0])

    def _send(self, frame: bytes) -> bool:
        if not self.is_live:
            return False
        if not self._blocked_since:
            written = send(self._socket, frame, len(frame), 0)
            if written != len(frame):
                self._send_rest(frame, written)
            return True
        waiting = self._transport.underlying_transport.get_write_buffer_size()
        if self._queued >= MOST_QUEUED_FRAMES or waiting >= MOST_QUEUED_BYTES:
            self.drop(Cause.SLOW)
            return False
        self._queued += 1
        self._transport.underlying_transport.write(frame)
        return True

    def _send_rest(self, frame: bytes, written: int) -> None:
        """Let the transport send what the socket did not take, or meet the error that it gave."""
        self._transport.underlying_transport.write(memoryview(frame)[max(written, 0) :])

    def leave(self, cause: Cause, code: int = WSCloseCode.OK.value, reason: str = "") -> None:
        """Send a close frame after everything sent before. The client has a few seconds to close."""
        if self.is_live:
            self.send_replies()
        if not self.is_live:
            return
        self._end(cause)
        self._transport.send_close(cast("WSCloseCode", code), reason.encode("ascii", "replace")[:_LONGEST_REASON])
        self._shared.heartbeat.closing.add(self, self._shared.heartbeat.now)

    def drop(self, cause: Cause) -> None:
        """Close the connection at once, and discard what is queued."""
        if self.is_live:
            self._end(cause)
        self._transport.disconnect(graceful=False)

    def overdue(self) -> None:
        self.drop(Cause.LOST)

    def check(self, now: float) -> None:
        """Close the connection if the token has expired; drop a silent or blocked client; ping an idle web client,
        which cannot ping by itself."""
        timeouts = self._shared.heartbeat.timeouts
        if self._expires <= self._shared.heartbeat.clock.now():  # wall clock time, as for every call over HTTP
            self.leave(Cause.EXPIRED, reason="the token has expired")
        elif self.is_blocked:
            if now - self._blocked_since > timeouts.blocked:
                self.drop(Cause.SLOW)
        elif now - self.heard_at > timeouts.silence:
            self.drop(Cause.SILENT)
        elif now - self.heard_at > timeouts.ping_after and self.platform_id == WEB:
            self._transport.send_ping()

    def pause_writing(self) -> None:
        # The transport's limit is 0, so this is called when any byte waits, and ``resume_writing`` when none does.
        self._blocked_since = self._shared.heartbeat.now
        self._queued = 0

    def resume_writing(self) -> None:
        self._blocked_since = 0.0

    def _end(self, cause: Cause) -> None:
        self.is_live = False
        self._shared.left(self, cause)


def reachable(sessions: Iterable[Session]) -> Iterator[Session]:
    """Return those of these sessions that are still live, without iPhones whose app is in the background: such an app
    is suspended, and needs offline push."""
    return (each for each in sessions if each.is_live and not (each.is_background and each.platform_id == IOS))


def send_each(sessions: Iterable[Session], frames: Mapping[Encoding, bytes]) -> tuple[int, int]:
    """Send each session the frame in its encoding, as ``Session.send_frame`` does; return how many accepted it, and how
    many did not."""
    sent = dropped = 0
    for session in sessions:
        frame = frames[session.encoding]
        if session.is_live and session._replies is None and not session._blocked_since:
            # Nearly all of them. To come here by the methods costs a fifth of what the kernel needs to send.
            written = send(session._socket, frame, len(frame), 0)
            if written != len(frame):
                session._send_rest(frame, written)
            sent += 1
        elif session.send_frame(frame):
            sent += 1
        else:
            dropped += 1
    return sent, dropped
