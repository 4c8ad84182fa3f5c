"""How many deliveries may be under way."""

from amity.callbacks.telling.kind_queue import FEWEST_IN_FLIGHT, IN_FLIGHT, KindQueue, OwnerQueue
from amity.callbacks.telling.routes import Route
from amity.callbacks.telling.store import Event
from tests.support.fake_clock import FakeClock

COMMAND = "callbackAfterImportFriendsCommand"
ROW = (1, "evt_1", "lena", COMMAND, "op", 0, 0)


def kind(in_flight):
    made = KindQueue(COMMAND, Route("afterImportFriends", COMMAND), FakeClock())
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
