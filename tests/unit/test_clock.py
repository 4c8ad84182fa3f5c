"""The two times."""

import asyncio
import runpy
import time
from types import SimpleNamespace

import pytest

from amity import clock
from amity.clock import SYSTEM_CLOCK

HOUR = 3600.0


@pytest.fixture
def slept(monkeypatch):
    """Loads the module on a machine that has slept for an hour; ``counts``: whether its system has a clock of that."""

    def load(*, counts=True):
        def clock_gettime(_):
            if counts:
                return HOUR + 5.0
            raise OSError

        monkeypatch.setattr(time, "monotonic", lambda: 5.0)
        monkeypatch.setattr(time, "clock_gettime", clock_gettime)
        monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)
        return SimpleNamespace(**runpy.run_path(clock.__file__))

    return load


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


def test_a_duration_counts_the_time_in_which_the_machine_slept(slept):
    machine = slept()
    assert (machine.SYSTEM_CLOCK.monotonic(), machine.monotonic()) == (HOUR + 5.0, HOUR + 5.0)


def test_a_system_that_does_not_count_that_time_has_durations_all_the_same(slept):
    assert slept(counts=False).SYSTEM_CLOCK.monotonic() == 5.0


def test_the_lateness_of_the_loops_own_timers_does_not_count_it(slept):
    assert slept().LOOP_CLOCK.monotonic() == 5.0
