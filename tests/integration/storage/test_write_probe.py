"""A database is ready while it can be written, not only read."""

import asyncio
import contextlib
import resource
from typing import Any

import asyncpg
import pytest

from amity.errors import Code, ImError
from amity.storage import open_database
from amity.storage.write_probe import WriteProbe

READ_ONLY = "alter database {0} set default_transaction_read_only = on"
READ_AND_WRITE = "alter database {0} reset default_transaction_read_only"
BREAK_OFF = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{0}'"


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def refused(probe):
    with pytest.raises(ImError) as refusal:
        await probe()
    return refusal.value.code == Code.DATABASE


async def versions(database):
    return await database.fetch("select version from schema_version order by version")


async def test_a_database_that_is_written_is_ready_and_stays_as_it_was(database):
    before = await versions(database)
    for _ in range(3):
        await WriteProbe(database)()
    assert await versions(database) == before


async def test_probes_write_at_most_once_a_second(database):
    class Counted:
        writes = 0
        fetch = database.fetch

        async def write(self, work):
            self.writes += 1
            await database.write(work)

    counted: Any = Counted()
    probe = WriteProbe(counted)
    await asyncio.gather(*(probe() for _ in range(20)))
    await probe()
    assert counted.writes == 1
    eager = WriteProbe(counted, seconds=0)
    await eager()
    await eager()
    assert counted.writes == 3


async def test_a_cancelled_probe_does_not_affect_others(database):
    probe = WriteProbe(database)
    given_up = asyncio.create_task(probe())
    waits = asyncio.create_task(probe())
    while probe._writing is None:  # noqa: ASYNC110 - the read before it takes as long as it takes
        await asyncio.sleep(0)
    given_up.cancel()
    await waits
    with pytest.raises(asyncio.CancelledError):  # its read may take longer to end than the other's write
        await given_up


async def test_a_sqlite_file_that_cannot_grow_is_not_ready_until_it_can(sqlite_url, tmp_path):
    database = await open_database(sqlite_url)
    probe = WriteProbe(database, seconds=0)
    await probe()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores the signal that says so, and the write fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "amity.db-wal").stat().st_size, usual[1]))
    try:
        assert await refused(probe)
        assert await versions(database)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    await probe()
    await database.close()


async def test_a_sqlite_file_that_was_removed_is_not_ready(sqlite_url, tmp_path):
    database = await open_database(sqlite_url)
    (tmp_path / "amity.db").unlink()
    assert await refused(WriteProbe(database))
    assert await versions(database)
    await database.close()


async def test_a_read_only_postgresql_is_not_ready_until_it_is_writable(postgres_server, monkeypatch):
    monkeypatch.setattr("amity.storage.postgres.database._REPLACE_SECONDS", 0)
    name = "ready"
    admin = await asyncpg.connect(postgres_server.url("postgres"))
    await admin.execute(f"create database {name}")
    database = await open_database(postgres_server.url(name))
    probe = WriteProbe(database, seconds=0)
    await probe()
    await admin.execute(READ_ONLY.format(name))
    await admin.execute(BREAK_OFF.format(name))
    with contextlib.suppress(ImError):
        await probe()  # it may be what notices that the connection is gone
    assert await refused(probe)
    assert await versions(database)
    await admin.execute(READ_AND_WRITE.format(name))
    # The connections of the pool were made meanwhile, and only read; nobody breaks them off.
    await probe()
    await database.close()
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


async def test_probes_of_an_unwritable_database_try_at_most_once_a_second(database):
    class Full:
        writes = 0
        fetch = database.fetch

        async def write(self, work):
            self.writes += 1
            raise ImError(Code.DATABASE, "the database could not store this; nothing was written")

    full: Any = Full()
    probe = WriteProbe(full)
    assert [await refused(probe) for _ in range(20)] == [True] * 20
    assert full.writes == 1
    eager = WriteProbe(full, seconds=0)
    assert await refused(eager)
    assert await refused(eager)
    assert full.writes == 3
