"""How long somebody waits after failed logins."""

import pytest

from amity.console.sessions import attempts
from amity.console.sessions.attempts import FORGOTTEN_SECONDS, FREE_OF_ALL, LONGEST_DELAY, Attempts, network_of
from tests.support.fake_clock import FakeClock

HERE, THERE = "203.0.113.1", "203.0.113.2"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def tried(clock):
    return Attempts(clock)


def test_the_first_failures_do_not_delay_and_the_next_delay_ever_longer(tried, clock):
    waits = []
    for _ in range(14):
        tried.failed(HERE)
        waits.append(tried.wait(HERE))
        clock.advance(waits[-1])
        assert tried.wait(HERE) == 0
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_failures_of_one_address_do_not_delay_another(tried):
    for _ in range(10):
        tried.failed(HERE)
    assert tried.wait(HERE)
    assert not tried.wait(THERE)


def test_failures_of_many_addresses_delay_all_for_some_seconds(tried, clock):
    for n in range(FREE_OF_ALL + 20):
        tried.failed(f"198.51.100.{n}")
    assert tried.wait(HERE) == 5
    clock.advance(5)
    assert tried.wait(HERE) == 0


def test_who_comes_back_when_told_to_is_let_in_however_many_others_fail_meanwhile(tried, clock):
    for n in range(FREE_OF_ALL + 20):
        tried.failed(f"198.51.100.{n}")
    told = tried.wait(HERE)
    for n in range(100):
        clock.advance(told / 100)
        tried.failed(f"203.0.113.{n + 50}")
    assert tried.wait(HERE) == 0
    assert tried.wait(THERE) == 5


def test_who_has_waited_for_others_and_fails_waits_again(tried, clock):
    for n in range(FREE_OF_ALL + 20):
        tried.failed(f"198.51.100.{n}")
    clock.advance(tried.wait(HERE))
    assert tried.wait(HERE) == 0
    tried.failed(HERE)
    assert tried.wait(HERE) == 5


def test_an_address_that_has_logged_in_does_not_wait_for_others(tried):
    tried.succeeded(HERE)
    for n in range(FREE_OF_ALL + 20):
        tried.failed(f"198.51.100.{n}")
    assert not tried.wait(HERE)
    assert tried.wait(THERE)


def test_a_success_forgets_the_failures_of_its_address(tried):
    for _ in range(5):
        tried.failed(HERE)
    tried.succeeded(HERE)
    tried.failed(HERE)
    assert not tried.wait(HERE)


def test_failures_are_forgotten_after_a_time(tried, clock):
    for _ in range(20):
        tried.failed(HERE)
    clock.advance(FORGOTTEN_SECONDS)
    tried.failed(HERE)
    assert not tried.wait(HERE)


def test_the_time_of_day_has_no_part_in_it(tried, clock):
    for _ in range(20):
        tried.failed(HERE)
    clock.step(86400)
    assert tried.wait(HERE) == LONGEST_DELAY


def test_no_number_of_failures_is_too_large(tried):
    for _ in range(3000):
        tried.failed(HERE)
    assert tried.wait(HERE) == LONGEST_DELAY


def test_a_bounded_number_of_addresses_is_remembered(tried, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_ADDRESSES", 10)
    monkeypatch.setattr(attempts, "MOST_KNOWN", 10)
    for n in range(30):
        tried.failed(f"198.51.100.{n}")
        tried.succeeded(f"192.0.2.{n}")
        tried.wait(f"233.252.0.{n}")
    assert len(tried._by_address) == len(tried._known) == len(tried._begun) == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.1", "203.0.113.1"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("a socket", ""),
        ("", ""),
    ],
)
def test_a_network_of_one_machine_counts_as_one(address, network):
    assert network_of(address) == network
