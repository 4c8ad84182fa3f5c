"""What many callers write at a time is gathered into few transactions, and each gets its own result."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence

import pytest

from amity.errors import Code, ImError
from amity.storage import Database, Transaction, gathering, open_database
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


class Held:
    """Ends each of its transactions once it is let go: ``goes`` has an event for each."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.goes: list[asyncio.Event] = []
        self._began = asyncio.Condition()

    async def __call__(self, numbers: Sequence[int], tx: Transaction) -> list[int | Exception]:
        goes = asyncio.Event()
        async with self._began:
            self.batches.append(list(numbers))
            self.goes.append(goes)
            self._began.notify_all()
        await goes.wait()
        return list(numbers)

    async def began(self, count: int) -> None:
        """Return once so many transactions have begun."""
        async with asyncio.timeout(10), self._began:
            await self._began.wait_for(lambda: len(self.batches) >= count)


def gatherer(database: Database, work: Work, *, most: int = 50, most_rows: int = 100) -> Gatherer[int, int]:
    return Gatherer(database, work, lambda number: 1 + max(number, 0) // 100, most=most, most_rows=most_rows)


@pytest.fixture
def never_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction lasts long enough to be late, however slow the machine is."""
    monkeypatch.setattr(gathering, "LATE_SECONDS", 600.0)


def two_at_once(database: Database, work: "Held | Sorted", *, most: int) -> Gatherer[int, int]:
    """Numbers that are equal modulo 100 are kept apart."""
    return Gatherer(database, work, lambda _: 1, most=most, at_once=2, apart=lambda number: number % 100)


async def turns(count: int = 20) -> None:
    """Let others of the event loop go on."""
    for _ in range(count):
        await asyncio.sleep(0)


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


@pytest.fixture
async def on_postgres(postgres_url: str) -> AsyncIterator[Database]:
    opened = await open_database(postgres_url)
    yield opened
    await opened.close()


def written(gathered: Gatherer[int, int], *numbers: int) -> "list[asyncio.Future[int]]":
    return [asyncio.ensure_future(gathered.write(number)) for number in numbers]


@pytest.mark.usefixtures("never_late")
async def test_a_second_transaction_is_made_beside_the_first_once_it_is_full(on_postgres: Database):
    work = Held()
    gathered = two_at_once(on_postgres, work, most=3)
    writes = written(gathered, 1)
    await work.began(1)
    writes += written(gathered, 2, 3)
    await turns()
    assert work.batches == [[1]], "two wait, and three fill one"
    writes += written(gathered, 4, 5, 6, 7, 8)
    await work.began(2)
    await turns()
    assert work.batches == [[1], [2, 3, 4]], "two at a time, and no more"
    work.goes[0].set()
    await work.began(3)
    assert work.batches == [[1], [2, 3, 4], [5, 6, 7]], "the next one is full, too"
    work.goes[1].set()
    assert await asyncio.gather(*writes[1:4]) == [2, 3, 4]
    await turns()
    assert len(work.batches) == 3, "one is left, which waits for the next transaction"
    work.goes[2].set()
    await work.began(4)
    work.goes[3].set()
    assert await asyncio.gather(*writes) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert work.batches[3] == [8]


@pytest.mark.usefixtures("never_late")
async def test_what_is_kept_apart_waits_for_its_own_while_others_pass(on_postgres: Database):
    work = Held()
    gathered = two_at_once(on_postgres, work, most=3)
    writes = written(gathered, 1)
    await work.began(1)
    writes += written(gathered, 101, 2, 201, 3)
    await turns()
    assert work.batches == [[1]], "four wait, but two of them for the first"
    work.goes[0].set()
    await work.began(2)
    assert work.batches[1] == [101, 2, 201], "in the order in which they came"
    writes += written(gathered, 301, 4, 5)
    await work.began(3)
    assert work.batches[2] == [3, 4, 5]
    for number in (1, 2):
        work.goes[number].set()
    await work.began(4)
    work.goes[3].set()
    await asyncio.gather(*writes)
    assert work.batches[3] == [301]


@pytest.mark.usefixtures("never_late")
async def test_what_was_looked_through_in_vain_is_looked_through_again_once_enough_has_come(on_postgres: Database):
    work = Held()
    gathered = two_at_once(on_postgres, work, most=3)
    writes = written(gathered, 1)
    await work.began(1)
    writes += written(gathered, 101, 2, 201)
    await turns()
    writes += written(gathered, 301, 3)
    await turns()
    assert work.batches == [[1]], "of five that wait two are not of the first"
    writes += written(gathered, 4)
    await work.began(2)
    assert work.batches[1] == [2, 3, 4]
    work.goes[0].set()
    await work.began(3)
    assert work.batches[2] == [101, 201, 301]
    for goes in work.goes:
        goes.set()
    await asyncio.gather(*writes)


async def test_what_was_looked_through_in_vain_is_written_once_the_first_is_late(
    on_postgres: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gathering, "LATE_SECONDS", 0.3)
    work = Held()
    gathered = two_at_once(on_postgres, work, most=2)
    writes = written(gathered, 1)
    await work.began(1)
    writes += written(gathered, *range(101, 3101, 100), 2)
    await work.began(2)
    assert work.batches[1] == [2], "the others wait for the first, however many they are"
    work.goes[1].set()
    assert await writes[-1] == 2
    writes += written(gathered, 3101, 3)
    await work.began(3)
    assert work.batches[2] == [3]
    for goes in work.goes:
        goes.set()
    begun = 3
    while len(work.batches) < 3 + 16:
        begun += 1
        await work.began(begun)
        work.goes[-1].set()
    assert sorted(await asyncio.gather(*writes)) == sorted([1, 2, 3, *range(101, 3201, 100)])


async def test_what_waits_beside_a_transaction_that_is_late_is_written(
    on_postgres: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gathering, "LATE_SECONDS", 0.01)
    work = Held()
    gathered = two_at_once(on_postgres, work, most=3)
    late = written(gathered, 1)
    await work.began(1)
    others = written(gathered, 101, 2)
    await work.began(2)
    assert work.batches == [[1], [2]]
    work.goes[1].set()
    assert await others[1] == 2
    others += written(gathered, 3)
    await work.began(3)
    assert work.batches[2] == [3]
    work.goes[0].set()
    await work.began(4)
    assert work.batches[3] == [101]
    for goes in work.goes:
        goes.set()
    await asyncio.gather(*late, *others)


class Sorted:
    """Takes numbers, each of which is 100 more than the last one that is equal modulo 100."""

    def __init__(self) -> None:
        self.last = {key: key - 100 for key in range(100)}
        self._under_way: set[int] = set()

    async def __call__(self, numbers: Sequence[int], tx: Transaction) -> list[int | Exception]:
        own = {number % 100 for number in numbers}
        assert not own & self._under_way, "two at once of what is kept apart"
        self._under_way |= own
        await tx.fetch("select 1")
        for number in numbers:
            assert number == self.last[number % 100] + 100, "out of order"
            self.last[number % 100] = number
        self._under_way -= own
        return list(numbers)


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_comes_is_written_once_and_in_order_where_it_is_kept_apart(on_postgres: Database, seed: int):
    chance = random.Random(seed)
    work = Sorted()
    gathered = two_at_once(on_postgres, work, most=chance.choice([2, 5, 20]))
    following = {key: key for key in range(chance.choice([3, 10, 60]))}
    writes = []
    for _ in range(60):
        for _ in range(chance.choice([0, 1, 3, 30])):
            key = chance.choice(list(following))
            writes += written(gathered, following[key])
            following[key] += 100
        for _ in range(chance.choice([0, 1, 20])):
            await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await asyncio.gather(*writes)
    assert all(work.last[key] == number - 100 for key, number in following.items())
