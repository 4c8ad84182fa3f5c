"""What is PostgreSQL's own: poolers, schemas, and what LISTEN leaves."""

import asyncpg
import pytest

from amity.cluster.bus.bus import EVERYBODY
from amity.storage import StorageError
from tests.support.pgbouncer import PgBouncer


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize("connections", [1, 3])
async def test_a_pooler_in_transaction_mode_is_refused_with_what_to_set(
    opened, postgres_url, postgres_server, connections
):
    with (
        PgBouncer(postgres_server.port, "transaction", connections=connections) as pooler,
        pytest.raises(StorageError, match=r"where LISTEN does not work: set bus to redis://\.\.\., or to a postgr"),
    ):
        await opened(pooler.url(name_of(postgres_url)), "a")


async def test_a_pooler_in_session_mode_carries_the_bus(opened, postgres_url, postgres_server):
    with PgBouncer(postgres_server.port, "session", connections=10) as pooler:
        bus, heard = await opened(pooler.url(name_of(postgres_url)), "a", EVERYBODY)
        bus.publish("a", b"x")
        bus.publish(EVERYBODY, bytes(20_000))
        await heard.until(lambda: heard.messages == [b"x", bytes(20_000)])
        await bus.stop()


async def test_two_databases_of_a_server_do_not_hear_each_other(opened, postgres_url, empty_postgres_url):
    sender, _ = await opened(postgres_url, "a")
    _, other = await opened(empty_postgres_url, "b")
    _, same = await opened(postgres_url, "b")
    sender.publish("b", b"x")
    await same.until(lambda: same.messages == [b"x"])
    assert other.messages == []


async def test_a_session_that_postgres_ends_is_opened_again(opened, postgres_url):
    bus, heard = await opened(f"{postgres_url}?application_name=bus", "a")
    admin = await asyncpg.connect(postgres_url)
    await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bus'")
    await heard.until(lambda: heard.events == ["lost", "restored"])
    bus.publish("a", b"x")
    await heard.until(lambda: heard.messages == [b"x"])
    await admin.close()


async def test_what_others_notify_on_a_channel_is_passed_over(opened, postgres_url):
    bus, heard = await opened(postgres_url, "a")
    admin = await asyncpg.connect(postgres_url)
    for junk in ("", "r", "w", "wAAAA", "p????", "w%"):
        await admin.execute("select pg_notify($1, $2)", bus._carrier.channel("a"), junk)
    bus.publish("a", b"x")
    await heard.until(lambda: heard.messages == [b"x"])
    assert heard.events == []
    await admin.close()


async def test_a_database_of_another_encoding_is_refused(opened, postgres_server):
    name = "bus_in_latin1"
    postgres_server.query(f"create database {name} encoding latin1 template template0")
    with pytest.raises(StorageError, match="encoding LATIN1, and the bus needs UTF8"):
        await opened(postgres_server.url(name), "a")
    postgres_server.query(f"drop database {name} with (force)")
