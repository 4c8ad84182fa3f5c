"""PostgreSQL behind a real PgBouncer: nothing that amity does there outlives a transaction."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from amity.app.server import Server
from amity.storage import StorageError, open_database
from amity.storage.migrations import migrations
from amity.storage.state import examine
from tests.integration.conftest import import_callbacks, settings_for
from tests.support.business_server import BusinessServer
from tests.support.pgbouncer import PgBouncer
from tests.support.postgres import PostgresServer
from tests.support.rest import Rest

NEWEST = migrations("postgres")[-1].version
PUT = "insert into facts (name, value) values ($1, $2)"
PREPARED = "select count(*) from pg_prepared_statements"


@pytest.fixture
def shared(postgres_server: PostgresServer) -> Iterator[PgBouncer]:
    """A PgBouncer in transaction mode, all of whose clients share one session of PostgreSQL."""
    with PgBouncer(postgres_server.port, "transaction", connections=1) as running:
        yield running


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize("ignored", ["", "jit,extra_float_digits"])
@pytest.mark.parametrize("mode", ["session", "transaction"])
async def test_a_server_starts_and_serves_behind_a_pooler(
    mode: str,
    ignored: str,
    empty_postgres_url: str,
    postgres_server: PostgresServer,
    business: BusinessServer,
    tmp_path: Path,
):
    options = {"ignore_startup_parameters": ignored} if ignored else {}
    with PgBouncer(postgres_server.port, mode, connections=20 if mode == "session" else 3, options=options) as pooler:
        url = pooler.url(name_of(empty_postgres_url))
        past_it = {"bus": empty_postgres_url} if mode == "transaction" else {}
        server = Server(settings_for(tmp_path, url, callbacks=import_callbacks(business), **past_it))
        await server.start()
        try:
            async with Rest(f"http://127.0.0.1:{server.port}") as rest:
                friends = [f"friend{number}" for number in range(30)]
                await rest.register("alice", *friends)
                answers = await asyncio.gather(*(rest.import_friends("alice", [friend]) for friend in friends))
                assert [answer["errCode"] for answer in answers] == [0] * 30
                assert await rest.friends("alice") == sorted(friends)
                told = await business.wait_for(60)  # asked before each import, and told after each
                assert sum("callbackAfterImportFriendsCommand" in each.path for each in told) == 30
        finally:
            await server.stop()


async def test_processes_that_start_at_once_behind_a_pooler_migrate_once(
    empty_postgres_url: str, postgres_server: PostgresServer
):
    with PgBouncer(postgres_server.port, "transaction", connections=2) as pooler:
        url = pooler.url(name_of(empty_postgres_url))
        opened = await asyncio.gather(*(open_database(url) for _ in range(6)))
        versions = [row[0] for row in await opened[0].fetch("select version from schema_version order by version")]
        assert versions == [each.version for each in migrations("postgres")]
        for each in opened:
            await each.close()


async def test_clients_that_share_a_session_leave_no_state_in_it(postgres_url: str, shared: PgBouncer):
    first, second = [await open_database(shared.url(name_of(postgres_url))) for _ in range(2)]

    async def put(database, name):
        await database.write(lambda tx: tx.fetch(PUT, name, name))
        assert [row[0] for row in await database.fetch("select value from facts where name = $1", name)] == [name]
        assert len(await database.fetch_scan("select name from facts where name = $1", name)) == 1
        assert len(await database.fetch_long("select value, $2 from EACH_INT($1)", list(range(700)), name)) == 700

    await asyncio.gather(
        *(put(database, f"{side}-{n}") for side, database in enumerate((first, second)) for n in range(40))
    )
    assert (await first.fetch("select count(*) from facts where name like '_-%'"))[0][0] == 80
    assert (await first.fetch(PREPARED))[0][0] == 0
    await first.close()
    await second.close()


async def test_transactions_do_without_compiling_and_leave_the_session_as_it_was(postgres_url: str, shared: PgBouncer):
    database = await open_database(shared.url(name_of(postgres_url)))
    for read in (
        database.write(lambda tx: tx.fetch("show jit")),
        database.fetch_scan("show jit"),
        database.fetch_long("show jit"),
    ):
        assert (await read)[0][0] == "off"
    assert (await database.fetch("show jit"))[0][0] == "on"
    assert (await database.fetch("show statement_timeout"))[0][0] == "0"
    await database.close()


async def test_without_a_pooler_every_connection_does_without_compiling(postgres_url: str):
    database = await open_database(postgres_url)
    assert (await database.fetch("show jit"))[0][0] == "off"
    await database.close()


async def test_an_advisory_lock_of_somebody_else_in_the_shared_session_is_left_alone(
    postgres_url: str, shared: PgBouncer
):
    url = shared.url(name_of(postgres_url))
    other = await asyncpg.connect(url, statement_cache_size=0)
    await other.execute("select pg_advisory_lock(7)")
    database = await open_database(url)
    await database.write(lambda tx: tx.fetch(PUT, "a", "1"))
    await database.close()
    assert await other.fetchval("select count(*) from pg_locks where locktype = 'advisory'") == 1
    await other.execute("select pg_advisory_unlock(7)")
    await other.close()


async def test_statements_are_prepared_by_name_where_the_url_says_that_the_pooler_keeps_them(
    postgres_url: str, postgres_server: PostgresServer
):
    with PgBouncer(postgres_server.port, "session") as pooler:
        database = await open_database(pooler.url(name_of(postgres_url), "?statements=named"))
        await database.fetch("select value from facts where name = $1", "a")
        assert (await database.fetch(PREPARED))[0][0] > 0
        await database.close()


async def test_no_statement_is_prepared_by_name_where_the_url_says_so(postgres_url: str):
    database = await open_database(f"{postgres_url}?statements=unnamed")
    await database.fetch("select value from facts where name = $1", "a")
    assert (await database.fetch(PREPARED))[0][0] == 0
    await database.close()


@pytest.mark.parametrize("look", [open_database, examine])
async def test_a_pooler_in_statement_mode_is_refused_in_one_line(look, empty_postgres_url, postgres_server):
    with PgBouncer(postgres_server.port, "statement") as pooler:
        with pytest.raises(StorageError) as refused:
            await look(pooler.url(name_of(empty_postgres_url)))
        where = f"PostgreSQL at 127.0.0.1:{pooler.port}"
        assert str(refused.value) == (
            f"{where} is behind a pooler in statement mode, which allows no transactions: set pool_mode = transaction "
            "or session there"
        )


async def test_a_pooler_and_its_absence_are_detected(pooled_url: str, postgres_url: str):
    assert [(await examine(url)).pooled for url in (pooled_url, postgres_url)] == [True, False]
