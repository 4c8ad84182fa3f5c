"""What many callers write at a time is gathered into few transactions, and each gets its own result."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from amity.errors import Code, ImError
from amity.storage import Database, Transaction, open_database
from amity.storage.gathering import Gatherer


class Work:
    """Stores numbers, those of a call in one transaction. A negative one is refused, and 13 breaks its transaction."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def __call__(self, numbers: Sequence[int], tx: Transaction) -> list[int | Exception]:
        self.batches.append(list(numbers))
        if 13 in numbers:
            raise ImError(Code.DATABASE, "13")
        results: list[int | Exception] = []
        for number in numbers:
            if number < 0:
                results.append(ImError(Code.ARGS, str(number)))
                continue
            await tx.fetch("insert into facts (name, value) values ($1, $2)", f"gathered-{number:03}", str(number))
            results.append(number * 2)
        return results


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def stored(database: Database) -> list[int]:
    rows = await database.fetch("select value from facts where name like 'gathered-%' order by name")
    return [int(row[0]) for row in rows]


def gatherer(database: Database, work: Work, *, most: int = 50, most_rows: int = 100) -> Gatherer[int, int]:
    return Gatherer(database, work, lambda number: 1 + max(number, 0) // 100, most=most, most_rows=most_rows)


async def test_what_arrives_at_once_shares_a_transaction_in_the_order_of_its_arrival(database: Database):
    work = Work()
    gathered = gatherer(database, work)
    assert await asyncio.gather(*map(gathered.write, range(12))) == [number * 2 for number in range(12)]
    assert work.batches == [[*range(12)]]
    assert await stored(database) == [*range(12)]


async def test_what_arrives_while_a_transaction_runs_waits_for_the_next(database: Database):
    work = Work()
    gathered = gatherer(database, work)
    first = asyncio.ensure_future(gathered.write(1))
    while not work.batches:  # noqa: ASYNC110 - it is called by a task of the gatherer
        await asyncio.sleep(0)
    await asyncio.gather(first, gathered.write(2), gathered.write(3))
    assert work.batches == [[1], [2, 3]]


async def test_a_transaction_has_so_many_items_and_rows_and_no_more(database: Database):
    work = Work()
    gathered = gatherer(database, work, most=3, most_rows=10)
    await asyncio.gather(*map(gathered.write, [1, 2, 3, 4, 950, 5, 2000]))
    assert work.batches == [[1, 2, 3], [4], [950], [5], [2000]]


async def test_a_refused_item_fails_alone(database: Database):
    gathered = gatherer(database, Work())
    results = await asyncio.gather(*map(gathered.write, [1, -5, 2]), return_exceptions=True)
    assert (results[0], results[2]) == (2, 4)
    assert isinstance(results[1], ImError)
    assert results[1].detail == "-5"
    assert await stored(database) == [1, 2]


async def test_an_item_that_breaks_its_transaction_fails_alone_and_the_others_keep_their_order(database: Database):
    work = Work()
    gathered = gatherer(database, work)
    results = await asyncio.gather(*map(gathered.write, [1, 13, -5, 2]), return_exceptions=True)
    assert [str(each) for each in results] == ["2", "90002 DatabaseError: 13", "1001 ArgsError: -5", "4"]
    # A database may run what failed again before it gives up.
    tried = list(dict.fromkeys(map(tuple, work.batches)))
    assert tried == [(1, 13, -5, 2), (1,), (13,), (-5,), (2,)]
    assert await gathered.write(3) == 6
    assert await stored(database) == [1, 2, 3]


async def test_a_database_that_fails_is_not_tried_for_each_item(database: Database):
    work = Work()
    gathered = gatherer(database, work)
    results = await asyncio.gather(*map(gathered.write, [1, 13, 13, 13, 2, 4]), return_exceptions=True)
    assert results[0] == 2
    assert [str(each) for each in results[1:]] == ["90002 DatabaseError: 13"] * 5
    assert work.batches[-1] == [13]
    assert [2] not in work.batches


async def test_what_a_caller_gave_is_written_also_if_the_caller_is_cancelled(database: Database):
    gathered = gatherer(database, Work())
    given_up = asyncio.ensure_future(gathered.write(1))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await gathered.write(2) == 4
    assert await stored(database) == [1, 2]
