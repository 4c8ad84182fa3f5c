"""The tasks that serve requests: in order, concurrent if one waits, and limited in number."""

import asyncio

import pytest

from amity.caller import caller_gone, caller_id
from amity.gateway.workers import Workers
from tests.support.lone_gateway import until


class Jobs:
    """Makes jobs that note when they begin, and may wait until the test lets them go on."""

    def __init__(self, workers):
        self.workers = workers
        self.begun = []
        self.done = []
        self.go_on = asyncio.Event()

    def hand_in(self, name, *, waits=False):
        self.workers.take(Job(self, name, waits))


class Job:
    def __init__(self, jobs, name, waits):
        self.jobs = jobs
        self.name = name
        self.waits = waits

    async def serve(self):
        self.jobs.begun.append(self.name)
        if self.waits:
            await self.jobs.go_on.wait()
        self.jobs.done.append(self.name)


@pytest.fixture
async def workers():
    made = Workers(most=4)
    yield made
    await made.stop()


@pytest.fixture
async def jobs(workers):
    return Jobs(workers)


async def test_jobs_are_served_in_their_order_by_one_task(workers, jobs):
    for number in range(100):
        jobs.hand_in(number)
    await until(lambda: not workers.is_busy)
    assert jobs.done == list(range(100))
    assert len(workers._tasks) == 1


async def test_an_idle_task_is_reused(workers, jobs):
    for number in range(5):
        jobs.hand_in(number)
        await until(lambda: not workers.is_busy)
    assert len(workers._tasks) == 1


async def test_a_waiting_job_does_not_delay_others(workers, jobs):
    jobs.hand_in("slow", waits=True)
    jobs.hand_in("quick")
    await until(lambda: "quick" in jobs.done)
    assert jobs.begun == ["slow", "quick"]
    assert jobs.done == ["quick"]
    jobs.go_on.set()
    await until(lambda: not workers.is_busy)


async def test_jobs_under_way_do_not_exceed_the_limit(workers, jobs):
    for number in range(10):
        jobs.hand_in(number, waits=True)
    await until(lambda: len(jobs.begun) == 4)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(jobs.begun) == 4
    jobs.go_on.set()
    await until(lambda: not workers.is_busy)
    assert sorted(jobs.done) == list(range(10))


async def test_many_jobs_do_not_block_the_event_loop(workers, jobs):
    for number in range(1000):
        jobs.hand_in(number)
    turns = 0
    while len(jobs.done) < 1000:
        await asyncio.sleep(0)
        turns += 1
    assert turns > 20


async def test_few_idle_tasks_are_kept():
    workers = Workers(most=100)
    jobs = Jobs(workers)
    for number in range(60):
        jobs.hand_in(number, waits=True)
    await until(lambda: len(jobs.begun) == 60)
    jobs.go_on.set()
    await until(lambda: not workers.is_busy)
    await until(lambda: len(workers._tasks) <= 16)
    await workers.stop()


async def test_a_stop_cancels_jobs_under_way(workers, jobs):
    jobs.hand_in("slow", waits=True)
    jobs.hand_in("slower", waits=True)
    await until(lambda: len(jobs.begun) == 2)
    await workers.stop()
    assert jobs.done == []
    assert not workers._tasks


async def test_a_worker_task_does_not_inherit_the_context_of_its_first_job(workers):
    seen = []

    class Looking:
        async def serve(self):
            seen.append((caller_id.get(), caller_gone.get()))

    async def hand_in():
        caller_id.set("ann")
        caller_gone.set(asyncio.Event().wait)
        workers.take(Looking())

    await asyncio.create_task(hand_in())
    await until(lambda: seen)
    assert seen == [("", None)]
