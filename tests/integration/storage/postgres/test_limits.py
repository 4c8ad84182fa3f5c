"""What takes too long in PostgreSQL is given up, with nothing written, directly and behind a pooler."""

import asyncio

import asyncpg
import pytest

from amity.errors import Code, ImError
from amity.storage import open_database
from amity.storage.database import Transaction
from amity.storage.migrations import migrations
from amity.storage.postgres import limits, migrating
from tests.support.pgbouncer import pgbouncer

PUT = "insert into facts (name, value) values ($1, 'x')"
LOCK = "select 1 from facts where name = $1 for update"


@pytest.fixture(params=["postgres", "pooled"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "pooled":
        pgbouncer()
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


def limit(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert name in limits.SETTINGS
    monkeypatch.setitem(limits.SETTINGS, name, value)


async def test_a_transaction_that_pauses_for_too_long_is_undone_and_its_locks_are_free(url, postgres_url, monkeypatch):
    limit(monkeypatch, "idle_in_transaction_session_timeout", "200ms")
    database = await open_database(url)
    await database.write(lambda tx: tx.fetch(PUT, "a"))
    locked, go_on = asyncio.Event(), asyncio.Event()

    async def pause(tx: Transaction) -> None:
        await tx.fetch(PUT, "b")
        await tx.fetch(LOCK, "a")
        locked.set()
        await go_on.wait()
        await tx.fetch(PUT, "c")

    paused = asyncio.ensure_future(database.write(pause))
    await locked.wait()
    other = await asyncpg.connect(postgres_url)
    await other.fetch(LOCK, "a", timeout=5)
    go_on.set()
    with pytest.raises(ImError, match="nothing was written") as failure:
        await paused
    assert failure.value.code == Code.DATABASE
    assert [row[0] for row in await other.fetch("select name from facts")] == ["a"]
    await database.write(lambda tx: tx.fetch(PUT, "d"))
    await other.close()
    await database.close()


async def test_a_transaction_that_pauses_before_its_commit_says_that_nothing_was_written(postgres_url, monkeypatch):
    limit(monkeypatch, "idle_in_transaction_session_timeout", "100ms")
    database = await open_database(postgres_url)
    other = await asyncpg.connect(postgres_url)

    async def pause(tx: Transaction) -> None:
        await tx.fetch(PUT, "b")
        for _ in range(500):  # until the server has ended the session, and the driver has noticed
            if tx._connection.is_closed():  # type: ignore[attr-defined]
                return
            await asyncio.sleep(0.01)

    with pytest.raises(ImError, match="nothing was written"):
        await database.write(pause)
    assert await other.fetch("select name from facts") == []
    await other.close()
    await database.close()


async def test_who_waits_for_a_lock_for_too_long_is_told_that_nothing_was_written(url, postgres_url, monkeypatch):
    limit(monkeypatch, "lock_timeout", "100ms")
    database = await open_database(url)
    await database.write(lambda tx: tx.fetch(PUT, "a"))
    other = await asyncpg.connect(postgres_url)
    holding = other.transaction()
    await holding.start()
    await other.fetch(LOCK, "a")
    with pytest.raises(ImError, match="in time; nothing was written") as failure:
        await database.write(lambda tx: tx.fetch(LOCK, "a"))
    assert failure.value.code == Code.DATABASE
    await holding.rollback()
    await database.write(lambda tx: tx.fetch(LOCK, "a"))
    await other.close()
    await database.close()


async def test_a_statement_that_takes_too_long_is_given_up(url, monkeypatch):
    limit(monkeypatch, "statement_timeout", "100ms")
    database = await open_database(url)
    with pytest.raises(ImError, match="in time; nothing was written"):
        await database.write(lambda tx: tx.fetch("select pg_sleep(10)"))
    await database.write(lambda tx: tx.fetch("select pg_sleep(0)"))
    await database.close()


async def test_the_limits_stay_with_a_connection_that_was_used(postgres_url):
    database = await open_database(postgres_url)
    for _ in range(2):
        found = await database.fetch(
            "select current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
        )
        assert tuple(found[0]) == ("10s", "5s")
    await database.close()


async def test_a_migration_takes_as_long_as_it_takes_whatever_the_role_is_limited_to(
    postgres_server, empty_postgres_url, monkeypatch
):
    first = migrations("postgres")[0]
    slow = first._replace(statements=(*first.statements, "select pg_sleep(0.6)"))
    monkeypatch.setattr(migrating, "pending", lambda _, applied: [] if applied.version else [slow])
    postgres_server.query("create role hurried login superuser; alter role hurried set statement_timeout = '500ms'")
    connection = await asyncpg.connect(empty_postgres_url.replace("//amity@", "//hurried@"))
    try:
        await migrating.migrate(connection, post=False)
        assert await connection.fetchval("select version from schema_version") == 1
    finally:
        await connection.execute("reset all; drop owned by hurried")
        await connection.close()
        postgres_server.query("drop role hurried")
