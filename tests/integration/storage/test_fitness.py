"""An unsuitable database is refused when it is opened, reported when it is inspected, and left unchanged."""

import asyncio
import contextlib
import sqlite3

import asyncpg
import pytest

from amity.storage import StorageError, open_database
from amity.storage.migrations import migrations
from amity.storage.state import examine
from tests.support.newest_migration import statements_that_undo_it

FLYWAY = """create table schema_version (installed_rank integer not null primary key, version varchar(50),
    description varchar(200) not null, success boolean not null)"""
# What is there before, and what is said of it.
FOREIGN = {
    "Flyway's table": ([FLYWAY], r"schema_version is another program's, with columns installed_rank, version"),
    "a table of the same form": (
        ["create table schema_version (version bigint not null)", "insert into schema_version values (3)"],
        r"says version 3, and there is no table blacks, callback_log, client_configs, facts, friends and \d+ more",
    ),
    "versions in text": (
        ["create table schema_version (version text not null)", "insert into schema_version values ('2.1')"],
        "with versions in text",
    ),
    "a table of a name that is needed": (["create table users (id bigint)"], r"another program's.* \(?users"),
    "an index of a name that is needed": (
        ["create table people (id bigint)", "create index tokens_of_user on people (id)"],
        r"another program's.* tokens_of_user",
    ),
    "a view of a name that is needed": (["create view friends as select 1 as id"], r"another program's.* \(?friends"),
}


@pytest.fixture
def foreign(empty_database_url):
    """Runs SQL on a database that is not amity's yet, and returns what stands in it."""

    async def run(*statements):
        if empty_database_url.startswith("sqlite"):
            return await asyncio.to_thread(run_in_sqlite, empty_database_url, statements)
        connection = await asyncpg.connect(empty_database_url)
        for statement in statements:
            await connection.execute(statement)
        found = await connection.fetch(
            "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1"
        )
        await connection.close()
        return [row[0] for row in found]

    return run


def run_in_sqlite(url, statements):
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        return connection.execute("select name from sqlite_master order by 1").fetchall()


@pytest.mark.parametrize("kind", FOREIGN)
async def test_another_programs_tables_are_refused_and_left_as_they_are(empty_database_url, foreign, kind):
    statements, said = FOREIGN[kind]
    before = await foreign(*statements)
    with pytest.raises(StorageError, match=said) as refusal:
        await open_database(empty_database_url)
    assert "a database of its own" in str(refusal.value)
    state = await examine(empty_database_url)
    assert state.unusable
    assert state.unusable in str(refusal.value)
    assert await foreign() == before


async def test_unrelated_tables_are_refused_in_a_file_and_accepted_in_a_server(empty_database_url, foreign):
    before = await foreign("create table bookmarks (id bigint)")
    if empty_database_url.startswith("sqlite"):
        with pytest.raises(StorageError, match=r"another program's tables \(bookmarks\)"):
            await open_database(empty_database_url)
        assert await foreign() == before
    else:
        await (await open_database(empty_database_url)).close()
        assert (await examine(empty_database_url)).unusable == ""


async def test_a_table_with_a_name_that_an_upgrade_needs_is_refused_before_it(empty_database_url, foreign):
    first = migrations("sqlite" if empty_database_url.startswith("sqlite") else "postgres")[0]
    before = await foreign(
        "create table schema_version (version bigint not null)",
        *first.statements,
        "insert into schema_version values (1)",
        "create table leases (id bigint)",
    )
    with pytest.raises(StorageError, match="another program's leases"):
        await open_database(empty_database_url)
    assert await foreign() == before


async def test_a_database_that_lost_a_table_is_refused_by_its_name(database_url):
    await (await open_database(database_url)).close()
    if database_url.startswith("sqlite"):
        run_in_sqlite(database_url, ["drop table leases"])
    else:
        connection = await asyncpg.connect(database_url)
        await connection.execute("drop table leases")
        await connection.close()
    with pytest.raises(StorageError, match="there is no table leases"):
        await open_database(database_url)


@pytest.mark.parametrize("encoding", ["UTF-16le", "UTF-16be"])
async def test_a_sqlite_file_of_another_encoding_is_refused(tmp_path, encoding):
    url = f"sqlite:///{tmp_path}/amity.db"
    run_in_sqlite(url, [f"pragma encoding = '{encoding}'", "create table t (a)", "drop table t"])
    with pytest.raises(StorageError, match=f"its encoding is {encoding}, and amity needs UTF-8"):
        await open_database(url)
    assert f"its encoding is {encoding}" in (await examine(url)).unusable


