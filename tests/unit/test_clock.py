"""The two times."""

import asyncio
import time

from amity.clock import SystemClock


async def test_a_wait_ends_when_its_event_is_set_or_its_time_is_over():
    clock, event = SystemClock(), asyncio.Event()
    began = time.monotonic()
    await clock.wait(event, 0.02)
    assert time.monotonic() - began >= 0.02
    event.set()
    await clock.wait(event, 3600)
    assert time.monotonic() - began < 10


def test_one_time_is_of_the_day_and_the_other_runs_on_whatever_that_does(monkeypatch):
    clock = SystemClock()
    before = clock.monotonic()
    assert abs(clock.now() - time.time()) < 10
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock.now() == 0.0
    assert 0 <= clock.monotonic() - before < 10
