"""Fair turns between callers, and their limits."""

import asyncio

import pytest

from amity.caller import CallerGoneError, caller_gone, caller_id
from amity.errors import Code, ImError
from amity.storage.turns import Turns, while_awaited


class Line:
    """Reads in the order in which they had their turns; each ends when the test says so."""

    def __init__(self, slots=1, *, at_once=1, most_of_caller=100, most=1000):
        self.turns = Turns("long", slots, at_once=at_once, most_of_caller=most_of_caller, most=most)
        self.begun = []
        self._ends = {}

    def ask(self, caller, name=""):
        """Ask for a turn as a caller; return the task, which ends with the read."""

        async def read():
            caller_id.set(caller)
            turn = await self.turns.take()
            self.begun.append(caller + name)
            self._ends[caller + name] = asyncio.get_running_loop().create_future()
            try:
                await self._ends[caller + name]
            finally:
                self.turns.give_back(turn)

        return asyncio.create_task(read())

    async def end(self, name):
        self._ends.pop(name).set_result(None)
        await settled()

    async def end_all(self):
        while self._ends:
            await self.end(next(iter(self._ends)))


async def settled():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_single_read_waits_for_one_read_of_a_busy_caller():
    line = Line()
    tasks = [line.ask("ann", str(number)) for number in range(5)]
    await settled()
    tasks.append(line.ask("bob"))
    await settled()
    await line.end_all()
    assert line.begun == ["ann0", "ann1", "bob", "ann2", "ann3", "ann4"]
    await asyncio.gather(*tasks)


async def test_callers_are_served_round_robin():
    line = Line()
    tasks = [line.ask(caller, str(number)) for caller in ("ann", "bob", "cyd") for number in range(3)]
    await settled()
    await line.end_all()
    assert line.begun == ["ann0", "ann1", "bob0", "cyd0", "ann2", "bob1", "cyd1", "bob2", "cyd2"]
    await asyncio.gather(*tasks)


async def test_one_caller_leaves_slots_for_others():
    line = Line(2)
    tasks = [line.ask("ann", str(number)) for number in range(3)]
    await settled()
    assert line.begun == ["ann0"]
    tasks.append(line.ask("bob"))
    await settled()
    assert line.begun == ["ann0", "bob"]
    await line.end_all()
    await asyncio.gather(*tasks)


async def test_reads_above_a_callers_limit_are_refused():
    line = Line(most_of_caller=2)
    tasks = [line.ask("ann", str(number)) for number in range(4)]
    await settled()
    with pytest.raises(ImError, match=r"1355 ReadsLimitError: .*limit 2"):
        await tasks[3]
    await line.end_all()
    await asyncio.gather(*tasks[:3])


async def test_at_the_total_limit_the_longest_queue_loses_an_entry_to_a_new_caller():
    line = Line(most=4)
    first = line.ask("zoe")
    await settled()
    tasks = [line.ask("ann", str(number)) for number in range(4)]
    await settled()
    late = line.ask("bob")
    await settled()
    with pytest.raises(ImError) as refused:
        await tasks[3]
    assert refused.value.code == Code.READS_LIMIT
    await line.end_all()
    assert line.begun == ["zoe", "ann0", "bob", "ann1", "ann2"]
    await asyncio.gather(first, late, *tasks[:3])


async def test_at_the_total_limit_with_equal_queues_the_last_read_is_refused():
    line = Line(most=2)
    tasks = [line.ask(caller) for caller in ("zoe", "ann", "bob", "cyd")]
    await settled()
    with pytest.raises(ImError, match="1355"):
        await tasks[3]
    await line.end_all()
    await asyncio.gather(*tasks[:3])


async def test_the_servers_own_reads_are_never_refused():
    line = Line(most_of_caller=1, most=1)
    tasks = [line.ask("", str(number)) for number in range(10)]
    await settled()
    await line.end_all()
    assert len(line.begun) == 10
    await asyncio.gather(*tasks)


async def test_a_cancelled_read_is_skipped_and_leaves_no_trace():
    line = Line()
    first, second, third = line.ask("ann"), line.ask("bob"), line.ask("cyd")
    await settled()
    second.cancel()
    await settled()
    await line.end_all()
    assert line.begun == ["ann", "cyd"]
    await asyncio.gather(first, third)
    assert line.turns.is_free()


async def test_a_read_cancelled_at_its_turn_passes_the_turn_on():
    line = Line()
    first, second, third = line.ask("ann"), line.ask("bob"), line.ask("cyd")
    await settled()
    line._ends.pop("ann").set_result(None)
    await asyncio.sleep(0)  # ann ends, and bob's turn has begun
    second.cancel()
    await settled()
    assert line.begun == ["ann", "cyd"]
    await line.end_all()
    await asyncio.gather(first, third)


async def test_closing_refuses_waiting_reads_and_waits_for_the_others():
    line = Line()
    first, second = line.ask("ann"), line.ask("bob")
    await settled()
    closing = asyncio.create_task(line.turns.close())
    await settled()
    with pytest.raises(ImError, match="the database is closed"):
        await second
    assert not closing.done()
    await line.end_all()
    await closing
    await first
    with pytest.raises(ImError, match="the database is closed"):
        await line.turns.take()


async def test_a_read_whose_caller_is_gone_is_cancelled():
    left = asyncio.Event()
    ended = []

    async def read():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def call():
        caller_gone.set(left.wait)
        await while_awaited(read())

    called = asyncio.create_task(call())
    await settled()
    left.set()
    with pytest.raises(CallerGoneError):
        await called
    assert ended == [True]
