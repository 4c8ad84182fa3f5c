"""``amity doctor`` and ``migrate``: what is wrong, and how to mend it."""

import json
import os
import re
import sqlite3
from pathlib import Path

import pytest

from amity.cli.diagnosis import clock
from amity.settings import Settings
from amity.storage import open_database
from amity.storage.migrations import migrations
from tests.integration.cli.conftest import Cli, Ran
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.fake_clock import FakeClock
from tests.support.pgbouncer import PgBouncer
from tests.support.processes import free_port
from tests.support.redis import RedisServer
from tests.support.rest import SECRET
from tests.support.tls import CLIENT

NEWEST = migrations("sqlite")[-1].version


@pytest.fixture(autouse=True)
def settings(cli: Cli) -> None:
    write()


def write(mode: int = 0o600, **parts: object) -> None:
    content = {"secret": SECRET, "api": {"port": free_port()}, "gateway": {"port": free_port()}, **parts}
    Path("amity.yml").write_text(json.dumps(content), encoding="utf-8")
    Path("amity.yml").chmod(mode)


def put(name: str, content: str, mode: int) -> None:
    Path(name).write_text(content, encoding="utf-8")
    Path(name).chmod(mode)


def levels(ran: Ran) -> dict[str, str]:
    return {each["subject"]: each["level"] for each in ran.json}


async def test_a_healthy_setup_is_all_ok_and_nothing_is_created(cli: Cli):
    ran = await cli("doctor")
    assert ran.code == 0
    assert all(line.startswith("ok ") for line in ran.out.splitlines())
    assert cli.files() == ["amity.yml"]


async def test_every_problem_of_the_settings_is_a_line(cli: Cli):
    write(prot=1, clientImport="maybe")
    ran = await cli("doctor", "--json")
    assert ran.code == 1
    assert [each["level"] for each in ran.json] == ["fail", "fail"]
    assert SECRET not in ran.out


async def test_files_with_secrets_or_data_that_others_can_read_or_write_are_remarked_on(cli: Cli):
    put("webhooks.yml", "tls: {clientCertificate: key.pem}", 0o640)
    put("amity.db", "", 0o604)
    put("key.pem", CLIENT.read_text(), 0o606)
    write(mode=0o644, callbacks="webhooks.yml")
    ran = await cli("doctor", "--json")
    assert [(each["text"], each["mend"]) for each in ran.json if each["subject"] == "files"] == [
        ("amity.yml: other users of this machine can read it (mode 644)", "chmod 600 amity.yml"),
        ("webhooks.yml: other users of this machine can read it (mode 640)", "chmod 600 webhooks.yml"),
        ("amity.db: other users of this machine can read it (mode 604)", "chmod 600 amity.db"),
        ("key.pem: other users of this machine can write it (mode 606)", "chmod 600 key.pem"),
    ]


async def test_a_database_in_service_is_looked_at_without_disturbing_it(cli: Cli, rest, sqlite_url):
    write(database=sqlite_url)
    ran = await cli("doctor")
    assert ran.code == 0
    assert f"version {NEWEST}, served by process {os.getpid()}" in ran.out
    await rest.register("alice")


async def test_a_database_that_is_none_or_newer_or_nowhere_fails(cli: Cli):
    cli.write("none.db", "this is a text and no database" * 100)
    write(database="sqlite:///none.db")
    assert levels(await cli("doctor", "--json"))["database"] == "fail"
    write(database="sqlite:///not/there.db")
    assert levels(await cli("doctor", "--json"))["database"] == "fail"
    database = await open_database("sqlite:///newer.db")
    await database.close()
    with sqlite3.connect("newer.db") as connection:
        connection.execute("insert into schema_version values (999)")
    connection.close()
    write(database="sqlite:///newer.db")
    ran = await cli("doctor")
    assert ran.code == 1
    assert "version 999, newer than this program's" in ran.out
    assert (await cli("migrate")).code == 1


async def test_a_postgres_that_is_not_there_fails_without_its_password(cli: Cli):
    write(database="postgresql://user:hidden-password@127.0.0.1:1/amity")
    ran = await cli("doctor")
    assert ran.code == 1
    assert "PostgreSQL at 127.0.0.1:1 cannot be reached: Connection refused" in ran.out
    assert "hidden-password" not in ran.out + ran.err


