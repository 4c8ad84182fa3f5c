"""How long turns of the event loop hold up all others, as it is measured and told."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable

import pytest

from amity import lag, metrics
from amity.lag import EVERY, LOGGED_FROM, WINDOW, LoopLag
from tests.support.fake_clock import FakeClock


def sample(name: str, labels: dict[str, str] | None = None) -> float:
    value = metrics.registry.get_sample_value(name, labels)
    assert value is not None
    return value


class Ticks:
    """A clock and a loop in one: each ``late`` is a timer that comes so many seconds late."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.lag = LoopLag(self.clock)
        self.due: Callable[..., object] | None = None
        self.lag._wait(self)  # type: ignore[arg-type]  # what it needs of a loop

    def call_later(self, seconds: float, callback: Callable[..., object], *_: object) -> None:
        assert seconds == EVERY
        self.due = callback

    def late(self, seconds: float) -> float:
        """Return the longest lag that is told after it."""
        self.clock.advance(EVERY + seconds)
        assert self.due is not None
        self.due(self)
        return sample("amity_loop_lag_worst_seconds")


def test_the_longest_lag_is_told_for_a_minute():
    ticks = Ticks()
    assert ticks.late(0.4) == pytest.approx(0.4)
    assert ticks.late(0.1) == pytest.approx(0.4)
    assert ticks.late(0.2) == pytest.approx(0.4)
    ticks.clock.advance(WINDOW - 0.3)
    ticks.lag._due = ticks.clock.monotonic()  # it was not overdue meanwhile
    assert ticks.late(0.0) == pytest.approx(0.2)
    assert ticks.late(WINDOW) == pytest.approx(WINDOW)


def test_each_lag_is_counted():
    ticks = Ticks()
    before = sample("amity_loop_lag_seconds_count"), sample("amity_loop_lag_seconds_bucket", {"le": "0.05"})
    ticks.late(0.01)
    ticks.late(0.06)
    after = sample("amity_loop_lag_seconds_count"), sample("amity_loop_lag_seconds_bucket", {"le": "0.05"})
    assert (after[0] - before[0], after[1] - before[1]) == (2, 1)


def test_a_long_turn_is_logged_once_a_minute_and_the_others_are_counted(caplog):
    ticks = Ticks()
    with caplog.at_level(logging.WARNING):
        ticks.late(LOGGED_FROM - 0.01)
        assert not caplog.records
        for _ in range(3):
            ticks.late(LOGGED_FROM + 0.01)
        assert len(caplog.records) == 1
        assert "(limit 250 ms, got 260 ms" in caplog.text
        ticks.late(60.0)
    assert len(caplog.records) == 2
    assert "2 more such turns since the last such line" in caplog.records[-1].getMessage()


def test_a_loop_that_keeps_up_keeps_nothing():
    ticks = Ticks()
    for _ in range(1000):
        ticks.late(0.0)
    assert len(ticks.lag._longest) == 1


def test_a_stack_is_shown_by_its_innermost_function_and_those_of_amity():
    frames = []

    class Looking(FakeClock):
        def monotonic(self) -> float:
            frames.append(lag.running(sys._getframe()))
            return 0.0

    LoopLag(Looking())._wait(Ticks())  # type: ignore[arg-type]
    (shown,) = frames
    first, caller = shown.split(" < ")
    assert first.startswith("unit/test_lag.py:")
    assert first.endswith(" monotonic")
    assert caller.startswith("lag.py:")
    assert caller.endswith(" _wait")


def hold_up(seconds: float) -> None:
    """Compute for so long, as the thread's processor time has it."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        sum(range(1000))


async def test_what_holds_up_a_real_loop_is_named_with_the_time_that_it_computed(caplog):
    measuring = LoopLag()
    measuring.start()
    try:
        with caplog.at_level(logging.WARNING):
            await asyncio.sleep(2 * EVERY)
            hold_up(0.5)
            async with asyncio.timeout(10):
                while not caplog.records:  # noqa: ASYNC110 - a log tells nobody
                    await asyncio.sleep(EVERY)
    finally:
        measuring.stop()
    said = caplog.records[0].getMessage()
    assert "hold_up" in said
    computed = int(said.split("of them ")[1].split(" ms")[0])
    assert computed >= 400
    assert sample("amity_loop_lag_worst_seconds") >= 0.4


async def test_it_ends_with_its_thread():
    measuring = LoopLag()
    measuring.start()
    measuring.stop()
    assert not measuring._sampler.is_alive()
    assert measuring._timer is not None
    assert measuring._timer.cancelled()
