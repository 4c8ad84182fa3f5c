"""What is written at the end of a turn of the event loop, and in which order."""

import asyncio

from amity.http.turn import turn_end


async def test_what_is_asked_for_in_one_turn_is_done_in_a_row_when_the_turn_is_over():
    done = []

    async def ask(name):
        turn_end(asyncio.get_running_loop()).call(lambda: done.append(name))
        done.append(f"{name} asked")

    await asyncio.gather(*[ask(name) for name in "abc"])
    await asyncio.sleep(0)
    assert done == ["a asked", "b asked", "c asked", "a", "b", "c"]


async def test_what_is_asked_for_by_what_is_done_belongs_to_the_next_turn():
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


def test_every_loop_has_one_of_its_own():
    async def end():
        loop = asyncio.get_running_loop()
        assert turn_end(loop) is turn_end(loop)
        return turn_end(loop)

    assert asyncio.run(end()) is not asyncio.run(end())
