"""What is sent to a client, what may wait for it, and how its session ends."""

import pytest

from amity.gateway.session import MOST_QUEUED_BYTES, MOST_QUEUED_FRAMES, Cause
from amity.wire.platforms import WEB


def test_messages_of_any_size_are_sent_whole(session):
    client = session()
    for size in (0, 1, 125, 8192, 8193, 100_000):
        assert client.send(b"x" * size)
    assert [len(message) for _, message in client._transport.sent] == [0, 1, 125, 8192, 8193, 100_000]


def test_a_client_that_reads_nothing_is_dropped_at_the_limit_of_messages(session, shared):
    client = session()
    client.pause_writing()
    assert all(client.send(b"x") for _ in range(MOST_QUEUED_FRAMES))
    assert not client.send(b"x")
    assert client._transport.ended == "aborted"
    assert shared.gone == [("alice", "slow")]
    assert not client.send(b"x")
    assert len(client._transport.sent) == MOST_QUEUED_FRAMES


def test_a_client_that_reads_nothing_is_dropped_at_the_limit_of_bytes(session, shared):
    client = session()
    client.pause_writing()
    client._transport.underlying_transport.waiting = MOST_QUEUED_BYTES - 1
    assert client.send(b"x" * 10_000_000)
    client._transport.underlying_transport.waiting += 10_000_000
    assert not client.send(b"x")
    assert shared.gone == [("alice", "slow")]


def test_a_slow_client_that_catches_up_is_kept(session):
    client = session()
    for _ in range(10):
        client.pause_writing()
        assert all(client.send(b"x") for _ in range(MOST_QUEUED_FRAMES))
        client.resume_writing()
        assert client.send(b"x")


def test_a_leaving_client_gets_nothing_more_and_must_close_in_time(session, shared):
    client = session()
    client.leave(Cause.KICKED, 1000, "kicked")
    client.leave(Cause.LOST)
    assert not client.send(b"x")
    assert client._transport.closed_with == (1000, b"kicked")
    assert not client._transport.ended
    assert shared.gone == [("alice", "kicked")]
    for _ in range(4):
        shared.clock.advance(1)
        shared.heartbeat.tick()
    assert client._transport.ended == "aborted"
    assert shared.gone == [("alice", "kicked")]


def test_the_reason_fits_into_a_closing_frame(session):
    client = session()
    client.leave(Cause.DATA_ERROR, 3001, "ä" * 500)
    assert client._transport.closed_with == (3001, b"?" * 120)


def pass_time(shared, client, seconds):
    """Let the heartbeat look at a client for so long."""
    shared.heartbeat.watch(client)
    for _ in range(seconds):
        shared.clock.advance(1)
        shared.heartbeat.tick()


@pytest.mark.parametrize("platform", [1, WEB])
def test_a_silent_client_is_dropped_within_a_minute(session, shared, platform):
    client = session(platform=platform)
    pass_time(shared, client, 50)
    assert client.is_live
    pass_time(shared, client, 9)
    assert client._transport.ended == "aborted"
    assert shared.gone == [("alice", "silent")]


@pytest.mark.parametrize("blocked", [False, True])
def test_a_client_is_closed_within_five_seconds_of_its_tokens_expiry(session, shared, blocked):
    client = session(expires=shared.clock.now() + 60)
    if blocked:
        client.pause_writing()
    shared.clock.step(59)
    pass_time(shared, client, 5)
    assert shared.gone == [("alice", "expired")]
    assert client._transport.closed_with == (1000, b"the token has expired")


def test_a_client_that_sends_frames_is_kept(session, shared):
    client = session()
    for _ in range(10):
        client.heard_at = shared.heartbeat.now
        pass_time(shared, client, 30)
    assert client.is_live
    assert client._transport.sent == []


def test_a_web_client_that_says_nothing_is_pinged_within_27_seconds(session, shared):
    client = session(platform=WEB)
    pass_time(shared, client, 22)
    assert client._transport.sent == []
    pass_time(shared, client, 5)
    assert client._transport.sent == [("PING", b"")]
    client.heard_at = shared.heartbeat.now
    pass_time(shared, client, 21)
    assert len(client._transport.sent) == 1


def test_a_client_blocked_too_long_is_dropped(session, shared):
    client = session()
    pass_time(shared, client, 10)
    client.pause_writing()
    client.heard_at = shared.heartbeat.now
    pass_time(shared, client, 45)
    assert client.is_live
    pass_time(shared, client, 6)
    assert shared.gone == [("alice", "slow")]
