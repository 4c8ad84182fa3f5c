"""Received frames: messages in one frame or several, pings in all their forms, and limits."""

import asyncio
import json

import pytest

from amity.gateway.connection import MOST_WAITING

SUCCESS = {"errCode": 0, "errMsg": "", "errDlt": ""}


def receive(connection, *frames):
    for each in frames:
        connection.on_ws_frame(connection._transport, each)


def texts(connection):
    return [json.loads(message) for kind, message in connection._transport.sent if kind == "TEXT"]


def outcome(connection):
    return connection.is_live, connection._transport.closed_with


def test_a_client_that_waits_for_a_first_frame_gets_it_and_no_other_does(connection):
    assert texts(connection(wants_answer=True)) == [SUCCESS]
    assert connection()._transport.sent == []


async def test_messages_are_answered_one_after_the_other(connection, shared, frame):
    client = connection()
    receive(client, *(frame("BINARY", b"%d" % number) for number in range(5)))
    assert len(shared.taken) == 1
    await shared.serve_all()
    assert shared.answered == [b"0", b"1", b"2", b"3", b"4"]
    receive(client, frame("BINARY", b"5"))
    await shared.serve_all()
    assert shared.answered[-1] == b"5"


async def test_a_message_may_come_in_several_frames_with_pings_between(connection, shared, frame):
    client = connection()
    receive(
        client,
        frame("BINARY", b"ab", fin=False),
        frame("PING", b"p"),
        frame("CONTINUATION", b"", fin=False),
        frame("CONTINUATION", b"c", fin=False),
        frame("PONG"),
        frame("CONTINUATION", b"d"),
        frame("BINARY", b"e"),
    )
    await shared.serve_all()
    assert shared.answered == [b"abcd", b"e"]
    assert client.is_live


@pytest.mark.parametrize(
    "frames",
    [
        [("CONTINUATION", b"x", True)],
        [("BINARY", b"x", False), ("BINARY", b"y", True)],
        [("BINARY", b"x", False), ("TEXT", b"{}", True)],
        [("TEXT", b"{", False), ("BINARY", b"y", True)],
    ],
)
def test_an_unfinished_message_ends_the_connection(connection, frame, frames):
    client = connection()
    receive(client, *(frame(kind, payload, fin=fin) for kind, payload, fin in frames))
    assert outcome(client) == (False, (1002, b"a message in several frames is broken off"))


def test_a_frame_with_an_extension_bit_ends_the_connection(connection, frame):
    client = connection()
    receive(client, frame("BINARY", b"x", rsv1=True))
    assert outcome(client) == (False, (1002, b"no extension was agreed on"))


@pytest.mark.parametrize("parts", [[1001], [600, 401], [1] * 1001, [0] * 1025])
def test_a_message_above_the_limit_ends_the_connection_in_one_frame_or_several(connection, shared, frame, parts):
    client = connection()
    first, *rest = parts
    receive(client, frame("BINARY", b"x" * first, fin=not rest))
    receive(client, *(frame("CONTINUATION", b"x" * size, fin=False) for size in rest))
    assert outcome(client) == (False, (1009, b"a message has up to 1000 bytes"))
    assert shared.gone == [("alice", "data_error")]


async def test_a_message_may_be_as_large_as_the_limit(connection, shared, frame):
    receive(connection(), frame("BINARY", b"x" * 600, fin=False), frame("CONTINUATION", b"x" * 400))
    await shared.serve_all()
    assert len(shared.answered[0]) == 1000


def test_a_ping_is_answered_with_its_payload(connection, frame):
    client = connection()
    client._transport.sent.clear()
    receive(client, frame("PING", b"169875"))
    assert client._transport.sent == [("PONG", b"169875")]


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (b'{"type":"ping"}', b'{"type":"pong"}'),
        (b'{"type":"ping","body":{"a": [1]}}', b'{"type":"pong","body":{"a": [1]}}'),
        (b'{"type":"ping","other":1}', b'{"type":"pong"}'),
        (b'{"type":"ping","body":null}', b'{"type":"pong","body":null}'),
    ],
)
def test_a_ping_in_text_is_answered_in_text(connection, frame, said, answered):
    client = connection()
    receive(client, frame("TEXT", said))
    assert client._transport.sent == [("TEXT", answered)]


def test_a_pong_in_text_is_accepted(connection, frame):
    client = connection()
    receive(client, frame("TEXT", b'{"type":"po', fin=False), frame("CONTINUATION", b'ng"}'))
    assert (client.is_live, client._transport.sent) == (True, [])


