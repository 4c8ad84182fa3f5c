"""Who is told what: every connected client of a user, in order, in turns, and nobody twice."""

import asyncio

import pytest

from amity.delivery.push import Push
from amity.gateway.session import Cause
from amity.gateway.sessions import Sessions
from amity.wire.frames import JS, Identifier, Reply
from amity.wire.platforms import IOS
from amity.wire.proto.sdkws_pb2 import PushMessages
from tests.support.fake_clock import FakeClock
from tests.support.gateway_client import reply_of
from tests.support.notices import notice

NOW = 1_800_000_000.0
NOTICE = notice("imAdmin")


@pytest.fixture(autouse=True)
def time_without_end(monkeypatch):
    """A busy machine needs longer for one session than a turn may send for. The number of sessions stays bounded."""
    monkeypatch.setattr("amity.gateway.fan_out._SECONDS", float("inf"))


@pytest.fixture
def sessions(shared, monkeypatch):
    made = Sessions()
    monkeypatch.setattr(shared, "left", lambda session, cause: made.remove(session))
    return made


@pytest.fixture
def push(sessions):
    return Push(sessions, FakeClock(NOW))


def pushed(client) -> list[Reply]:
    return [reply_of(message, "js") for kind, message in client._transport.sent if kind == "BINARY"]


async def test_a_notification_reaches_every_session_of_each_user_as_one_push(sessions, session, push):
    clients = [session("alice"), session("alice", 5), session("bob")]
    stranger = session("carol")
    for client in (*clients, stranger):
        sessions.add(client)
    push.notify(["alice", "bob", "nobody"], NOTICE, "op-1")
    assert stranger._transport.sent == []
    first, *others = [pushed(client) for client in clients]
    assert others == [first, first]
    (reply,) = first
    assert (reply.identifier, reply.msg_incr, reply.operation_id) == (Identifier.PUSH, "", "op-1")
    (message,) = PushMessages.FromString(reply.data).notificationMsgs["n_alice_bob"].Msgs
    assert (message.contentType, message.sendTime) == (1201, int(NOW * 1000))


async def test_a_notification_is_made_once_for_each_form(sessions, session, push, monkeypatch):
    made = []
    encode = type(JS).encode

    def counting(codec, reply):
        made.append(reply)
        return encode(codec, reply)

    monkeypatch.setattr(type(JS), "encode", counting)
    for _ in range(50):
        sessions.add(session("alice", sdk="js"))
    for _ in range(50):
        sessions.add(session("alice", sdk="go"))
    push.notify(["alice"], NOTICE, "op")
    assert len(made) == 1


async def test_an_iphone_in_the_background_is_left_alone_and_no_other(sessions, session, push):
    asleep, awake = session("alice", IOS, in_background=True), session("alice", IOS)
    other = session("alice", 2, in_background=True)
    for client in (asleep, awake, other):
        sessions.add(client)
    push.notify(["alice"], NOTICE, "op")
    assert [len(pushed(client)) for client in (asleep, awake, other)] == [0, 1, 1]


async def test_a_client_that_takes_nothing_is_dropped_and_the_others_are_told(sessions, session, push):
    stuck, fine = session("alice"), session("alice")
    sessions.add(stuck)
    sessions.add(fine)
    stuck.pause_writing()
    for _ in range(300):
        push.notify(["alice"], NOTICE, "op")
        await asyncio.sleep(0)
    assert sessions.of("alice") == (fine,)
    assert len(pushed(fine)) == 300


async def test_many_are_told_in_turns_and_in_order(sessions, session, push):
    users = [f"user-{number}" for number in range(1000)]
    clients = {user: session(user) for user in users}
    for client in clients.values():
        sessions.add(client)
    push.notify(users, NOTICE, "first")
    told_at_once = sum(1 for client in clients.values() if client._transport.sent)
    assert 0 < told_at_once < 300
    push.notify(users[:1], NOTICE, "second")
    push.notify(users, NOTICE, "third")
    clients["user-999"].leave(Cause.LOGOUT)
    for _ in range(50):
        await asyncio.sleep(0)
    assert [reply.operation_id for reply in pushed(clients["user-0"])] == ["first", "second", "third"]
    assert [reply.operation_id for reply in pushed(clients["user-998"])] == ["first", "third"]
    assert pushed(clients["user-999"]) == []


