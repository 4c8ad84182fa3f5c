"""Sessions and connections whose other end is the test."""

import itertools
import math
from typing import Any

import pytest
from picows import WSMsgType
from picows.picows import _make_test_ws_frame

from amity.gateway.arguments import Arguments
from amity.gateway.connection import Connection
from amity.gateway.heartbeat import Heartbeat, Timeouts
from amity.gateway.session import Session
from amity.http.turn import TurnEnd
from tests.support.fake_clock import FakeClock

_numbers = itertools.count(1)


class Underlying:
    """Stands for the transport below picows."""

    def __init__(self, sent):
        self.waiting = 0
        self.is_read = True
        self.is_over = False
        self.writes = []
        self._sent = sent

    def write(self, frames):
        """Take frames, none of which is masked, and keep how many. What they hold is kept with what picows sends."""
        frames, count = bytes(frames), 0
        while frames:
            head = {126: 4, 127: 10}.get(frames[1], 2)
            size = frames[1] if head == 2 else int.from_bytes(frames[2:head], "big")
            assert frames[0] == 0x82
            self._sent.append(("BINARY", frames[head : head + size]))
            frames = frames[head + size :]
            count += 1
        self.writes.append(count)

    def get_write_buffer_size(self):
        return self.waiting

    def pause_reading(self):
        assert self.is_read
        self.is_read = False

    def resume_reading(self):
        assert not self.is_read
        self.is_read = True

    def is_closing(self):
        return self.is_over


class Transport:
    """Stands for picows' side of a connection, and keeps what is sent."""

    def __init__(self):
        self.sent: list[tuple[str, bytes]] = []
        self.is_secure = True  # so that no session writes to a socket
        self.underlying_transport = Underlying(self.sent)
        self.closed_with = None
        self.ended = ""

    def send(self, kind, message):
        self.sent.append((WSMsgType(kind).name, message))

    def send_ping(self, message=b""):
        self.send(WSMsgType.PING, message)

    def send_pong(self, message=b""):
        self.send(WSMsgType.PONG, message)

    def send_close(self, code, reason=b""):
        self.closed_with = int(code), reason

    def disconnect(self, graceful=True):
        self.ended = "closed" if graceful else "aborted"
        self.underlying_transport.is_over = True


class FakeShared:
    """Replaces ``Shared``: it records what connections report."""

    def __init__(self):
        self.clock = FakeClock()
        self.heartbeat = Heartbeat(Timeouts(), self.clock)
        self.turn_end = TurnEnd()
        self.max_message_bytes = 1000
        self.is_stopping = False
        self.gone = []
        self.taken = []
        self.answered = []
        self.workers = self
        self.dispatch = self

    def left(self, session, cause):
        self.gone.append((session.user_id, cause.value))

    def arrived(self, session):
        session.is_live = True

    def take(self, job):
        self.taken.append(job)

    async def answer(self, connection, message):
        self.answered.append(message)

    async def serve_all(self):
        while self.taken:
            await self.taken.pop(0).serve()


@pytest.fixture
def shared():
    return FakeShared()


@pytest.fixture
def session(shared):
    """Makes live sessions: ``session("alice", platform=5)``. Its ``_transport`` is the test's."""

    def make(user="alice", platform=7, token=None, sdk="js", in_background=False, expires=math.inf):
        arguments = Arguments(
            user, platform, token or f"token-{next(_numbers)}", "op", sdk, is_background=in_background
        )
        made = Session(arguments, shared, expires, f"connection-{next(_numbers)}")
        transport: Any = Transport()
        made._transport = transport
        made.is_live = True
        return made

    return make


@pytest.fixture
def connection(shared):
    """Makes connections that have begun: ``connection(platform=5)``."""

    def make(user="alice", platform=7, wants_answer=False):
        arguments = Arguments(user, platform, "token", "op", wants_answer=wants_answer)
        made = Connection(arguments, shared, math.inf, f"connection-{next(_numbers)}")
        transport: Any = Transport()
        transport.underlying_transport.is_read = False
        made.on_ws_connected(transport)
        made.begin()
        return made

    return make


@pytest.fixture
def frame():
    """Makes frames as picows does: ``frame("BINARY", b"...", fin=False)``."""

    def make(kind, payload=b"", *, fin=True, rsv1=False):
        return _make_test_ws_frame(WSMsgType[kind], payload, fin, rsv1)

    return make