@pytest.mark.parametrize(
    "said",
    [b"", b"ping", b"{}", b"[]", b'{"type":"hello"}', b'{"type":1}', b"\xff", b'{"type":"ping","body":}', b"[" * 900],
)
def test_any_other_text_ends_the_connection(connection, frame, said):
    client = connection()
    receive(client, frame("TEXT", said))
    assert outcome(client) == (False, (3001, b"DataError: a text frame is a ping or a pong in JSON"))


@pytest.mark.parametrize(
    ("kind", "payload"), [("PING", b""), ("PONG", b""), ("TEXT", b'{"type":"pong"}'), ("BINARY", b"x")]
)
def test_every_frame_counts_as_a_sign_of_life(connection, shared, frame, kind, payload):
    client = connection()
    shared.clock.advance(1)
    shared.heartbeat.tick()
    assert client.heard_at < shared.heartbeat.now
    receive(client, frame(kind, payload))
    assert client.heard_at == shared.heartbeat.now


async def test_reading_pauses_while_too_many_requests_wait(connection, shared, frame):
    client = connection()
    reading = client._transport.underlying_transport
    receive(client, *(frame("BINARY", b"x") for _ in range(MOST_WAITING - 1)))
    assert reading.is_read
    receive(client, *(frame("BINARY", b"x") for _ in range(100)))
    assert not reading.is_read
    await shared.serve_all()
    assert reading.is_read
    assert len(shared.answered) == MOST_WAITING + 99


async def test_reading_pauses_while_too_many_bytes_wait(connection, shared, frame):
    shared.max_message_bytes = 50_000
    client = connection()
    reading = client._transport.underlying_transport
    receive(client, frame("BINARY", b"x" * 50_000))
    assert reading.is_read
    receive(client, frame("BINARY", b"x" * 50_000))
    assert not reading.is_read
    await shared.serve_all()
    assert reading.is_read


async def test_a_client_that_is_not_read_from_does_not_count_as_silent(connection, shared, frame):
    client = connection()
    receive(client, *(frame("BINARY", b"x") for _ in range(MOST_WAITING)))
    shared.heartbeat.watch(client)
    for _ in range(200):
        shared.clock.advance(1)
        shared.heartbeat.tick()
    assert client.is_live


async def test_reading_pauses_while_the_client_does_not_read_its_replies(connection, shared, frame):
    client = connection()
    reading = client._transport.underlying_transport
    client.pause_writing()
    assert not reading.is_read
    receive(client, *(frame("BINARY", b"x") for _ in range(MOST_WAITING)))
    client.resume_writing()
    assert not reading.is_read  # it has asked too much besides
    await shared.serve_all()
    assert reading.is_read


async def test_only_the_last_ping_of_a_read_is_answered_and_a_flood_yields_to_others(connection, monkeypatch):
    """Frames as picows gives them: only the last of a read is marked."""
    client = connection()
    reading = client._transport.underlying_transport

    class Ping:
        msg_type, fin, rsv1, rsv2, rsv3 = 9, 1, 0, 0, 0

        def __init__(self, number, last):
            self.payload = b"%d" % number
            self.last_in_buffer = last

        def get_payload_as_bytes(self):
            return self.payload

    receive(client, *(Ping(number, last=number == 999) for number in range(1000)))
    assert client._transport.sent == [("PONG", b"999")]
    assert not reading.is_read
    await asyncio.sleep(0)
    assert reading.is_read


def test_a_close_frame_is_answered(connection, shared, frame):
    client = connection()
    receive(client, frame("CLOSE", b"\x03\xe8bye"))
    assert outcome(client) == (False, (1000, b""))
    assert client._transport.ended == "closed"
    assert shared.gone == [("alice", "client")]


def test_a_leaving_client_is_closed_at_its_close_frame(connection, shared, frame):
    client = connection()
    receive(client, frame("TEXT", b"?"), frame("BINARY", b"x"), frame("CLOSE", b"\x03\xe8"))
    assert client._transport.ended == "closed"
    assert shared.taken == []
    client.on_ws_disconnected(client._transport)
    assert shared.gone == [("alice", "data_error")]
    assert len(shared.heartbeat.closing) == 0


def test_a_lost_client_is_removed_once(connection, shared):
    client = connection()
    client.on_ws_disconnected(client._transport)
    assert shared.gone == [("alice", "lost")]


async def test_requests_of_a_client_that_left_are_not_answered(connection, shared, frame):
    client = connection()
    receive(client, frame("BINARY", b"1"), frame("BINARY", b"2"), frame("CLOSE", b""))
    client.on_ws_disconnected(client._transport)
    await shared.serve_all()
    assert shared.answered == []


def test_no_request_is_accepted_once_the_server_stops(connection, shared, frame):
    client = connection()
    shared.is_stopping = True
    receive(client, frame("BINARY", b"x"))
    assert shared.taken == []
    assert client.is_live
