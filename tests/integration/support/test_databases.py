"""The database of a test is what the migrations make, and no other test's."""

import asyncio

import asyncpg
import pytest

from amity.storage import open_database
from amity.storage.migrations import migrations

TABLES = {
    # Without the index of texts, which has tables of its own, with rows from the start.
    "sqlite": "select name from sqlite_master where type = 'table' "
    "and name not like 'sqlite_%' and name not like 'user_texts_pairs%'",
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


ADD_USER = "insert into users (user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt) "
ADD_USER += "values ('ann', '', '', '', 0, 0, 0) returning user_seq"


def test_one_that_was_given_back_is_taken_again_as_if_it_were_new(postgres_server):
    databases = postgres_server.databases
    name = databases.take()
    assert postgres_server.query(ADD_USER, name) == "1"
    databases.give_back(name)
    assert databases.take() == name
    assert postgres_server.query(ADD_USER, name) == "1"
    databases.give_back(name)


def test_whoever_is_still_connected_to_one_that_is_given_back_is_broken_off(postgres_server):
    databases = postgres_server.databases
    name = databases.take()
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(postgres_server.url(name)))
        runner.run(connection.execute("begin; lock table users; select pg_advisory_lock(1)"))
        databases.give_back(name)
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError)):
            runner.run(connection.execute("select 1"))


@pytest.mark.parametrize(
    "changed",
    [
        "create table stray (name text)",
        "alter table users add column stray text",
        "alter table users alter column ex drop not null",
        "drop index tokens_by_expiry",
        "insert into schema_version values (9999)",
        "alter table users add constraint stray check (ex <> 'stray')",
    ],
)
def test_one_whose_tables_a_test_has_changed_nobody_gets_again(postgres_server, changed):
    databases = postgres_server.databases
    name = databases.take()
    postgres_server.query(changed, name)
    databases.give_back(name)
    assert name not in postgres_server.query("select datname from pg_database").split()
