"""Replies are sent together at the end of a turn, in order."""

import asyncio

import pytest

from amity.gateway.session import MOST_QUEUED_FRAMES, Cause


def sent(client):
    return [message for _, message in client._transport.sent]


async def a_turn():
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_replies_of_one_turn_are_sent_at_its_end_in_order(session):
    first, second = session("ann"), session("bob")
    first.reply(b"1")
    second.reply(b"2")
    first.reply(b"3")
    assert sent(first) == sent(second) == []
    await a_turn()
    assert (sent(first), sent(second)) == ([b"1", b"3"], [b"2"])
    first.reply(b"4")
    await a_turn()
    assert sent(first) == [b"1", b"3", b"4"]


async def test_a_push_after_a_reply_arrives_after_it(session):
    client = session()
    client.reply(b"reply")
    client.send(b"push")
    client.reply(b"another")
    await a_turn()
    assert sent(client) == [b"reply", b"push", b"another"]


async def test_a_large_reply_keeps_its_place_and_does_not_wait(session):
    client = session()
    client.reply(b"small")
    client.reply(b"x" * 10_000)
    assert [len(message) for message in sent(client)] == [5, 10_000]


async def test_a_full_batch_of_replies_is_sent_at_once(session):
    clients = [session() for _ in range(256)]
    for client in clients:
        assert not sent(client)
        client.reply(b"1")
    assert all(sent(client) == [b"1"] for client in clients)


async def test_a_leaving_client_gets_its_earlier_replies(session):
    client = session()
    client.reply(b"reply")
    client.leave(Cause.LOGOUT)
    assert sent(client) == [b"reply"]
    client.reply(b"too late")
    await a_turn()
    assert sent(client) == [b"reply"]


async def test_a_closing_client_gets_its_earlier_replies(connection, frame):
    client = connection()
    client.reply(b"reply")
    client.on_ws_frame(client._transport, frame("CLOSE", b"\x03\xe8"))
    assert sent(client) == [b"reply"]
    assert client._transport.closed_with == (1000, b"")


async def test_a_session_that_has_ended_gets_no_replies(session):
    gone, other = session("ann"), session("bob")
    gone.reply(b"1")
    other.reply(b"2")
    gone.drop(Cause.LOST)
    await a_turn()
    assert (sent(gone), sent(other)) == ([], [b"2"])


async def test_a_client_that_does_not_read_its_replies_is_dropped(session, shared):
    client = session()
    client.pause_writing()
    for _ in range(MOST_QUEUED_FRAMES + 1):
        client.reply(b"x")
    await a_turn()
    assert len(sent(client)) == MOST_QUEUED_FRAMES
    assert shared.gone == [("alice", "slow")]


async def test_what_follows_a_reply_is_sent_after_it(session):
    client, other = session("ann"), session("bob")
    client.reply(b"earlier")
    client.reply_and(b"answer", lambda: [each.send(b"push") for each in (client, other)])
    assert sent(client) == []
    await a_turn()
    assert sent(client) == [b"earlier", b"answer", b"push"]
    assert sent(other) == [b"push"]


async def test_what_follows_a_reply_is_sent_in_the_same_write(session):
    client = session()
    client.reply_and(b"answer", lambda: client.send(b"push"))
    await a_turn()
    assert sent(client) == [b"answer", b"push"]
    assert client._transport.underlying_transport.writes == [2]


async def test_a_reply_that_nothing_is_sent_after_is_sent(session):
    client = session()
    client.reply_and(b"answer", lambda: None)
    client.reply(b"another")
    await a_turn()
    assert sent(client) == [b"answer", b"another"]


async def test_a_large_reply_keeps_its_place_before_what_follows_it(session):
    client = session()
    client.reply_and(b"x" * 10_000, lambda: client.send(b"push"))
    await a_turn()
    assert [len(message) for message in sent(client)] == [10_000, 4]


async def test_what_follows_a_reply_is_done_for_a_client_that_has_left(session):
    client, done = session(), []
    client.reply_and(b"answer", lambda: done.append(1))
    client.drop(Cause.LOST)
    await a_turn()
    assert (sent(client), done) == ([], [1])


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 255, 256, 8192, 65_535, 65_536, 100_000])
async def test_messages_of_every_length_are_framed_as_the_protocol_says(session, size):
    client = session()
    client.reply(b"a")
    client.reply(b"x" * size)
    await a_turn()
    assert [len(message) for message in sent(client)] == [1, size]