async def test_a_pooler_is_named_and_one_that_allows_no_transactions_fails(cli: Cli, postgres_url, postgres_server):
    name = postgres_url.rpartition("/")[2]
    for mode, code, level, said in (
        ("session", 0, "ok", f"version {NEWEST}, through a pooler"),
        ("transaction", 1, "ok", "is behind a pooler in transaction mode, where LISTEN does not work"),
        ("statement", 1, "fail", "is behind a pooler in statement mode"),
    ):
        with PgBouncer(postgres_server.port, mode, connections=10) as pooler:
            write(database=pooler.url(name))
            ran = await cli("doctor", "--json")
        assert (ran.code, levels(ran)["database"]) == (code, level)
        assert said in ran.out


async def test_postgres_is_examined_and_its_clock_compared(cli: Cli, empty_postgres_url):
    write(database=empty_postgres_url)
    ran = await cli("doctor")
    assert ran.code == 0
    assert "has no tables yet" in ran.out
    assert "agrees with PostgreSQL" in ran.out
    assert (await cli("migrate", "--json")).json["after"] == NEWEST
    assert f"can be read and written, version {NEWEST}" in (await cli("doctor")).out


async def test_callbacks_are_asked_but_nothing_is_told(cli: Cli, business: BusinessServer):
    write(
        callbacks={
            "url": business.url,
            "beforeImportFriends": {"enable": True},
            "afterImportFriends": {"enable": True},
        }
    )
    business.reaction = Answer({}, headers={"Date": "Mon, 01 Jan 2024 00:00:00 GMT"})
    ran = await cli("doctor", "--json")
    assert sorted(request.path for request in business.requests) == [
        "/callbackAmityDoctorCommand",
        "/callbackBeforeImportFriendsCommand",
    ]
    found = levels(ran)
    assert (found["beforeImportFriends"], found["afterImportFriends"], found["clock"]) == ("ok", "ok", "fail")
    assert ran.code == 1


async def test_a_business_server_that_is_down_fails(cli: Cli):
    write(
        callbacks={
            "url": f"http://127.0.0.1:{free_port()}",
            "beforeImportFriends": {"enable": True},
            "afterImportFriends": {"enable": True},
        }
    )
    found = levels(await cli("doctor", "--json"))
    assert (found["beforeImportFriends"], found["afterImportFriends"]) == ("fail", "fail")


def test_clocks_apart_are_remarked_on_and_far_apart_fail():
    found = clock([("a", 100.0), ("b", 80.0), ("c", 400.0)], FakeClock(101.0))
    assert [(each.level, each.text) for each in found] == [
        ("ok", "agrees with a"),
        ("warn", "21 s ahead of b"),
        ("fail", "299 s behind c"),
    ]


async def test_migrate_tells_versions_and_repeats_harmlessly(cli: Cli):
    assert Settings().database == "sqlite:///amity.db"
    ran = await cli("migrate", "--check")
    assert (ran.code, ran.out) == (1, f"amity.db: at version 0; this program's is {NEWEST}\n")
    assert cli.files() == ["amity.yml"]
    assert (await cli("migrate")).out == f"amity.db: brought from version 0 to {NEWEST}\n"
    again = await cli("migrate", "--json")
    assert again.json == {
        "database": "amity.db",
        "before": NEWEST,
        "after": NEWEST,
        "newest": NEWEST,
        "waiting": [],
    }
    assert (await cli("migrate", "--check")).code == 0


async def test_the_bus_of_postgres_is_tried(cli: Cli, postgres_url):
    write(database=postgres_url)
    line = about_bus(await cli("doctor"))
    assert re.fullmatch(r"ok +bus: PostgreSQL at 127\.0\.0\.1:\d+ passes a message in \d+\.\d ms", line)


async def test_a_redis_is_tried_as_the_bus(cli: Cli, postgres_url):
    with RedisServer(password="hidden-password") as redis:
        write(database=postgres_url, bus=redis.url)
        line = about_bus(await cli("doctor"))
        assert re.fullmatch(rf"ok +bus: Redis at 127\.0\.0\.1:{redis.port} passes a message in \d+\.\d ms", line)


async def test_a_bus_that_is_not_there_fails_without_its_password(cli: Cli, postgres_url):
    write(database=postgres_url, bus="redis://:hidden-password@127.0.0.1:1")
    ran = await cli("doctor")
    assert ran.code == 1
    assert about_bus(ran) == "fail  bus: Redis at 127.0.0.1:1 cannot be reached: Connection refused"
    assert "hidden-password" not in ran.out + ran.err


async def test_a_database_that_one_process_has_alone_needs_no_bus(cli: Cli):
    assert "bus" not in levels(await cli("doctor", "--json"))


def about_bus(ran: Ran) -> str:
    (line,) = [line for line in ran.out.splitlines() if re.match(r"\w+ +bus: ", line)]
    return line
