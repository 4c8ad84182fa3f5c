"""The circuit breaker."""

from amity.callbacks.breaker import Breaker
from tests.support.fake_clock import FakeClock


def fail(breaker, times):
    for _ in range(times):
        assert breaker.admits()
        breaker.failed()


def opened():
    clock = FakeClock()
    breaker = Breaker(clock)
    fail(breaker, 10)
    return breaker, clock


def test_it_stays_closed_for_nine_failures_and_opens_with_the_tenth():
    breaker = Breaker(FakeClock())
    fail(breaker, 9)
    assert breaker.admits()
    assert breaker.failed()
    assert not breaker.admits()


def test_only_failures_in_a_row_open_it():
    breaker = Breaker(FakeClock())
    for _ in range(5):
        fail(breaker, 9)
        breaker.succeeded()
    assert breaker.admits()


def test_open_it_admits_nothing_for_ten_seconds_then_one_probe():
    breaker, clock = opened()
    clock.advance(9.99)
    assert not breaker.admits()
    clock.advance(0.01)
    assert breaker.admits()
    assert not breaker.admits()


def test_a_probe_that_succeeds_closes_it():
    breaker, clock = opened()
    clock.advance(10)
    assert breaker.admits()
    breaker.succeeded()
    fail(breaker, 9)
    assert breaker.admits()


def test_a_probe_that_fails_opens_it_for_another_ten_seconds():
    breaker, clock = opened()
    clock.advance(10)
    assert breaker.admits()
    assert breaker.failed()
    clock.advance(9.99)
    assert not breaker.admits()
    clock.advance(0.01)
    assert breaker.admits()


def test_a_probe_that_is_given_up_makes_room_for_another():
    breaker, clock = opened()
    clock.advance(10)
    assert breaker.admits()
    breaker.abandoned()
    assert breaker.admits()


def test_calls_that_were_under_way_when_it_opened_do_not_keep_it_open_longer():
    breaker, clock = opened()
    clock.advance(5)
    assert not breaker.failed()
    clock.advance(5)
    assert breaker.admits()
