"""``amity doctor`` and ``migrate`` on databases that cannot do the work: what they are told, and that they fail."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest

from tests.integration.cli.conftest import Cli, Ran
from tests.support.rest import SECRET


async def run(cli: Cli, url: str, *command: str) -> Ran:
    ports = {"AMITY_API__PORT": "0", "AMITY_GATEWAY__PORT": "0"}
    return await cli(*command, AMITY_SECRET=SECRET, AMITY_DATABASE=url, **ports)


def about_database(ran: Ran) -> list[tuple[str, str]]:
    return [(each["level"], each["text"]) for each in ran.json if each["subject"] == "database"]


@pytest.mark.parametrize("check", [[], ["--check"]])
async def test_a_file_of_another_program_fails_in_both_and_is_left_alone(cli: Cli, check: list[str]):
    with sqlite3.connect("flyway.db") as connection:
        connection.execute("create table schema_version (installed_rank integer, version text)")
    connection.close()
    ran = await run(cli, "sqlite:///flyway.db", "doctor", "--json")
    ((level, text),) = about_database(ran)
    assert (ran.code, level) == (1, "fail")
    assert "schema_version is another program's" in text
    migrated = await run(cli, "sqlite:///flyway.db", "migrate", *check)
    assert migrated.code == 1
    assert "schema_version is another program's" in migrated.err
    assert cli.files() in (["flyway.db"], ["flyway.db", "flyway.db.lock"])


async def test_a_file_that_this_user_may_not_read_is_a_line(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    cli.write("amity.db", "")

    def refuse(path: Path) -> str | None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("amity.storage.state.holder", refuse)  # root may read everything
    ran = await run(cli, "sqlite:///amity.db", "doctor", "--json")
    assert about_database(ran) == [("fail", "amity.db cannot be looked at: Permission denied")]


async def test_a_user_of_postgresql_who_may_not_create_tables_fails(cli: Cli, empty_postgres_url: str):
    admin = await asyncpg.connect(empty_postgres_url)
    try:
        await admin.execute("revoke create on schema public from public; create role visitor login")
        ran = await run(cli, empty_postgres_url.replace("//amity@", "//visitor@"), "doctor", "--json")
    finally:
        await admin.execute("drop role visitor")
        await admin.close()
    text = "user visitor may not create tables in schema public: grant create on schema public to visitor"
    assert ("fail", text) in about_database(ran)


async def test_a_postgresql_without_room_for_one_process_is_remarked_on(cli: Cli, postgres_url: str):
    name = postgres_url.rpartition("/")[2]
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f'alter database "{name}" connection limit 11')
    try:
        ran = await run(cli, postgres_url, "doctor", "--json")
        assert ran.code == 0
        assert about_database(ran)[1:] == [
            ("warn", f"PostgreSQL {name} has 11 connections for this user, and a process opens 19")
        ]
        fewer = await cli(
            *("doctor", "--json"), AMITY_SECRET=SECRET, AMITY_DATABASE=postgres_url, AMITY_POSTGRES__CONNECTIONS="8"
        )
        assert [level for level, _ in about_database(fewer)] == ["ok"]
    finally:
        await admin.execute(f'alter database "{name}" connection limit -1')
        await admin.close()
