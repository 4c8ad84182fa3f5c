"""A transaction runs in the context of its caller, whatever else is in its group."""

import asyncio
import logging

import pytest

from amity.errors import ImError
from amity.logs import operation_id
from amity.storage import LARGE, open_database

PUT = "insert into facts (name, value) values ($1, $2)"


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


class Caller:
    """Writes under an operationID of its own, and notes which one its transaction sees."""

    def __init__(self, database, name, *, rows=1, breaks_a_rule=False):
        self.name = name
        self.saw = set()
        self._database = database
        self._rows = rows
        self._puts = 2 if breaks_a_rule else 1

    async def write(self):
        operation_id.set(self.name)
        await self._database.write(self._work, rows=self._rows)

    async def _work(self, tx):
        self.saw.add(operation_id.get())
        for _ in range(self._puts):
            await tx.fetch(PUT, self.name, "1")
        self.saw.add(operation_id.get())


class Noting(logging.Handler):
    """Notes what is logged, and under which operationID."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def emit(self, record):
        self.seen.append((operation_id.get(), record.getMessage()))


async def all_write(callers):
    # A task for each, as each request has one: a context of its own.
    return await asyncio.gather(*(asyncio.create_task(each.write()) for each in callers), return_exceptions=True)


@pytest.mark.parametrize("rows", [1, LARGE])
async def test_transactions_that_are_committed_together_see_their_own_callers_operation(database, rows):
    callers = [Caller(database, f"operation-{number}", rows=rows) for number in range(8)]
    assert await all_write(callers) == [None] * 8
    assert [each.saw for each in callers] == [{each.name} for each in callers]


async def test_transactions_that_run_again_after_anothers_failure_see_their_own_callers_operation(database):
    callers = [Caller(database, f"operation-{number}", breaks_a_rule=number == 3) for number in range(8)]
    results = await all_write(callers)
    assert [isinstance(result, ImError) for result in results] == [number == 3 for number in range(8)]
    assert [each.saw for each in callers] == [{each.name} for each in callers]


async def test_log_lines_of_a_failing_transaction_have_its_callers_operation(sqlite_url):
    database = await open_database(sqlite_url)
    callers = [Caller(database, f"operation-{number}", breaks_a_rule=number > 5) for number in range(8)]
    handler = Noting()
    logger = logging.getLogger("amity.storage")
    logger.addHandler(handler)
    try:
        await all_write(callers)
    finally:
        logger.removeHandler(handler)
        await database.close()
    assert handler.seen == [
        (f"operation-{number}", "the database failed: UNIQUE constraint failed: facts.name") for number in (6, 7)
    ]
