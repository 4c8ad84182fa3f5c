"""The gateway's clock, which a test can move."""

import asyncio

import pytest

from amity.gateway.heartbeat import Pulse, Rhythm
from tests.support.fake_clock import FakeClock

ROUND = 5
"""Ticks in which everybody is looked at once."""


class Beating:
    def __init__(self, beat=None):
        self.beats: list[float] = []
        self.beat = beat or self.beats.append


class Ending:
    def __init__(self):
        self.is_over = False

    def overdue(self):
        self.is_over = True


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def pulse(clock):
    return Pulse(Rhythm(tick=1.0, handshake=10.0, parting=3.0), clock.monotonic)


def pass_time(pulse, clock, seconds):
    for _ in range(seconds):
        clock.advance(1)
        pulse.tick()


def test_everybody_is_looked_at_once_in_a_round(pulse, clock):
    several = [Beating() for _ in range(100)]
    for each in several:
        pulse.watch(each)
    pass_time(pulse, clock, ROUND)
    assert [len(each.beats) for each in several] == [1] * 100
    pass_time(pulse, clock, 2 * ROUND)
    assert [len(each.beats) for each in several] == [3] * 100


def test_who_is_forgotten_is_not_looked_at(pulse, clock):
    one = Beating()
    pulse.watch(one)
    pulse.forget(one)
    pulse.forget(one)
    pass_time(pulse, clock, ROUND)
    assert one.beats == []


def test_who_has_gone_may_take_others_along_while_they_are_looked_at(pulse, clock):
    def forget_all(now):
        for each in several:
            pulse.forget(each)

    several = [Beating(forget_all) for _ in range(20)]
    for each in several:
        pulse.watch(each)
    pass_time(pulse, clock, 2 * ROUND)


def test_what_is_late_is_ended_and_nothing_else(pulse, clock):
    early, late, settled = Ending(), Ending(), Ending()
    pulse.partings.add(early, pulse.now)
    pulse.partings.add(settled, pulse.now)
    pass_time(pulse, clock, 2)
    pulse.partings.add(late, pulse.now)
    pulse.partings.discard(settled)
    assert not early.is_over
    pass_time(pulse, clock, 1)
    assert (early.is_over, late.is_over, settled.is_over) == (True, False, False)
    pass_time(pulse, clock, 2)
    assert late.is_over
    assert not pulse.partings


def test_time_stands_still_while_the_process_does(pulse, clock):
    before = pulse.now
    clock.advance(3600)
    pulse.tick()
    assert pulse.now - before == 2


async def test_a_tick_that_fails_is_not_the_last(caplog):
    pulse = Pulse(Rhythm(tick=0.001))
    looked = asyncio.Event()

    def beat(now):
        if caplog.records:
            looked.set()
        raise RuntimeError("the test says so")

    broken = Beating(beat)
    pulse.watch(broken)
    running = asyncio.create_task(pulse.run())
    async with asyncio.timeout(5):
        await looked.wait()
    running.cancel()
