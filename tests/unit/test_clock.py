"""The two times."""

import asyncio
import time

import pytest

from amity.clock import LOOP_CLOCK, SYSTEM_CLOCK, monotonic


async def test_a_wait_ends_when_its_event_is_set_or_its_time_is_over():
    event = asyncio.Event()
    began = time.monotonic()
    await SYSTEM_CLOCK.wait(event, 0.02)
    assert time.monotonic() - began >= 0.02
    event.set()
    await SYSTEM_CLOCK.wait(event, 3600)
    assert time.monotonic() - began < 10


def test_the_time_of_day_is_told_in_seconds_and_in_milliseconds():
    before = time.time()
    seconds, milliseconds = SYSTEM_CLOCK.now(), SYSTEM_CLOCK.now_ms()
    after = time.time()
    assert before <= seconds <= after
    assert int(before * 1000) <= milliseconds <= int(after * 1000)


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system counts no time in which it slept")
def test_a_duration_counts_the_time_in_which_the_machine_slept():
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= SYSTEM_CLOCK.monotonic() <= monotonic() <= time.clock_gettime(time.CLOCK_BOOTTIME)


def test_the_lateness_of_the_loops_own_timers_does_not_count_it():
    before = time.monotonic()
    assert before <= LOOP_CLOCK.monotonic() <= time.monotonic()
