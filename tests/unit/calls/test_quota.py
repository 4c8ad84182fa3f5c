"""Rate limits of expensive operations, for each caller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity import metrics
from amity.calls.quota import Quota
from amity.errors import Code, ImError
from tests.support.fake_clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


def allowed(quota, caller, tries):
    count = 0
    for _ in range(tries):
        try:
            quota.take(caller)
        except ImError:
            continue
        count += 1
    return count


def test_a_full_quota_is_allowed_at_once_and_again_over_a_minute(clock):
    quota = Quota("searchesPerMinute", 6, clock=clock)
    assert allowed(quota, "ann", 10) == 6
    clock.advance(9.9)
    assert allowed(quota, "ann", 3) == 0
    clock.advance(0.1)
    assert allowed(quota, "ann", 3) == 1
    clock.advance(3600)
    assert allowed(quota, "ann", 10) == 6


def test_a_refusal_names_the_limit_and_when_to_try_again_and_is_counted(clock):
    quota = Quota("searchesPerMinute", 2, clock=clock)
    before = metrics.registry.get_sample_value("amity_limits_total", {"limit": "searchesPerMinute"}) or 0
    assert allowed(quota, "ann", 2) == 2
    clock.advance(9.5)
    with pytest.raises(ImError) as refused:
        quota.take("ann")
    assert refused.value.code == Code.READS_LIMIT
    assert refused.value.detail == "limits.searchesPerMinute: too many in a minute, try again in 21 s (limit 2)"
    assert metrics.registry.get_sample_value("amity_limits_total", {"limit": "searchesPerMinute"}) == before + 1


def test_a_quota_of_seconds_is_refilled_over_them_and_names_its_section(clock):
    quota = Quota("perSecond", 4, clock=clock, section="messages", seconds=2.0)
    before = metrics.registry.get_sample_value("amity_limits_total", {"limit": "messages.perSecond"}) or 0
    assert allowed(quota, "ann", 10) == 4
    clock.advance(0.5)
    assert allowed(quota, "ann", 10) == 1
    with pytest.raises(ImError, match=r"messages\.perSecond: too many in 2 s, try again in 1 s \(limit 4\)"):
        quota.take("ann")
    counted = metrics.registry.get_sample_value("amity_limits_total", {"limit": "messages.perSecond"})
    assert counted == before + 6 + 9 + 1
    clock.advance(2.0)
    assert allowed(quota, "ann", 10) == 4


def test_callers_have_separate_quotas(clock):
    quota = Quota("searchesPerMinute", 3, clock=clock)
    assert allowed(quota, "ann", 100) == 3
    assert allowed(quota, "bob", 100) == 3


def test_zero_is_no_limit(clock):
    assert allowed(Quota("searchesPerMinute", 0, clock=clock), "ann", 10_000) == 10_000


def test_a_caller_with_a_full_bucket_is_not_kept(clock):
    quota = Quota("searchesPerMinute", 60, clock=clock)
    for number in range(1000):
        quota.take(f"user{number}")
    clock.advance(1)
    quota.take("ann")
    assert list(quota._full_at) == ["ann"]


def test_the_oldest_callers_are_dropped_above_the_limit(clock):
    quota = Quota("searchesPerMinute", 1, clock=clock, most_callers=3)
    for caller in ("ann", "bob", "cyd", "ann", "dan"):
        allowed(quota, caller, 1)
    assert list(quota._full_at) == ["cyd", "ann", "dan"]
    assert allowed(quota, "ann", 1) == 0
    assert allowed(quota, "bob", 1) == 1


@given(st.integers(1, 200), st.lists(st.floats(0, 30), max_size=200))
def test_no_minute_has_more_than_twice_the_limit(per_minute, pauses):
    clock = FakeClock()
    quota = Quota("searchesPerMinute", per_minute, clock=clock)
    times = []
    for pause in pauses:
        clock.advance(pause)
        times += [clock.monotonic()] * allowed(quota, "ann", 3)
    for begin in times:
        assert sum(begin <= each < begin + 60 for each in times) <= 2 * per_minute