async def test_many_notifications_to_few_are_made_and_sent_in_turns_and_in_order(sessions, session, push, monkeypatch):
    made = []

    def push_messages(*_):
        made.append(1)
        return b""

    monkeypatch.setattr("amity.delivery.push.push_messages", push_messages)
    clients = [session(f"user-{number}") for number in range(1000)]
    for client in clients:
        sessions.add(client)
    for number in range(1000):
        push.notify([f"user-{number}"], NOTICE, "first")
    assert 0 < len(made) < 300
    assert len(made) == sum(1 for client in clients if client._transport.sent)
    for number in range(1000):
        push.notify([f"user-{number}"], NOTICE, "second")
    at_once = len(made)
    await asyncio.sleep(0)
    assert len(made) < at_once + 300
    for _ in range(1000):
        await asyncio.sleep(0)
    assert all([reply.operation_id for reply in pushed(client)] == ["first", "second"] for client in clients)


async def test_a_turn_sends_for_a_bounded_time(sessions, session, push, monkeypatch):
    monkeypatch.setattr("amity.gateway.fan_out._SECONDS", 1e-9)  # less than anything takes
    clients = [session(f"user-{number}") for number in range(100)]
    for client in clients:
        sessions.add(client)
    push.notify([client.user_id for client in clients], NOTICE, "op")
    assert 0 < sum(len(pushed(client)) for client in clients) < 50
    for _ in range(100):
        await asyncio.sleep(0)
    assert all(len(pushed(client)) == 1 for client in clients)


async def test_what_waits_is_bounded(sessions, session, push, monkeypatch):
    monkeypatch.setattr("amity.gateway.fan_out._MOST_WAITING", 500)
    client = session("alice")
    sessions.add(client)
    for _ in range(2000):
        push.notify(["alice"], NOTICE, "op")
        assert len(sessions.fan_out._waiting) <= 500
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(pushed(client)) == 2000


async def test_a_notification_that_cannot_be_sent_hurts_nobody(sessions, session, push, caplog):
    sessions.add(session("alice"))
    push.notify(["alice"], notice(object()), "op")
    assert "could not be made" in caplog.text
    push.notify(["alice"], NOTICE, "op")
    assert len(pushed(sessions.of("alice")[0])) == 1


def test_nobody_is_told_where_nobody_is_connected():
    Push(Sessions()).notify(["alice"], NOTICE, "op")


def told_to_fetch(client) -> int:
    return sum(kind == "BINARY" for kind, _ in client._transport.sent)


@pytest.mark.parametrize("seconds", [29, 30], ids=["not for half a minute", "then once more"])
async def test_a_core_that_never_fetches_is_told_again(sessions, session, push, shared, seconds):
    core = session("alice", sdk="go")
    sessions.add(core)
    fetch = notice(coalesces="friends")
    push.notify(["alice"], fetch, "op")
    for _ in range(seconds):
        shared.clock.advance(1)
        shared.heartbeat.tick()
    push.notify(["alice"], fetch, "op")
    assert told_to_fetch(core) == (1 if seconds < 30 else 2)


async def test_a_core_that_has_fetched_is_told_again_on_that_platform_only(sessions, session, push):
    phone, computer = session("alice", 1, sdk="go"), session("alice", 7, sdk="go")
    sessions.add(phone)
    sessions.add(computer)
    fetch = notice(coalesces="friends")
    push.notify(["alice"], fetch, "op")
    push.fetched("alice", 1, "friends")
    push.notify(["alice"], fetch, "op")
    assert (told_to_fetch(phone), told_to_fetch(computer)) == (2, 1)


async def test_a_core_is_told_all_that_does_more_than_make_it_fetch(sessions, session, push):
    core = session("alice", sdk="go")
    sessions.add(core)
    for _ in range(2):
        push.notify(["alice"], NOTICE, "op")
    assert told_to_fetch(core) == 2
