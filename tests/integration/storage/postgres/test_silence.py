"""A PostgreSQL that does not answer: what waits for it is given up, and leases have a connection of their own."""

import asyncio
import contextlib

import asyncpg
import pytest

from amity.errors import Code, ImError
from amity.storage import open_database
from amity.storage.database import Database
from tests.support.links import Proxied

PUT = "insert into facts (name, value) values ($1, 'x')"


@contextlib.asynccontextmanager
async def proxied(url: str, connections: int = 4):
    """A database, a way to it that can be cut, and a URL that goes past that."""
    port = int(url.rpartition(":")[2].partition("/")[0])
    async with Proxied(port) as link:
        database = await open_database(url.replace(f":{port}/", f":{link.port}/"), connections=connections)
        yield database, link
        await link.mend()
        await database.close()


async def answers(database: Database) -> None:
    """Return as soon as a vital statement is answered."""
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(ImError):
                await database.fetch_vital("select 1")
                return


async def test_a_vital_statement_is_answered_while_all_connections_wait_for_a_lock(postgres_url):
    database = await open_database(postgres_url, connections=2)
    other = await asyncpg.connect(postgres_url)
    await database.write(lambda tx: tx.fetch(PUT, "a"))
    async with other.transaction():
        await other.execute("select 1 from facts where name = 'a' for update")
        update = "update facts set value = 'y' where name = 'a'"
        waiting = [asyncio.ensure_future(database.write(lambda tx: tx.fetch(update))) for _ in range(4)]
        wait = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        async with asyncio.timeout(5):
            while await other.fetchval(wait) < 2:
                await other.execute("select pg_stat_clear_snapshot()")
        assert (await database.fetch_vital("update facts set value = 'z' where name = 'b' returning 1")) == []
        assert (await database.fetch_vital("select 7"))[0][0] == 7
        assert not any(each.done() for each in waiting)
    await asyncio.gather(*waiting)
    await other.close()
    await database.close()


@pytest.mark.parametrize("direction", ["there", "back"])
async def test_what_is_under_way_fails_once_the_server_is_silent_and_what_comes_fails_at_once(postgres_url, direction):
    async with proxied(postgres_url) as (database, link):
        await database.fetch_vital("select 1")
        await link.cut(direction)
        under_way = [
            asyncio.ensure_future(database.fetch("select 1")),
            asyncio.ensure_future(database.fetch_long("select 1")),
            asyncio.ensure_future(database.fetch_scan("select 1")),
            # The last two wait for a connection that opens, and for one that is free.
            *[asyncio.ensure_future(database.write(lambda tx: tx.fetch("select 1"))) for _ in range(3)],
        ]
        await asyncio.sleep(0)
        with pytest.raises(ImError):
            await database.fetch_vital("select 1")
        async with asyncio.timeout(5):
            ended = await asyncio.gather(*under_way, return_exceptions=True)
        assert [isinstance(each, ImError) and each.code for each in ended] == [Code.DATABASE] * 6
        with pytest.raises(ImError):
            async with asyncio.timeout(0.5):
                await database.fetch("select 1")
        await link.mend()
        await answers(database)
        assert (await database.fetch("select 1"))[0][0] == 1
        await database.write(lambda tx: tx.fetch(PUT, "a"))


async def test_a_commit_that_is_given_up_says_that_its_outcome_is_not_known(postgres_url):
    async with proxied(postgres_url) as (database, link):
        await database.fetch_vital("select 1")

        async def work(tx):
            await tx.fetch(PUT, "a")
            await link.cut("back")
            is_cut.set()

        is_cut = asyncio.Event()
        writing = asyncio.ensure_future(database.write(work))
        await is_cut.wait()
        with pytest.raises(ImError):
            await database.fetch_vital("select 1")
        with pytest.raises(ImError, match="not known"):
            await writing


async def test_a_server_that_refuses_is_not_silent(postgres_url):
    """The next call after it is back succeeds, without waiting for anything."""
    async with proxied(postgres_url) as (database, link):
        await database.fetch_vital("select 1")
        await link.__aexit__(None, None, None)
        for _ in range(2):
            with pytest.raises(ImError):
                await database.fetch_vital("select 1")
        await link.__aenter__()
        assert (await database.fetch("select 1"))[0][0] == 1


async def test_a_connection_that_was_lost_is_opened_again_for_a_vital_statement(postgres_url):
    database = await open_database(postgres_url)
    pid = (await database.fetch_vital("select pg_backend_pid()"))[0][0]
    await database.fetch("select pg_terminate_backend($1)", pid)
    assert (await database.fetch_vital("select pg_backend_pid()"))[0][0] != pid
    await database.close()
