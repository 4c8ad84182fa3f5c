"""When a failed delivery is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.callbacks.telling.schedule import LONGEST_RETRY_AFTER, longest_pause, next_delay, retry_after

RETRIES = [5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 36000.0]
NOW = 1_800_000_000.0  # 15 January 2027, 08:00:00 UTC


def test_each_failure_takes_the_next_delay_of_the_schedule():
    assert [next_delay(RETRIES, failures, 0, lambda: 0.5) for failures in range(1, 8)] == RETRIES


def test_after_the_last_delay_there_is_no_attempt_left():
    assert next_delay(RETRIES, 8, 0, lambda: 0.5) is None
    assert next_delay([], 1, 0, lambda: 0.5) is None


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 7))
def test_a_delay_is_within_a_fifth_of_the_setting(random, failures):
    delay = next_delay(RETRIES, failures, 0, lambda: random)
    assert RETRIES[failures - 1] * 0.8 <= delay <= RETRIES[failures - 1] * 1.2


def test_a_receiver_may_ask_for_more_time_than_the_schedule_gives():
    assert next_delay(RETRIES, 1, 90, lambda: 0.5) == 90


def test_a_receiver_may_not_ask_for_less():
    assert next_delay(RETRIES, 2, 90, lambda: 0.5) == 300


def test_a_receiver_may_not_ask_for_more_than_ten_hours():
    assert next_delay(RETRIES, 1, 1e9, lambda: 0.5) == LONGEST_RETRY_AFTER == 36000


def test_a_receiver_cannot_ask_for_an_attempt_that_is_not_left():
    assert next_delay([5.0], 2, 90, lambda: 0.5) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("Fri, 15 Jan 2027 08:01:30 GMT", 90),
        ("Friday, 15-Jan-27 08:01:30 GMT", 90),
        ("Fri, 15 Jan 2027 10:01:30 +0200", 90),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ("9" * 5000, LONGEST_RETRY_AFTER),
        (None, 0),
        ("", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("\u0661\u0662", 0),  # digits, and not ASCII's
        ("Fri, 15 Jan 99999 08:01:30 GMT", 0),
        ("Fri, 32 Jan 2027 08:01:30 GMT", 0),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(header, seconds):
    assert retry_after(header, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(("retries", "longest"), [([5.0, 300.0], 36000), ([5.0, 36000.0], 43200), ([], 36000)])
def test_no_pause_is_longer_than_the_longest(retries, longest):
    assert longest_pause(retries) == longest
    for failures in range(1, len(retries) + 1):
        assert next_delay(retries, failures, 1e9, lambda: 0.999999) <= longest


@given(st.text())
def test_no_header_whatever_breaks_it(header):
    assert retry_after(header, NOW) >= 0
