"""Changes of online status, from connections that open, close and are kicked."""

from hypothesis import given
from hypothesis import strategies as st

from amity.presence.changes import Changes, Kind
from tests.support.fake_clock import FakeClock
from tests.support.presence import Connection


class Roll:
    """Changes with a clock that stands still, shown as ``("online", "lena", 5)``."""

    def __init__(self, most=100_000):
        self.clock = FakeClock()
        self.changes = Changes(self.clock, most)

    def taken(self, most=100_000):
        return [(change.kind.value, change.user_id, change.platform_id) for change in self.changes.take(most)]


def test_the_first_connection_brings_a_user_online_and_the_end_of_the_last_one_offline():
    roll = Roll()
    first, second = Connection("lena"), Connection("lena")
    roll.changes.opened(first)
    roll.changes.opened(second)
    assert roll.taken() == [("online", "lena", 5)]
    roll.changes.closed(first)
    assert roll.taken() == []
    roll.changes.closed(second)
    assert roll.taken() == [("offline", "lena", 5)]


def test_platforms_of_a_user_are_independent():
    roll = Roll()
    phone, browser = Connection("lena", 2), Connection("lena", 5)
    roll.changes.opened(phone)
    roll.changes.opened(browser)
    roll.changes.closed(phone)
    assert roll.taken() == [("online", "lena", 2), ("online", "lena", 5), ("offline", "lena", 2)]


def test_a_connection_that_closes_twice_or_was_never_open_changes_nothing():
    roll = Roll()
    connection = Connection("lena")
    roll.changes.opened(connection)
    roll.changes.closed(Connection("lena"))
    roll.changes.closed(Connection("max"))
    roll.changes.closed(connection)
    roll.changes.closed(connection)
    assert roll.taken() == [("online", "lena", 5), ("offline", "lena", 5)]


def test_a_change_names_the_connection_that_made_it():
    roll = Roll()
    first, second = Connection("lena", operation_id="one", is_background=True), Connection("lena", operation_id="two")
    roll.changes.opened(first)
    roll.changes.opened(second)
    roll.changes.closed(first)
    roll.changes.closed(second)
    online, offline = roll.changes.take(10)
    assert (online.conn_id, online.operation_id, online.in_background) == (first.conn_id, "one", True)
    assert (offline.conn_id, offline.operation_id, offline.in_background) == (second.conn_id, "two", False)


def test_a_kick_is_told_before_the_offline_that_follows_it():
    roll = Roll()
    connection = Connection("lena")
    roll.changes.opened(connection)
    roll.changes.kicked(connection)
    roll.changes.closed(connection)
    assert roll.taken() == [("online", "lena", 5), ("kicked", "lena", 5), ("offline", "lena", 5)]


def test_a_kick_for_the_sake_of_a_newer_connection_leaves_the_user_online():
    roll = Roll()
    old, new = Connection("lena"), Connection("lena")
    roll.changes.opened(old)
    roll.changes.opened(new)
    roll.changes.kicked(old)
    roll.changes.closed(old)
    assert roll.taken() == [("online", "lena", 5), ("kicked", "lena", 5)]


def test_events_within_one_millisecond_keep_their_order():
    roll = Roll()
    for _ in range(3):
        connection = Connection("lena")
        roll.changes.opened(connection)
        roll.changes.kicked(connection)
        roll.changes.closed(connection)
    seqs = [change.seq for change in roll.changes.take(100)]
    assert seqs == sorted(set(seqs))
    assert seqs[0] == 1_800_000_000_000


def test_events_keep_their_order_when_the_clock_is_set_back():
    roll = Roll()
    connection = Connection("lena")
    roll.changes.opened(connection)
    roll.clock.step(-3600)
    roll.changes.closed(connection)
    online, offline = roll.changes.take(10)
    assert offline.seq > online.seq


def test_starting_over_reports_everybody_online_and_keeps_kicks():
    roll = Roll()
    stays, goes, kicked = Connection("lena"), Connection("max"), Connection("nina")
    for connection in (stays, goes, kicked):
        roll.changes.opened(connection)
    roll.changes.kicked(kicked)
    unwritten = roll.changes.take(4)
    roll.changes.closed(kicked)
    roll.changes.closed(goes)
    roll.changes.start_over(unwritten)
    assert roll.taken() == [("kicked", "nina", 5), ("online", "lena", 5)]


STEPS = st.lists(st.tuples(st.sampled_from("ock"), st.integers(0, 5)), max_size=60)


def play(changes, connections, steps):
    """Open, close and kick; return who is online at the end."""
    open_now = set()
    for step, number in steps:
        if step == "o":
            changes.opened(connections[number])
            open_now.add(number)
        elif step == "c":
            changes.closed(connections[number])
            open_now.discard(number)
        else:
            changes.kicked(connections[number])
    return {(connections[number].user_id, connections[number].platform_id) for number in open_now}


def told(found, online=()):
    """Who is online for somebody who is told of these changes; fails where one contradicts what was told before."""
    online = set(online)
    for change in found:
        if change.kind is Kind.ONLINE:
            assert change.place not in online
            online.add(change.place)
        elif change.kind is Kind.OFFLINE:
            online.remove(change.place)
    return online


def six_connections():
    """Two of lena's browsers, two of her phones, two of others."""
    return [
        Connection("lena"),
        Connection("lena"),
        Connection("lena", 2),
        Connection("lena", 2),
        Connection("max"),
        Connection("nina", 2),
    ]


@given(STEPS)
def test_whatever_connections_do_who_listens_knows_who_is_online(steps):
    changes = Changes(FakeClock())
    online = play(changes, six_connections(), steps)
    found = changes.take(1000)
    assert told(found) == online
    for place in {change.place for change in found}:
        seqs = [change.seq for change in found if change.place == place and change.kind is not Kind.KICKED]
        assert seqs == sorted(set(seqs))


@given(STEPS, STEPS, st.integers(1, 8))
def test_with_a_bound_on_what_waits_who_listens_still_knows_who_is_online(first, second, most):
    connections = six_connections()
    changes = Changes(FakeClock(), most)
    play(changes, connections, first)
    before = told(changes.take(1000))
    # Those that are open at this point stay so: the second run begins with closing them.
    for connection in connections:
        changes.closed(connection)
    online = play(changes, connections, second)
    assert told(changes.take(1000), before) == online


def test_what_waits_has_a_bound_however_often_clients_come_and_go():
    roll = Roll(most=10)
    stays = Connection("max")
    roll.changes.opened(stays)
    for _ in range(1000):
        connection = Connection("lena")
        roll.changes.opened(connection)
        roll.changes.kicked(connection)
        roll.changes.closed(connection)
    waiting = roll.taken()
    assert len(waiting) <= 10
    assert ("online", "max", 5) in waiting
