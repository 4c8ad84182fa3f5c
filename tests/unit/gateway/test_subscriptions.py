"""Subscriptions to users' online status."""

import tracemalloc

import pytest

from amity.errors import ImError
from amity.gateway.session import Cause
from amity.gateway.sessions import NoObserver, Sessions
from amity.gateway.subscriptions import MOST_WATCHED, Subscriptions
from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import SubUserOnlineStatus, SubUserOnlineStatusTips
from tests.support.gateway_client import reply_of


@pytest.fixture
def sessions():
    return Sessions()


@pytest.fixture
def watching(shared, sessions, monkeypatch):
    made = Subscriptions(sessions)
    sessions.observe(NoObserver(), made.changed)

    def left(session, cause):
        made.forget(session)
        sessions.remove(session)

    monkeypatch.setattr(shared, "left", left)
    return made


def asked(*wanted, without=()):
    return SubUserOnlineStatus(subscribeUserID=wanted, unsubscribeUserID=without).SerializeToString()


def shown(data):
    tips = SubUserOnlineStatusTips.FromString(data)
    return [(each.userID, list(each.onlinePlatformIDs)) for each in tips.subscribers]


def told(client):
    replies = [reply_of(message, "js") for _, message in client._transport.sent]
    assert all((reply.identifier, reply.msg_incr) == (Identifier.SUBSCRIBE_ONLINE, "") for reply in replies)
    return [entry for reply in replies for entry in shown(reply.data)]


def test_the_answer_says_where_each_is_online(watching, sessions, session):
    sessions.add(session("bob", 1))
    sessions.add(session("bob", 5))
    client = session("alice")
    assert shown(watching.subscribe(client, asked("bob", "carol", "bob"))) == [("bob", [1, 5]), ("carol", [])]


def test_an_answer_about_nobody_is_not_empty(watching, session):
    data = watching.subscribe(session("alice"), asked(without=["bob"]))
    assert data
    assert shown(data) == []


async def test_exactly_the_changes_of_platforms_are_pushed(watching, sessions, session):
    client = session("alice")
    sessions.add(client)
    watching.subscribe(client, asked("bob", "alice"))
    phone, tablet, another = session("bob", 1), session("bob", 9), session("bob", 9)
    for other in (phone, tablet, another, session("carol", 1)):
        sessions.add(other)
    tablet.leave(Cause.LOGOUT)
    assert told(client) == [("bob", [1]), ("bob", [1, 9])]
    another.drop(Cause.LOST)
    phone.drop(Cause.LOST)
    assert told(client)[2:] == [("bob", [1]), ("bob", [])]


async def test_an_unsubscribed_session_gets_no_push(watching, sessions, session):
    client, other = session("alice"), session("carol")
    watching.subscribe(client, asked("bob"))
    watching.subscribe(other, asked("bob"))
    watching.subscribe(client, asked(without=["bob", "nobody"]))
    sessions.add(session("bob"))
    assert (told(client), told(other)) == ([], [("bob", [7])])


async def test_a_user_both_subscribed_and_unsubscribed_is_watched(watching, sessions, session):
    client = session("alice")
    watching.subscribe(client, asked("bob"))
    watching.subscribe(client, asked("bob", without=["bob"]))
    sessions.add(session("bob"))
    assert told(client) == [("bob", [7])]


def test_a_session_that_ends_is_forgotten(watching, sessions, session):
    client = session("alice")
    sessions.add(client)
    watching.subscribe(client, asked("bob", "carol"))
    client.leave(Cause.LOGOUT)
    assert (watching._watchers, watching._watched, watching._pushed_platforms) == ({}, {}, {})


async def test_a_user_is_watched_until_the_last_watcher_is_gone(watching, sessions, session):
    watchers = [session(name) for name in ("alice", "carol", "dave")]
    for watcher in watchers:
        sessions.add(watcher)
        watching.subscribe(watcher, asked("bob"))
    phone = session("bob", 1)
    for gone in range(len(watchers)):
        sessions.add(phone)
        sessions.remove(phone)
        expected = [("bob", [1]), ("bob", [])] * (gone + 1)
        assert all(told(watcher) == expected for watcher in watchers[gone:])
        watchers[gone].leave(Cause.LOGOUT)
    assert (watching._watchers, watching._watched, watching._pushed_platforms) == ({}, {}, {})


def test_watched_ids_cost_little_memory_whatever_their_length(watching, session):
    requests = [asked(*(f"{client}-{number}".rjust(128, "x") for number in range(MOST_WATCHED))) for client in range(4)]
    clients = [session(f"client-{number}") for number in range(len(requests))]
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for client, request in zip(clients, requests, strict=True):
        watching.subscribe(client, request)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / len(clients) < 100 * MOST_WATCHED


def test_one_connection_watches_users_up_to_the_limit(watching, session):
    client = session("alice")
    users = [f"user-{number}" for number in range(MOST_WATCHED)]
    watching.subscribe(client, asked(*users))
    with pytest.raises(ImError) as caught:
        watching.subscribe(client, asked("one more"))
    assert caught.value.detail == "subscribeUserID: one connection watches up to 3000 users"
    watching.subscribe(client, asked("one more", without=users[:1]))
    assert len(watching._watched[client]) == MOST_WATCHED


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"\xff\xff", "data: is not the protobuf message SubUserOnlineStatus"),
        (asked("u" * 129), "subscribeUserID: a user id has up to 128 characters"),
        (asked(*["bob"] * 3001), "subscribeUserID: 3001 entries, and up to 3000 are allowed"),
        (asked(without=["bob"] * 3001), "unsubscribeUserID: 3001 entries, and up to 3000 are allowed"),
    ],
)
def test_bytes_that_are_not_the_request_are_refused(watching, session, data, detail):
    with pytest.raises(ImError) as caught:
        watching.subscribe(session("alice"), data)
    assert (caught.value.code, caught.value.detail) == (1001, detail)
    assert watching._watched == {}
