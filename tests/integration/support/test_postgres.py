"""The PostgreSQL of the tests keeps what PostgreSQL promises, and leaves nothing behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.support import postgres
from tests.support.postgres import PostgresServer, PostgresUnavailableError

ROOT = Path(__file__).parents[3]


async def test_a_test_gets_an_empty_database(empty_postgres_url):
    connection = await asyncpg.connect(empty_postgres_url)
    try:
        assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 0
        await connection.execute("create table kept (value text)")
    finally:
        await connection.close()


async def test_the_next_test_gets_another_one(empty_postgres_url):
    connection = await asyncpg.connect(empty_postgres_url)
    try:
        assert await connection.fetchval("select to_regclass('kept')") is None
    finally:
        await connection.close()


def test_nothing_is_left_of_an_empty_database_after_the_test_that_had_it(postgres_server):
    name = postgres_server.databases.make_empty()
    postgres_server.databases.drop(name)
    assert name not in postgres_server.query("select datname from pg_database").split()


def test_it_is_as_durable_as_in_production_unless_asked_otherwise():
    with PostgresServer() as server:
        assert server.query("show fsync") == "on"
        assert server.query("show synchronous_commit") == "on"


def test_each_engine_has_its_url(database_url):
    assert database_url.startswith(("sqlite:////", "postgresql://"))


async def test_what_was_committed_survives_a_kill_on_the_same_port():
    with PostgresServer() as server:
        url = server.create_database("crashed")
        connection = await asyncpg.connect(url)
        await connection.execute("create table imported (friend text)")
        await connection.execute("insert into imported values ('bob')")
        server.kill()
        connection.terminate()
        server.start()
        assert server.url("crashed") == url
        assert server.query("select friend from imported", "crashed") == "bob"


def test_nothing_is_left_of_a_stopped_server():
    with PostgresServer() as server:
        process = psutil.Process(server.pid)
        programs = [process, *process.children(recursive=True)]
        directory = Path(process.cwd()).parent
    assert not directory.exists()
    assert not [program for program in programs if program.is_running() and program.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked for this")
def test_it_does_not_outlive_tests_that_are_killed():
    program = """
import sys
from tests.support.postgres import PostgresServer
with PostgresServer() as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""
    tests = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with tests:
        assert tests.stdout is not None
        server = psutil.Process(int(tests.stdout.readline()))
        directory = Path(server.cwd()).parent
        tests.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the server still runs"
        time.sleep(0.01)
    postgres.remove(directory)


def test_binaries_that_the_unprivileged_user_cannot_reach_are_copied(tmp_path, monkeypatch):
    installed = postgres._installed()
    for path in installed.parents[1].glob(f"{installed.parent.name}*"):
        (tmp_path / path.name).symlink_to(path)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(postgres, "_installed", lambda: tmp_path / installed.parent.name / installed.name)
    with PostgresServer() as server:
        assert server.query("select 1") == "1"


def test_binaries_that_are_missing_are_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(postgres, "_PACKAGE", "no_such_package")
    with pytest.raises(PostgresUnavailableError, match="make setup"):
        PostgresServer().start()


def test_a_server_that_does_not_start_says_why():
    server = PostgresServer(options={"shared_buffers": "nonsense"})
    with pytest.raises(PostgresUnavailableError, match="shared_buffers"):
        server.start()
