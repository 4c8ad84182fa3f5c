"""The gateway's one timer, by a clock that the test moves."""

import asyncio

import pytest

from amity.gateway.heartbeat import Heartbeat, Rhythm
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
def heartbeat(clock):
    return Heartbeat(Rhythm(tick=1.0, handshake=10.0, parting=3.0), clock)


def pass_time(heartbeat, clock, seconds):
    for _ in range(seconds):
        clock.advance(1)
        heartbeat.tick()


def test_everybody_is_looked_at_once_in_a_round(heartbeat, clock):
    several = [Beating() for _ in range(100)]
    for each in several:
        heartbeat.watch(each)
    pass_time(heartbeat, clock, ROUND)
    assert [len(each.beats) for each in several] == [1] * 100
    pass_time(heartbeat, clock, 2 * ROUND)
    assert [len(each.beats) for each in several] == [3] * 100


def test_who_is_forgotten_is_not_looked_at(heartbeat, clock):
    one = Beating()
    heartbeat.watch(one)
    heartbeat.forget(one)
    heartbeat.forget(one)
    pass_time(heartbeat, clock, ROUND)
    assert one.beats == []


def test_who_has_gone_may_take_others_along_while_they_are_looked_at(heartbeat, clock):
    def forget_all(now):
        for each in several:
            heartbeat.forget(each)

    several = [Beating(forget_all) for _ in range(20)]
    for each in several:
        heartbeat.watch(each)
    pass_time(heartbeat, clock, 2 * ROUND)


def test_what_is_late_is_ended_and_nothing_else(heartbeat, clock):
    early, late, settled = Ending(), Ending(), Ending()
    heartbeat.partings.add(early, heartbeat.now)
    heartbeat.partings.add(settled, heartbeat.now)
    pass_time(heartbeat, clock, 2)
    heartbeat.partings.add(late, heartbeat.now)
    heartbeat.partings.discard(settled)
    assert not early.is_over
    pass_time(heartbeat, clock, 1)
    assert (early.is_over, late.is_over, settled.is_over) == (True, False, False)
    pass_time(heartbeat, clock, 2)
    assert late.is_over
    assert not heartbeat.partings


def test_time_stands_still_while_the_process_does(heartbeat, clock):
    before = heartbeat.now
    clock.advance(3600)
    heartbeat.tick()
    assert heartbeat.now - before == 2


async def test_a_tick_that_fails_is_not_the_last(caplog):
    heartbeat = Heartbeat(Rhythm(tick=0.001))
    looked = asyncio.Event()

    def beat(now):
        if caplog.records:
            looked.set()
        raise RuntimeError("the test says so")

    broken = Beating(beat)
    heartbeat.watch(broken)
    running = asyncio.create_task(heartbeat.run())
    async with asyncio.timeout(5):
        await looked.wait()
    running.cancel()
