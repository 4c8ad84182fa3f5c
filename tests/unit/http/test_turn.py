"""Writes at the end of a turn of the event loop, and their order."""

import asyncio

from amity.http.turn import turn_end


async def test_writes_of_one_turn_are_made_in_order_at_its_end():
    done = []

    async def ask(name):
        turn_end(asyncio.get_running_loop()).call(lambda: done.append(name))
        done.append(f"{name} asked")

    await asyncio.gather(*[ask(name) for name in "abc"])
    await asyncio.sleep(0)
    assert done == ["a asked", "b asked", "c asked", "a", "b", "c"]


async def test_a_write_requested_by_a_write_belongs_to_the_next_turn():
    done = []
    end = turn_end(asyncio.get_running_loop())

    def first():
        done.append(1)
        end.call(lambda: done.append(2))

    end.call(first)
    await asyncio.sleep(0)
    assert done == [1]
    await asyncio.sleep(0)
    assert done == [1, 2]


def test_every_loop_has_its_own_turn_end():
    async def end():
        loop = asyncio.get_running_loop()
        assert turn_end(loop) is turn_end(loop)
        return turn_end(loop)

    assert asyncio.run(end()) is not asyncio.run(end())
