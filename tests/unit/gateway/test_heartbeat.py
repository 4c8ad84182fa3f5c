"""The heartbeat, with a clock that the test controls."""

import asyncio

import pytest

from amity.gateway.heartbeat import Heartbeat, Timeouts
from tests.support.fake_clock import FakeClock

ROUND = 5
"""Ticks in which everybody is looked at once."""


class Monitored:
    def __init__(self, check=None):
        self.beats: list[float] = []
        self.check = check or self.beats.append


class Expiring:
    def __init__(self):
        self.is_over = False

    def overdue(self):
        self.is_over = True


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def heartbeat(clock):
    return Heartbeat(Timeouts(tick=1.0, handshake=10.0, closing=3.0), clock)


def pass_time(heartbeat, clock, seconds):
    for _ in range(seconds):
        clock.advance(1)
        heartbeat.tick()


def test_each_connection_is_checked_once_in_a_round(heartbeat, clock):
    several = [Monitored() for _ in range(100)]
    for each in several:
        heartbeat.watch(each)
    pass_time(heartbeat, clock, ROUND)
    assert [len(each.beats) for each in several] == [1] * 100
    pass_time(heartbeat, clock, 2 * ROUND)
    assert [len(each.beats) for each in several] == [3] * 100


def test_a_forgotten_connection_is_not_checked(heartbeat, clock):
    one = Monitored()
    heartbeat.watch(one)
    heartbeat.forget(one)
    heartbeat.forget(one)
    pass_time(heartbeat, clock, ROUND)
    assert one.beats == []


def test_a_check_may_remove_other_connections(heartbeat, clock):
    def forget_all(now):
        for each in several:
            heartbeat.forget(each)

    several = [Monitored(forget_all) for _ in range(20)]
    for each in several:
        heartbeat.watch(each)
    pass_time(heartbeat, clock, 2 * ROUND)


def test_only_overdue_items_are_ended(heartbeat, clock):
    early, late, settled = Expiring(), Expiring(), Expiring()
    heartbeat.closing.add(early, heartbeat.now)
    heartbeat.closing.add(settled, heartbeat.now)
    pass_time(heartbeat, clock, 2)
    heartbeat.closing.add(late, heartbeat.now)
    heartbeat.closing.discard(settled)
    assert not early.is_over
    pass_time(heartbeat, clock, 1)
    assert (early.is_over, late.is_over, settled.is_over) == (True, False, False)
    pass_time(heartbeat, clock, 2)
    assert late.is_over
    assert not heartbeat.closing


def test_the_heartbeats_time_stops_while_the_process_is_suspended(heartbeat, clock):
    before = heartbeat.now
    clock.advance(3600)
    heartbeat.tick()
    assert heartbeat.now - before == 2


def test_its_time_advances_between_ticks_and_by_two_of_them_at_most(heartbeat, clock):
    before = heartbeat.time()
    clock.advance(0.25)
    assert heartbeat.time() - before == 0.25
    clock.advance(3600)
    assert heartbeat.time() - before == 2
    heartbeat.tick()
    assert heartbeat.now - before == 2
    assert heartbeat.time() == heartbeat.now


async def test_a_failing_tick_does_not_end_the_heartbeat(caplog):
    heartbeat = Heartbeat(Timeouts(tick=0.001))
    looked = asyncio.Event()

    def check(now):
        if caplog.records:
            looked.set()
        raise RuntimeError("the test says so")

    broken = Monitored(check)
    heartbeat.watch(broken)
    running = asyncio.create_task(heartbeat.run())
    async with asyncio.timeout(5):
        await looked.wait()
    running.cancel()
