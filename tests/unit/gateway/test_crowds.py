"""Messages to many sessions at once: what waits for the same session goes in one write, in order."""

import asyncio
import random
from typing import Any

import pytest

from amity import metrics
from amity.gateway.crowds import MOST_JOINED
from amity.gateway.fan_out import FanOut
from amity.gateway.frames import Frames
from amity.gateway.session import Cause
from amity.wire.frames import Identifier, Reply
from amity.wire.platforms import IOS
from tests.support.gateway_client import reply_of


@pytest.fixture(autouse=True)
def time_without_end(monkeypatch):
    """A busy machine needs longer for one session than a turn may send for. The number of sessions stays bounded."""
    monkeypatch.setattr("amity.gateway.fan_out._SECONDS", float("inf"))


@pytest.fixture
def many(session):
    """More sessions than one turn sends to."""
    return [session(f"user-{number}") for number in range(500)]


@pytest.fixture
def fan_out():
    return FanOut()


def frames(name):
    return Frames(lambda: Reply(Identifier.PUSH, operation_id=name))


def names(client):
    return [reply_of(message, "js").operation_id for _, message in client._transport.sent]


def writes(client):
    return client._transport.underlying_transport.writes


async def until_sent(fan_out):
    for _ in range(1000):
        await asyncio.sleep(0)
    assert not fan_out._waiting


async def test_what_waits_for_the_same_sessions_goes_in_one_write(fan_out, many):
    everybody, half = frozenset(many), frozenset(many[:250])
    fan_out.send_to_all(everybody, frames("first"))
    reached = {client for client in many if client._transport.sent}
    assert 0 < len(reached) < 300
    fan_out.send_to_all(half, frames("second"))
    await until_sent(fan_out)
    for client in many:
        expected = ["first", "second"] if client in half else ["first"]
        assert names(client) == expected
        assert writes(client) == ([1] * len(expected) if client in reached else [len(expected)])


async def test_each_session_is_sent_everything_once_and_in_the_order_of_the_calls(fan_out, many):
    chance = random.Random(4)
    expected: dict[Any, list[str]] = {client: [] for client in many}
    for number in range(300):
        chosen = chance.sample(many, chance.choice([1, 20, 100, 400, 500]))
        if chance.random() < 0.15:
            fan_out.send(chosen, frames(f"{number}"))
        else:
            fan_out.send_to_all(frozenset(chosen), frames(f"{number}"))
        for client in chosen:
            expected[client].append(f"{number}")
        for _ in range(chance.choice([0, 0, 1, 3])):
            await asyncio.sleep(0)
    await until_sent(fan_out)
    assert {client: names(client) for client in many} == expected
    assert max(max(writes(client)) for client in many) > 1


async def test_one_write_has_a_bounded_number_of_messages(fan_out, many):
    for number in range(3 * MOST_JOINED):
        fan_out.send_to_all(frozenset(many), frames(f"{number}"))
    await until_sent(fan_out)
    for client in many:
        assert names(client) == [f"{number}" for number in range(3 * MOST_JOINED)]
        assert max(writes(client)) <= MOST_JOINED


async def test_a_message_that_cannot_be_made_is_left_out_alone(fan_out, many, caplog):
    def fail():
        raise RuntimeError("the test says so")

    for wrong in (frames("first"), Frames(fail), frames("last")):
        fan_out.send_to_all(frozenset(many), wrong)
    await until_sent(fan_out)
    assert "a push could not be made" in caplog.text
    late = [client for client in many if writes(client) == [2]]
    assert late
    assert all(names(client) == ["first", "last"] for client in many)


async def test_a_session_that_ends_or_falls_asleep_while_it_waits_is_sent_nothing(fan_out, many, session):
    asleep = session("alice", IOS)
    fan_out.send(many, frames("before"))  # which takes some turns
    everybody = frozenset((*many, asleep))
    fan_out.send_to_all(everybody, frames("first"))
    fan_out.send_to_all(everybody, frames("second"))
    gone = many[-1]
    gone.drop(Cause.LOST)
    asleep.is_background = True
    sent, dropped = metrics.connections.sent, metrics.connections.dropped
    await until_sent(fan_out)
    assert names(gone) == names(asleep) == []
    assert all(names(client) == ["before", "first", "second"] for client in many[:-1])
    told = sum(len(names(client)) for client in many)
    assert metrics.connections.sent - sent == told - 128  # those of the first turn
    assert metrics.connections.dropped - dropped == 1  # the first message, whose sessions are looked at one by one
