"""Pages of a table, and when its rows are counted."""

import pytest

from amity.storage import open_database
from amity.storage.paging import equal, page_of_rows

NAMES = [f"page-{number}" for number in range(5)]


class Reads:
    """A database that counts the reads of pages."""

    def __init__(self, database):
        self._database = database
        self.count = 0

    async def fetch_scan(self, sql, *args):
        self.count += 1
        return await self._database.fetch_scan(sql, *args)


@pytest.fixture
async def reads(database_url):
    database = await open_database(database_url)
    put = [(name, "paged") for name in NAMES]
    await database.write(lambda tx: tx.execute_many("insert into facts (name, value) values ($1, $2)", put))
    yield Reads(database)
    await database.close()


async def page(reads, offset, limit, value="paged"):
    conditions, values = equal({"value": value, "name": ""})
    total, rows = await page_of_rows(
        reads, "name", "facts", conditions, values, order="name", offset=offset, limit=limit
    )
    return total, [row[0] for row in rows]


async def test_a_page_within_others_tells_how_many_rows_there_are(reads):
    assert await page(reads, 2, 2) == (5, NAMES[2:4])


@pytest.mark.parametrize(("offset", "limit"), [(0, 6), (3, 3)])
async def test_rows_are_not_counted_where_the_page_has_the_last_one(reads, offset, limit):
    assert await page(reads, offset, limit) == (5, NAMES[offset:])
    assert reads.count == 1


async def test_nothing_is_counted_where_nothing_is_found(reads):
    assert await page(reads, 0, 5, value="none") == (0, [])
    assert reads.count == 1


async def test_a_page_beyond_the_last_row_tells_how_many_there_are(reads):
    assert await page(reads, 10, 5) == (5, [])
