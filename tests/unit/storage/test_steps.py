"""A task that does one step after the other: when it does the next one, and how it ends."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from amity.errors import Code, ImError
from amity.storage.outages import Outages
from amity.storage.steps import Steps
from tests.support.fake_clock import FakeClock


class Work:
    """Steps that pause as the test says: ``pauses`` has what the next ones return, or raise. Without one a step pauses
    for an hour. ``done`` counts them."""

    def __init__(self) -> None:
        self.pauses: list[float | Exception] = []
        self.done = 0
        self.clock = FakeClock()
        outages = Outages(logging.getLogger(__name__), "the work waits", "the work goes on")
        self.steps = Steps("work", self._step, outages, self.clock)

    async def _step(self) -> float:
        self.done += 1
        pause = self.pauses.pop(0) if self.pauses else 3600.0
        if isinstance(pause, Exception):
            raise pause
        return pause

    async def until_it_pauses(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
async def work() -> AsyncIterator[Work]:
    work = Work()
    yield work
    await work.steps.stop()


async def test_steps_follow_each_other_until_one_pauses(work):
    work.pauses = [0.0, 0.0]
    work.steps.start()
    await work.until_it_pauses()
    assert work.done == 3


async def test_whoever_wakes_it_ends_the_pause(work):
    work.steps.start()
    await work.until_it_pauses()
    work.steps.wake()
    await work.until_it_pauses()
    assert work.done == 2


async def test_a_call_to_wake_it_during_a_step_is_not_lost(work):
    async def step() -> float:
        work.done += 1
        if work.done == 1:
            work.steps.wake()
        return 3600.0

    work.steps._step = step
    work.steps.start()
    await work.until_it_pauses()
    assert work.done == 2


@pytest.mark.parametrize("failure", [ImError(Code.DATABASE, "it is gone"), ValueError("its own")])
async def test_a_step_that_fails_is_done_again_a_second_later(work, failure):
    work.pauses = [failure]
    work.steps.start()
    await work.until_it_pauses()
    assert work.done == 1
    work.clock.advance(0.9)
    await work.until_it_pauses()
    assert work.done == 1
    work.clock.advance(0.1)
    await work.until_it_pauses()
    assert work.done == 2


async def test_it_ends_after_the_step_under_way(work):
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def step() -> float:
        begun.set()
        await may_end.wait()
        work.done += 1
        return 0.0

    work.steps._step = step
    work.steps.start()
    await begun.wait()
    stopping = asyncio.create_task(work.steps.stop())
    await work.until_it_pauses()
    assert not stopping.done()
    may_end.set()
    await stopping
    assert work.done == 1


async def test_one_that_was_never_started_stops():
    await Work().steps.stop()