class Server:
    """What an operator does on a PostgreSQL server, and connections as a user of it."""

    def __init__(self, server, database):
        self.database = database
        self._server = server
        self._made = []

    async def run(self, *statements):
        connection = await asyncpg.connect(self._server.url(self.database))
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    def url(self, user):
        return self._server.url(self.database).replace("//amity@", f"//{user}@")

    async def add_user(self, name):
        await self.run(f"create role {name} login")
        self._made.append(name)

    async def close(self):
        for name in self._made:
            await self.run(f"drop owned by {name} cascade", f"drop role {name}")


@pytest.fixture
async def postgres(postgres_server, empty_postgres_url):
    """An empty database of a server, whose schema is closed to other users, as since version 15."""
    server = Server(postgres_server, empty_postgres_url.rpartition("/")[2])
    await server.run("revoke create on schema public from public")
    yield server
    await server.close()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
async def test_a_postgresql_of_another_encoding_is_refused(postgres_server, encoding):
    name = f"encoded_{encoding.lower()}"
    admin = await asyncpg.connect(postgres_server.url())
    await admin.execute(f"create database {name} encoding '{encoding}' template template0")
    try:
        url = postgres_server.url(name)
        with pytest.raises(StorageError, match=f"its encoding is {encoding}"):
            await open_database(url)
        assert "encoding 'UTF8' template template0" in (await examine(url)).unusable
    finally:
        await admin.execute(f"drop database {name} with (force)")
        await admin.close()


async def test_a_user_without_the_right_to_create_tables_gets_the_statement_that_grants_it(postgres):
    await postgres.add_user("tenant")
    with pytest.raises(StorageError, match="user tenant may not create tables in schema public") as refusal:
        await open_database(postgres.url("tenant"))
    await postgres.run(str(refusal.value).rpartition(": ")[2])
    assert (await examine(postgres.url("tenant"))).unwritable == ""
    await (await open_database(postgres.url("tenant"))).close()


async def test_the_serving_user_need_not_be_the_migrating_one(postgres):
    await postgres.add_user("migrator")
    await postgres.add_user("runner")
    await postgres.run("grant create on schema public to migrator")
    await (await open_database(postgres.url("migrator"))).close()
    with pytest.raises(StorageError, match="user runner may not read and write table schema_version") as refusal:
        await open_database(postgres.url("runner"))
    assert (await examine(postgres.url("runner"))).unwritable in str(refusal.value)
    await postgres.run(str(refusal.value).rpartition(": ")[2])
    await postgres.run("revoke update on users from runner")
    with pytest.raises(StorageError, match="user runner may not read and write table users"):
        await open_database(postgres.url("runner"))
    await postgres.run("grant update on users to runner")
    database = await open_database(postgres.url("runner"))
    await database.write(lambda tx: tx.fetch("insert into facts (name, value) values ('a', '1')"))
    await database.close()
    # What is to be migrated next is the other's, too.
    await postgres.run(*statements_that_undo_it("postgres"))
    await postgres.run("grant create on schema public to runner")
    with pytest.raises(StorageError, match="its tables belong to migrator"):
        await open_database(postgres.url("runner"))


async def test_a_read_only_postgresql_is_refused(postgres, postgres_server):
    await postgres.run(f"alter database {postgres.database} set default_transaction_read_only = on")
    url = postgres.url("amity")
    with pytest.raises(StorageError, match="default_transaction_read_only is on"):
        await open_database(url)
    assert "only reads" in (await examine(url)).unwritable


async def test_tables_behind_another_schema_are_not_made_a_second_time(postgres):
    await (await open_database(postgres.url("amity"))).close()
    await postgres.run("create schema amity")  # which "$user" in search_path puts before public
    with pytest.raises(StorageError, match=r"schema_version in schema public, .* would be made in schema amity"):
        await open_database(postgres.url("amity"))
    await postgres.run("drop schema amity")
    await (await open_database(postgres.url("amity"))).close()


async def test_a_user_without_any_schema_is_told_so(postgres):
    await postgres.run(f"alter database {postgres.database} set search_path = nowhere")
    with pytest.raises(StorageError, match="has no schema for its tables"):
        await open_database(postgres.url("amity"))


async def test_tables_whose_rows_are_hidden_from_the_user_are_refused(postgres):
    """Friends that a policy hides would be missing from every list, and no error would say so."""
    await (await open_database(postgres.url("amity"))).close()
    await postgres.add_user("screened")
    await postgres.run(
        "grant select, insert, update, delete on all tables in schema public to screened",
        "alter table friends enable row level security",
    )
    mend = "alter table public.friends disable row level security"
    with pytest.raises(StorageError, match=f"row-level security hides rows of table friends .*{mend}"):
        await open_database(postgres.url("screened"))
    assert mend in (await examine(postgres.url("screened"))).unwritable
    await (await open_database(postgres.url("amity"))).close()  # its owner sees all
    await postgres.run(mend)
    await (await open_database(postgres.url("screened"))).close()
