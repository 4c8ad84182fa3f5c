import asyncio
from collections.abc import Sequence

import pytest

from amity.storage.lookups import Lookups


class Reads:
    """What was read at once."""

    def __init__(self, error: Exception | None = None) -> None:
        self.batches: list[list[int]] = []
        self.begun = asyncio.Event()
        self._error = error

    async def __call__(self, items: Sequence[int]) -> list[str]:
        self.batches.append(list(items))
        self.begun.set()
        await asyncio.sleep(0)
        if self._error is not None:
            raise self._error
        return [f"found {item}" for item in items]


async def test_what_is_asked_for_in_one_turn_is_looked_up_at_once():
    reads = Reads()
    lookups = Lookups(reads)
    found = await asyncio.gather(*[lookups.find(item) for item in range(5)])
    assert found == [f"found {item}" for item in range(5)]
    assert reads.batches == [[0, 1, 2, 3, 4]]


async def test_no_more_than_the_most_are_looked_up_at_once():
    reads = Reads()
    lookups = Lookups(reads, most=2)
    found = await asyncio.gather(*[lookups.find(item) for item in range(5)])
    assert found == [f"found {item}" for item in range(5)]
    assert sorted(reads.batches) == [[0, 1], [2, 3], [4]]


async def test_what_comes_while_others_are_looked_up_waits_for_nobody():
    reads = Reads()
    lookups = Lookups(reads)
    first = asyncio.create_task(lookups.find(1))
    await reads.begun.wait()
    assert await lookups.find(2) == "found 2"
    assert await first == "found 1"
    assert reads.batches == [[1], [2]]


async def test_all_who_asked_together_get_the_failure():
    lookups = Lookups(Reads(ValueError("no database")))
    failures = await asyncio.gather(*[lookups.find(item) for item in range(2)], return_exceptions=True)
    assert [str(each) for each in failures] == ["no database"] * 2


async def test_a_caller_that_is_cancelled_takes_nothing_from_the_others():
    lookups = Lookups(Reads())
    gone, stays = asyncio.create_task(lookups.find(1)), asyncio.create_task(lookups.find(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "found 2"
    with pytest.raises(asyncio.CancelledError):
        await gone
