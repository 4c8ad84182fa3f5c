"""The registry of sessions, and its observers."""

import pytest

from amity.gateway.session import Cause
from amity.gateway.sessions import Sessions
from amity.wire.frames import Identifier, Reply
from tests.support.gateway_client import reply_of


class Observer:
    def __init__(self):
        self.seen = []

    def opened(self, session):
        self.seen.append(("opened", session))

    def closed(self, session):
        self.seen.append(("closed", session))

    def kicked(self, session):
        self.seen.append(("kicked", session))


@pytest.fixture
def observer():
    return Observer()


@pytest.fixture
def changed():
    return []


@pytest.fixture
def sessions(shared, observer, changed, monkeypatch):
    made = Sessions()
    made.observe(observer, changed.append)
    monkeypatch.setattr(shared, "left", lambda session, cause: made.remove(session))
    return made


def pushed(client) -> list[Reply]:
    return [reply_of(message, "js") for kind, message in client._transport.sent if kind == "BINARY"]


def test_a_users_sessions_are_in_order_of_arrival(sessions, session):
    phone, browser = session("alice", 1), session("alice", 5)
    sessions.add(phone)
    sessions.add(browser)
    sessions.add(session("bob"))
    assert sessions.of("alice") == (phone, browser)
    assert sessions.platforms("alice") == [1, 5]
    assert (sessions.count, len(list(sessions))) == (3, 3)
    assert sessions.of("alice")
    assert not sessions.of("nobody")
    assert (list(sessions.of("nobody")), sessions.platforms("nobody")) == ([], [])


def test_members_sessions_are_those_of_now(sessions, session):
    members = frozenset(["alice", "bob", "nobody"])
    assert sessions.of_members(members) == frozenset()
    alice, browser, bob = session("alice"), session("alice", 5), session("bob")
    for client in (alice, browser, bob, session("carol")):
        sessions.add(client)
    assert sessions.of_members(members) == {alice, browser, bob}
    assert sessions.of_members(members) is sessions.of_members(members)
    browser.drop(Cause.LOST)
    assert sessions.of_members(members) == {alice, bob}
    assert sessions.of_members(frozenset(["bob"])) == {bob}


def test_the_sessions_that_are_kept_for_groups_are_bounded(sessions, session, monkeypatch):
    monkeypatch.setattr("amity.gateway.sessions._MOST_KEPT", 10)
    sessions.add(session("alice"))
    for number in range(20):
        assert len(sessions.of_members(frozenset(["alice", f"{number}", "bob"]))) == 1
        assert sum(len(members) for members, _ in sessions._kept.values()) <= 10


def test_platforms_have_no_duplicates(sessions, session):
    for platform in (5, 1, 5):
        sessions.add(session("alice", platform))
    assert sessions.platforms("alice") == [1, 5]


def test_an_ended_session_is_in_no_list(sessions, session):
    client = session("alice")
    sessions.add(client)
    client.leave(Cause.LOGOUT)
    assert not sessions.of("alice")
    assert sessions.count == 0


def test_observer_and_watchers_get_every_event_once_and_in_order(sessions, session, observer, changed):
    old, new = session("alice"), session("alice")
    sessions.add(old)
    sessions.add(new)
    sessions.kick_out(old)
    sessions.kick_out(old)
    new.drop(Cause.LOST)
    new.drop(Cause.LOST)
    assert observer.seen == [("opened", old), ("opened", new), ("kicked", old), ("closed", old), ("closed", new)]
    assert changed == ["alice"] * 4


def test_a_kick_ends_a_user_s_sessions_on_one_platform_and_tells_them(sessions, session):
    phones = [session("alice", 1), session("alice", 1)]
    others = [session("alice", 2), session("bob", 1)]
    for client in (*phones, *others):
        sessions.add(client)
    sessions.kick("alice", 1)
    sessions.kick("nobody", 1)
    for client in phones:
        assert pushed(client) == [Reply(Identifier.KICK)]
        assert client._transport.closed_with == (1000, b"kicked")
    assert all(client.is_live and not client._transport.sent for client in others)
