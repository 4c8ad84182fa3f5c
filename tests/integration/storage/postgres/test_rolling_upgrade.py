"""Processes of two versions serve one PostgreSQL database while they are upgraded one after the other."""

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest

from amity.storage import Database, StorageError, open_database
from amity.storage.migrations import newest
from amity.storage.postgres import limits, migrating
from tests.integration.cli.conftest import Cli
from tests.support.added_migrations import AddMigrations, add_migrations
from tests.support.rest import SECRET

__all__ = ["add_migrations"]

NEWEST = newest("postgres")
PUT = "insert into facts (name, value) values ($1, 'x')"
OLD_COLUMN = "alter table facts add column old integer not null default 0"
ADD = "create table added (name text not null primary key); alter table facts add column added integer"
TAKE = "alter table facts drop column old"


async def versions(database: Database) -> list[int]:
    rows = await database.fetch("select version from schema_version where version > $1 order by version", NEWEST)
    return [row[0] - NEWEST for row in rows]


async def put(database: Database, name: str) -> None:
    await database.write(lambda tx: tx.fetch(PUT, name))


async def test_both_versions_serve_until_the_old_one_is_gone_and_the_rest_is_applied(
    empty_postgres_url: str, add_migrations: AddMigrations
):
    add_migrations(before=OLD_COLUMN)
    old = await open_database(empty_postgres_url)
    add_migrations(before=OLD_COLUMN, add=ADD, take__post=TAKE)
    new = await open_database(empty_postgres_url)
    assert await versions(new) == [1, 2]
    await new.write(lambda tx: tx.fetch("insert into facts (name, value, added) values ('new', 'x', 1)"))
    await old.write(lambda tx: tx.fetch("insert into facts (name, value, old) values ('old', 'x', 1)"))
    await old.close()

    # An old one that is started again meanwhile, as after a crash, serves too, and changes nothing.
    add_migrations(before=OLD_COLUMN)
    restarted = await open_database(empty_postgres_url)
    await put(restarted, "restarted")
    assert await versions(restarted) == [1, 2]
    await restarted.close()

    add_migrations(before=OLD_COLUMN, add=ADD, take__post=TAKE)
    await (await open_database(empty_postgres_url, post=True)).close()
    assert await versions(new) == [1, 2, 3]
    await put(new, "goes on")
    assert {row[0] for row in await new.fetch("select name from facts where value = 'x'")} == {
        *("new", "old", "restarted", "goes on")
    }
    await new.close()
    add_migrations(before=OLD_COLUMN)
    with pytest.raises(
        StorageError, match=f"at version {NEWEST + 3}, and this amity knows versions up to {NEWEST + 1}"
    ):
        await open_database(empty_postgres_url)


async def test_additions_of_a_later_version_are_applied_before_what_waits(
    empty_postgres_url: str, add_migrations: AddMigrations
):
    add_migrations(before=OLD_COLUMN)
    await (await open_database(empty_postgres_url)).close()
    later = {"before": OLD_COLUMN, "take__post": TAKE, "add": ADD}
    add_migrations(**later)
    database = await open_database(empty_postgres_url)
    assert await versions(database) == [1, 3]
    await (await open_database(empty_postgres_url, post=True)).close()
    assert await versions(database) == [1, 2, 3]
    await database.close()
    # Of what was taken away the highest number counts, not the highest of all.
    add_migrations(before=OLD_COLUMN, take__post=TAKE)
    await (await open_database(empty_postgres_url)).close()


async def test_a_new_database_gets_everything_at_once(empty_database_url: str, add_migrations: AddMigrations):
    add_migrations(before=OLD_COLUMN, take__post=TAKE, add=ADD)
    opened = [await open_database(empty_database_url)]
    assert await versions(opened[0]) == [1, 2, 3]
    await opened[0].close()


async def test_processes_of_a_new_version_that_start_at_once_migrate_once(
    empty_postgres_url: str, add_migrations: AddMigrations
):
    await (await open_database(empty_postgres_url)).close()
    add_migrations(add=ADD, more="create table more (name text not null primary key)")
    opened = await asyncio.gather(*(open_database(empty_postgres_url) for _ in range(4)))
    assert await versions(opened[0]) == [1, 2]
    await asyncio.gather(*(each.close() for each in opened))


async def test_a_table_that_an_open_transaction_uses_keeps_a_migration_waiting_and_nobody_behind_it_for_long(
    empty_postgres_url: str, add_migrations: AddMigrations, monkeypatch: pytest.MonkeyPatch
):
    old = await open_database(empty_postgres_url)
    monkeypatch.setattr(migrating, "MIGRATING", limits.MIGRATING.replace("'3s'", "'50ms'"))
    add_migrations(add=ADD)
    other = await asyncpg.connect(empty_postgres_url)
    using = other.transaction()
    await using.start()
    await other.execute("select 1 from facts")
    with pytest.raises(StorageError, match="lock timeout"):
        await open_database(empty_postgres_url)
    await put(old, "meanwhile")
    assert await versions(old) == []
    await using.rollback()
    await (await open_database(empty_postgres_url)).close()
    assert await versions(old) == [1]
    await other.close()
    await old.close()


async def test_doctor_and_migrate_say_what_waits_and_apply_it_when_told(
    empty_postgres_url: str, add_migrations: AddMigrations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    content = {"secret": SECRET, "api": {"port": 0}, "gateway": {"port": 0}, "database": empty_postgres_url}
    cli = Cli()
    cli.write("amity.yml", json.dumps(content))
    await (await open_database(empty_postgres_url)).close()
    add_migrations(add=ADD, take__post="drop table added")
    assert (await cli("migrate", "--check")).code == 1
    ran = await cli("migrate")
    assert ran.code == 0
    assert f"brought from version {NEWEST} to {NEWEST + 1}" in ran.out
    assert f"left until no older amity runs: {NEWEST + 2}" in ran.out
    assert [(await cli("migrate", *words)).code for words in (["--check"], ["--check", "--post"])] == [0, 1]
    assert (await cli("migrate", "--json")).json["waiting"] == [NEWEST + 2]
    found = [each for each in (await cli("doctor", "--json")).json if each["subject"] == "database"]
    assert [(each["level"], each["mend"]) for each in found] == [
        ("warn", "once all servers are of this version: amity migrate --post")
    ]
    assert str(NEWEST + 2) in found[0]["text"]

    add_migrations()
    ran = await cli("doctor")
    assert ran.code == 0
    assert f"at version {NEWEST + 1}, ahead of this program's {NEWEST} by additions only" in ran.out

    add_migrations(add=ADD, take__post="drop table added")
    assert (await cli("migrate", "--post")).code == 0
    assert (await cli("migrate", "--check", "--post")).code == 0
    assert f"version {NEWEST + 2}" in (await cli("doctor")).out
    add_migrations()
    ran = await cli("doctor")
    assert ran.code == 1
    assert "newer than this program's" in ran.out
