"""Of several PostgreSQL servers the primary is used, and never again one whose replica was promoted."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from amity.errors import ImError
from amity.storage import Database, StorageError, open_database
from amity.storage.postgres import hosts
from amity.storage.postgres.connecting import connect, located
from tests.support.postgres import PostgresServer
from tests.support.replica import Replica

PUT = "insert into facts (name, value) values ($1, 'x')"
PORT = "select current_setting('port')::int"


def url_of(*ports: int) -> str:
    return f"postgresql://amity@{','.join(f'127.0.0.1:{port}' for port in ports)}/amity"


@pytest.fixture
def pair() -> Iterator[tuple[PostgresServer, Replica]]:
    """A primary with an empty database, and its replica."""
    with PostgresServer(fsync=False) as primary:
        primary.create_database("amity")
        with Replica(primary, fsync=False) as replica:
            yield primary, replica


@contextlib.asynccontextmanager
async def opened(url: str, connections: int = 16) -> AsyncIterator[Database]:
    database = await open_database(url, connections=connections)
    try:
        yield database
    finally:
        await database.close()


async def port_of(database: Database) -> int:
    port: int = (await database.fetch(PORT))[0][0]
    return port


async def put(database: Database, name: str) -> None:
    await database.write(lambda tx: tx.fetch(PUT, name))


async def test_the_primary_is_used_wherever_it_stands_and_a_replica_alone_is_refused(pair):
    primary, replica = pair
    for url in (url_of(replica.port, primary.port), url_of(primary.port, replica.port)):
        async with opened(url) as database:
            assert await port_of(database) == primary.port
    with pytest.raises(StorageError, match="it is a standby, which only reads"):
        await open_database(url_of(replica.port))
    primary.stop()
    with pytest.raises(StorageError) as refused:
        await open_database(url_of(replica.port, primary.port))
    assert f"127.0.0.1:{replica.port}: it only reads" in str(refused.value)
    assert f"127.0.0.1:{primary.port}: Connection refused" in str(refused.value)


async def test_a_primary_that_comes_back_after_its_replica_was_promoted_is_not_written_to(pair, caplog):
    primary, replica = pair
    url = url_of(primary.port, replica.port)
    await asyncio.to_thread(replica.confirm, "on")  # else the first may be lost with the primary
    async with opened(url) as knows:
        await put(knows, "first")
        await asyncio.to_thread(primary.kill)
        await asyncio.to_thread(replica.promote)
        await put(knows, "second")
        await asyncio.to_thread(primary.start)
        # Who starts now asks both.
        async with opened(url) as fresh:
            assert await port_of(fresh) == replica.port
            assert len(await fresh.fetch("select 1 from facts where name in ('first', 'second')")) == 2
        await asyncio.to_thread(replica.kill)
        with caplog.at_level(logging.ERROR, logger=hosts.__name__), pytest.raises(ImError):
            await put(knows, "third")
        assert f"127.0.0.1:{primary.port} has timeline 1, and 2 was seen" in caplog.text
        assert primary.query("select count(*) from facts where name = 'third'", "amity") == "0"
        await asyncio.to_thread(replica.start)
        await put(knows, "fourth")
        assert await port_of(knows) == replica.port


async def test_connections_to_the_old_primary_are_replaced_once_its_name_leads_to_the_new_one(pair):
    primary, replica = pair
    target = primary.port

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pumped(reader, back), pumped(there, writer))

    async def pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await reader.read(1 << 16):
                writer.write(part)
        writer.close()

    name = await asyncio.start_server(forward, "127.0.0.1", 0)
    async with name, opened(url_of(name.sockets[0].getsockname()[1])) as database:
        assert await port_of(database) == primary.port
        await asyncio.to_thread(replica.promote)
        target = replica.port
        together = asyncio.Barrier(2)

        async def where(tx):
            await together.wait()
            return (await tx.fetch(PORT))[0][0]

        # The one connection that was there, and a new one beside it.
        assert set(await asyncio.gather(database.write(where), database.write(where))) == {primary.port, replica.port}
        assert set(await asyncio.gather(database.write(where), database.write(where))) == {replica.port}


async def test_a_host_that_does_not_answer_keeps_nobody_waiting(postgres_server, postgres_url, monkeypatch):
    monkeypatch.setattr(hosts, "_HOST_SECONDS", 0.5)
    name = postgres_url.rpartition("/")[2]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = url_of(silent.getsockname()[1], postgres_server.port).removesuffix("/amity") + f"/{name}"
        async with asyncio.timeout(10), opened(url) as database:
            assert await port_of(database) == postgres_server.port


async def test_a_connection_ends_when_the_other_machine_is_gone_without_a_word(postgres_url):
    connection = await connect(located(postgres_url), command_timeout=10)
    found = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]
    assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
    await connection.close()
