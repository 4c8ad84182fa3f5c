"""The database of a test is what the migrations make, and no other test's."""

import pytest

from amity.storage import open_database
from amity.storage.migrations import migrations

TABLES = {
    "sqlite": "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
    "postgres": "select tablename from pg_tables where schemaname = 'public'",
}


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def rows(database):
    """How many rows each table has."""
    names = [row[0] for row in await database.fetch(TABLES[database.dialect])]
    return {name: (await database.fetch(f"select count(*) from {name}"))[0][0] for name in names}


async def test_it_has_its_tables_and_nobody_in_them(database):
    found = await rows(database)
    assert found.pop("schema_version") == len(migrations(database.dialect))
    assert {"users", "friends", "outbox"} <= set(found)
    assert not any(found.values())


@pytest.mark.parametrize("turn", [1, 2])
async def test_what_was_written_in_one_is_not_in_the_next(database, turn):
    await database.write(lambda tx: tx.fetch("insert into facts (name, value) values ($1, '')", f"turn {turn}"))
    assert (await rows(database))["facts"] == 1


async def test_one_that_is_asked_for_empty_has_its_tables_once_it_is_opened(empty_database_url):
    opened = await open_database(empty_database_url)
    assert (await rows(opened))["schema_version"] == len(migrations(opened.dialect))
    await opened.close()
