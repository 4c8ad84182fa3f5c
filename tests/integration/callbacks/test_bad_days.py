"""The database fails under the courier; the outbox is long and stands still."""

import asyncio

import pytest

from amity.callbacks.breaker import OPEN_SECONDS
from amity.errors import Code, ImError
from amity.storage import open_database
from tests.integration.callbacks.post_office import PostOffice, callbacks, eventually, imported, numbers
from tests.support.behaviour import Answer


class Watched:
    """A database that fails when it is told to, and counts what is read through it."""

    def __init__(self, database):
        self._database = database
        self.dialect = database.dialect
        self.exclusive = database.exclusive
        self.commits_in_order = database.commits_in_order
        self.failing = False
        self.rows_read = 0
        self.most_rows = 0

    async def fetch(self, sql, *args):
        return await self._database.fetch(sql, *args)

    async def fetch_long(self, sql, *args):
        if self.failing:
            raise ImError(Code.DATABASE, "the disk is on fire")
        rows = await self._database.fetch_long(sql, *args)
        self.rows_read += len(rows)
        self.most_rows = max(self.most_rows, len(rows))
        return rows

    async def write(self, work, *, rows=1):
        if self.failing:
            raise ImError(Code.DATABASE, "the disk is on fire")
        return await self._database.write(work, rows=rows)

    async def close(self):
        await self._database.close()


@pytest.fixture
async def database(database_url):
    opened = Watched(await open_database(database_url))
    yield opened
    await opened.close()


async def test_what_was_delivered_while_the_database_failed_is_not_sent_again(office, business, database):
    held = asyncio.Event()
    business.then(Answer(after=held))
    await office.record(imported("lena", 1), imported("lena", 2))
    await business.wait_for(1)
    database.failing = True
    held.set()
    await eventually(lambda: office.courier.delivered)
    for _ in range(5):
        office.clock.advance(1)
        await asyncio.sleep(0.01)
    database.failing = False
    office.clock.advance(1)
    await office.emptied()
    assert numbers(business.requests) == ["1", "2"]


async def test_a_failure_that_could_not_be_written_is_written_later(office, business, database):
    held = asyncio.Event()
    business.then(Answer(status=500, after=held))
    await office.record(imported("lena", 1), imported("lena", 2))
    await business.wait_for(1)
    database.failing = True
    held.set()
    await eventually(lambda: office.courier.failed)
    office.clock.advance(1)
    database.failing = False
    office.clock.advance(1)
    await office.attempts(1, 0)
    office.clock.advance(5)
    await office.emptied()
    assert numbers(business.requests) == ["1", "1", "2"]


async def test_a_failing_database_at_any_step_loses_nothing(office, business, database):
    recorded = 0
    for round_ in range(30):
        await office.record(*(imported(f"owner-{n}", recorded + n) for n in range(5)))
        recorded += 5
        for _ in range(round_ % 7):
            await asyncio.sleep(0)
        database.failing = True
        await asyncio.sleep(0.002)
        database.failing = False
        office.clock.advance(1)
    for _ in range(20):
        office.clock.advance(1)
        await asyncio.sleep(0.01)
    await office.emptied()
    for owner in range(5):
        assert numbers(business.requests, f"owner-{owner}") == [str(n) for n in range(owner, recorded, 5)]


async def test_a_stop_with_a_failing_database_ends(database, business):
    office = PostOffice(database, callbacks(business.url))
    office.start()
    await office.record(imported("lena", 1))
    await business.wait_for(1)
    database.failing = True
    await office.stop(grace=1)
    database.failing = False


async def test_events_that_wait_are_not_read_again_and_again(office, business, database):
    business.reaction = Answer(status=500)
    for first in range(0, 4000, 200):
        await office.record(*(imported(f"owner-{n % 40}", n) for n in range(first, first + 200)))
    await eventually(lambda: not office.courier._queues.again and not office.courier.in_flight)
    await asyncio.sleep(0.1)
    before = database.rows_read
    for _ in range(50):
        office.clock.advance(OPEN_SECONDS / 10)
        await asyncio.sleep(0.005)
    # Owners whose event is tried again are looked up; the four thousand that wait behind are not, not even once.
    assert database.rows_read - before < 3000
    assert database.most_rows <= 320  # eight events of each owner


async def test_a_poll_of_an_idle_office_reads_nothing(office, business, database):
    await office.record(imported("lena", 1))
    await office.emptied()
    await asyncio.sleep(0.05)
    before = database.rows_read
    for _ in range(5):
        office.clock.advance(1)
        await asyncio.sleep(0.01)
    assert database.rows_read == before
