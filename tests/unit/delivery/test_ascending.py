"""Of each conversation the messages are pushed in ascending order, each once, and none is held for long."""

import asyncio
import random

import pytest

from amity.delivery import ascending
from amity.delivery.ascending import Ascending, Gap, Missing, Position
from amity.errors import Code, ImError


class Stored:
    """What is stored of timeline 1, to be read; ``fails`` makes each read fail."""

    def __init__(self) -> None:
        self.seqs: set[int] = set()
        self.reads: list[Gap] = []
        self.fails = False
        self.new_from = 1_000

    async def read(self, gaps):
        self.reads += gaps
        await asyncio.sleep(0)
        if self.fails:
            raise ImError(Code.DATABASE, "away")
        return [
            [
                Missing(seq, ["ann"], str(seq).encode(), seq >= self.new_from)
                for seq in sorted(self.seqs)
                if gap.low <= seq <= gap.high
            ]
            for gap in gaps
        ]


@pytest.fixture
def stored():
    return Stored()


@pytest.fixture
def pushed():
    return []


@pytest.fixture
async def order(stored, pushed, monkeypatch):
    monkeypatch.setattr(ascending, "HOLD_SECONDS", 0.001)
    monkeypatch.setattr(ascending, "HOLD_ASKED_SECONDS", 0.002)
    made = Ascending(lambda users, conversation_id, body: pushed.append(int(body)))
    made.read_by(stored.read)
    yield made
    await made.stop()


async def until(is_so):
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - no event is set when this state changes
            await asyncio.sleep(0.0005)


async def test_what_follows_is_pushed_at_once(order, pushed):
    for seq in (1, 2, 3):
        order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
    assert pushed == [1, 2, 3]


async def test_a_message_waits_for_the_one_before_it(order, stored, pushed):
    for seq in (1, 3, 2):
        order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
    assert pushed == [1, 2, 3]
    assert stored.reads == []


async def test_what_does_not_come_is_read(order, stored, pushed):
    stored.seqs = {1, 2, 3}
    for seq in (1, 4):
        order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
    assert pushed == [1]
    await until(lambda: pushed == [1, 2, 3, 4])
    assert stored.reads == [Gap(1, 2, 3)]


async def test_what_was_read_is_not_pushed_again_when_it_comes(order, stored, pushed):
    stored.seqs = {1, 2}
    for seq in (1, 3):
        order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
    await until(lambda: pushed == [1, 2, 3])
    order.put(Position(1, 2), "c", lambda: pushed.append(2))
    assert pushed == [1, 2, 3]


async def test_of_a_conversation_that_is_new_here_what_came_just_before_is_read_first(order, stored, pushed):
    stored.seqs = {6}
    order.put(Position(1, 7), "c", lambda: pushed.append(7))
    assert pushed == []
    await until(lambda: pushed == [6, 7])


async def test_what_cannot_be_read_holds_up_nothing(order, stored, pushed):
    stored.fails = True
    order.put(Position(1, 7), "c", lambda: pushed.append(7))
    await until(lambda: pushed == [7])
    order.put(Position(1, 9), "c", lambda: pushed.append(9))
    await until(lambda: pushed == [7, 9])


async def test_where_the_business_server_decides_nothing_is_read_past_it(order, stored, pushed):
    order.reads = False
    stored.seqs = {1, 2, 3}
    for seq in (5, 8):
        order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
    assert pushed == [5]
    await until(lambda: pushed == [5, 8])
    assert stored.reads == []


async def test_timelines_do_not_wait_for_each_other(order, pushed):
    order.put(Position(1, 1), "c", lambda: pushed.append((1, 1)))
    order.put(Position(1, 3), "c", lambda: pushed.append((1, 3)))
    order.put(Position(2, 1), "c", lambda: pushed.append((2, 1)))
    assert pushed == [(1, 1), (2, 1)]


async def test_what_is_held_is_bounded(order, stored, pushed):
    order.put(Position(1, 1), "c", lambda: pushed.append(1))
    for seq in range(3, 600):
        order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
    assert len(pushed) > 500
    assert pushed == sorted(pushed)


async def test_what_is_held_is_pushed_when_all_is_forgotten(order, pushed):
    for seq in (1, 3, 5):
        order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
    order.clear()
    assert (pushed, len(order)) == ([1, 3, 5], 0)


@pytest.mark.parametrize("chance", range(30))
async def test_whatever_the_order_in_which_they_come_all_are_pushed_once_and_ascending(order, stored, pushed, chance):
    random_order = random.Random(chance)
    waiting = list(range(1, 101))
    stored.seqs = set(waiting)
    lost = set(random_order.sample(waiting, 10))
    while waiting:
        seq = waiting.pop(random_order.randrange(min(6, len(waiting))))
        if seq not in lost:
            order.put(Position(1, seq), "c", lambda seq=seq: pushed.append(seq))
        if random_order.random() < 0.2:
            await asyncio.sleep(0.0005)
    last = max(set(range(1, 101)) - lost)
    await until(lambda: last in pushed)
    first = pushed[0]
    assert pushed == list(range(first, last + 1))


async def test_where_nothing_is_read_an_earlier_message_is_pushed_when_it_comes_after_all(order, pushed):
    order.reads = False
    order.put(Position(1, 11), "c", lambda: pushed.append(11))
    order.put(Position(1, 10), "c", lambda: pushed.append(10))
    order.put(Position(1, 13), "c", lambda: pushed.append(13))
    await until(lambda: 13 in pushed)
    order.put(Position(1, 12), "c", lambda: pushed.append(12))
    order.put(Position(1, 12), "c", lambda: pushed.append(12))
    assert pushed == [11, 10, 13, 12]


async def test_what_could_not_be_read_is_pushed_when_it_comes_after_all(order, stored, pushed):
    stored.fails = True
    order.put(Position(1, 1), "c", lambda: pushed.append(1))
    order.put(Position(1, 3), "c", lambda: pushed.append(3))
    await until(lambda: 3 in pushed)
    order.put(Position(1, 2), "c", lambda: pushed.append(2))
    assert pushed == [1, 3, 2]


async def test_the_conversations_that_were_quiet_longest_are_forgotten_first(order, pushed, monkeypatch):
    monkeypatch.setattr(ascending, "MOST_KEPT", 4)
    for timeline in (1, 2, 3, 4):
        order.put(Position(timeline, 1), "c", lambda: None)
    order.put(Position(1, 2), "c", lambda: None)
    order.put(Position(5, 1), "c", lambda: None)
    order.put(Position(1, 3), "c", lambda: pushed.append(3))
    assert pushed == [3]


async def test_where_all_that_was_read_is_new_more_is_read(order, stored, pushed):
    stored.seqs = set(range(40, 60))
    stored.new_from = 50
    order.put(Position(1, 60), "c", lambda: pushed.append(60))
    await until(lambda: 60 in pushed)
    assert pushed == list(range(40, 61))


async def test_of_what_is_not_new_four_are_read(order, stored, pushed):
    stored.seqs = set(range(40, 60))
    order.put(Position(1, 60), "c", lambda: pushed.append(60))
    await until(lambda: 60 in pushed)
    assert pushed == [56, 57, 58, 59, 60]
