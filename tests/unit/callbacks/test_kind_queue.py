"""How many deliveries may be under way, and which kinds of events have somewhere to go."""

from amity.callbacks.telling.kind_queue import FEWEST_IN_FLIGHT, IN_FLIGHT, KindQueue, OwnerQueue, kind_queues
from amity.callbacks.telling.store import Event
from amity.settings import Callback, Callbacks
from tests.support.fake_clock import FakeClock

ROW = (1, "evt_1", "lena", "callbackAfterImportFriendsCommand", "op", 0, 0)


def kind(in_flight):
    made = KindQueue("afterImportFriends", "callbackAfterImportFriendsCommand", FakeClock())
    made.in_flight = in_flight
    event = Event(ROW)
    made.loaded.append((OwnerQueue("lena", made, event), event))
    return made


def test_the_window_widens_while_nothing_ends():
    slow = kind(FEWEST_IN_FLIGHT)
    for expected in (32, 64, 64):
        slow.adjust_window()
        assert slow.window == expected
        slow.in_flight = slow.window
    assert slow.window == IN_FLIGHT
    assert not slow.is_crowded


def test_the_window_of_a_receiver_that_keeps_up_stays_narrow():
    fast = kind(FEWEST_IN_FLIGHT)
    for _ in range(5):
        fast.ended = FEWEST_IN_FLIGHT
        fast.adjust_window()
        assert fast.window == FEWEST_IN_FLIGHT


def test_the_window_narrows_when_a_receiver_gets_fast():
    faster = kind(IN_FLIGHT)
    faster.window = IN_FLIGHT
    for expected in (32, 16, 16):
        faster.ended = 2 * faster.window
        faster.adjust_window()
        assert faster.window == expected


def test_nothing_that_waits_is_no_reason_to_widen():
    idle = kind(FEWEST_IN_FLIGHT)
    idle.loaded.clear()
    idle.adjust_window()
    assert idle.window == FEWEST_IN_FLIGHT


def test_every_after_callback_with_a_url_is_a_target_switched_on_or_not():
    common = kind_queues(Callbacks(url="http://a.example/cb"), FakeClock())
    assert "callbackAfterImportFriendsCommand" in common
    assert all(command.startswith("callbackAfter") for command in common)
    assert kind_queues(Callbacks(), FakeClock()) == {}
    own = Callbacks(
        url="http://a.example/cb",
        events={"afterDeleteFriend": Callback(url="", enable=False), "afterImportFriends": Callback(url="http://b")},
    )
    assert "callbackAfterDeleteFriendCommand" not in kind_queues(own, FakeClock())
    assert "callbackAfterImportFriendsCommand" in kind_queues(own, FakeClock())
