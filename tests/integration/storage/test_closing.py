"""Closing a SQLite database leaves one complete file without a log."""

import asyncio
import contextlib
import logging
import shutil
import sqlite3
from pathlib import Path

import pytest

from amity.errors import ImError
from amity.storage import StorageError, open_database
from amity.storage.sqlite import database as sqlite
from tests.support.databases import leave_as_killed

PUT = "insert into facts (name, value) values ($1, '1')"
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n where i < $1"


@pytest.fixture
def path(sqlite_url):
    return Path(sqlite_url.removeprefix("sqlite:///"))


def put(database, name, rows=1):
    return database.write(lambda tx: tx.fetch(PUT, name), rows=rows)


def beside(path):
    """What stands beside the file that belongs to it."""
    return sorted(each.suffix for each in path.parent.glob(f"{path.name}-*"))


def copied(path):
    """The names of the facts in a copy of the file alone."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        return [row[0] for row in connection.execute("select name from facts order by name")]


async def test_closing_leaves_one_file_with_everything_whatever_was_read(path):
    database = await open_database(f"sqlite:///{path}")
    await put(database, "a")
    await put(database, "b", rows=1000)
    for read in (database.fetch, database.fetch_long, database.fetch_scan):
        assert len(await read("select name from facts")) == 2
    await database.close()
    assert (beside(path), copied(path)) == ([], ["a", "b"])


async def test_so_does_closing_while_reads_and_transactions_are_under_way(path):
    database = await open_database(f"sqlite:///{path}")
    reads = [asyncio.ensure_future(database.fetch_scan(ENDLESS, 0))]
    reads += [asyncio.ensure_future(database.fetch_long(ENDLESS.replace("n)", "n limit 300000)"), 0)) for _ in range(5)]
    writes = [asyncio.ensure_future(put(database, f"{number}", rows=1 + number % 2 * 1000)) for number in range(8)]
    await writes[0]
    await database.close()
    await asyncio.gather(*reads, return_exceptions=True)
    assert [each.done() and each.exception() for each in writes] == [None] * 8
    assert (beside(path), len(copied(path))) == ([], 8)


async def test_another_program_that_has_the_file_open_keeps_nothing_in_the_log(path):
    database = await open_database(f"sqlite:///{path}")
    await put(database, "a")
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("select * from facts").fetchall()
        await database.close()
        assert path.with_name("amity.db-wal").stat().st_size == 0
        assert copied(path) == ["a"]


async def test_a_reader_that_blocks_the_last_checkpoint_is_logged_and_loses_nothing(path, caplog, monkeypatch):
    monkeypatch.setattr("amity.storage.sqlite.checkpoint._BUSY_TIMEOUT_MS", 10)
    database = await open_database(f"sqlite:///{path}")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin")
        other.execute("select * from facts").fetchall()
        await put(database, "a")
        with caplog.at_level(logging.WARNING):
            await database.close()
        assert "another program reads the database" in caplog.text
    assert copied(path) == ["a"]  # the other one has carried it over, as the last to close


async def test_what_a_crash_left_in_the_log_is_in_the_file_after_a_start_that_fails(path):
    leave_as_killed(path, "insert into schema_version values (9999)")
    with pytest.raises(StorageError, match="at version 9999") as refusal:
        await open_database(f"sqlite:///{path}")
    assert refusal.value.__traceback__ is not None  # which would keep alive what was left open
    assert (beside(path), copied(path)) == ([], ["crashed"])
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("delete from schema_version where version = 9999")
    await (await open_database(f"sqlite:///{path}")).close()


@pytest.mark.parametrize("number", range(1, 8))
async def test_a_crashs_log_is_also_in_the_file_if_one_connection_cannot_be_opened(path, monkeypatch, number):
    leave_as_killed(path)
    connect, opened = sqlite._connect, []

    def fail_at_last(*args, **options):
        opened.append(args)
        if len(opened) == number:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(*args, **options)

    monkeypatch.setattr(sqlite, "_connect", fail_at_last)
    with pytest.raises(StorageError, match="unable to open database file") as refusal:
        await open_database(f"sqlite:///{path}")
    assert refusal.value.__traceback__ is not None
    if number > 1:
        assert (beside(path), copied(path)) == ([], ["crashed"])
    monkeypatch.undo()
    await (await open_database(f"sqlite:///{path}")).close()
    assert (beside(path), copied(path)) == ([], ["crashed"])


async def test_a_cancelled_open_releases_the_database(path):
    leave_as_killed(path)
    opening = asyncio.create_task(open_database(f"sqlite:///{path}"))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert (beside(path), copied(path)) == ([], ["crashed"])
    await (await open_database(f"sqlite:///{path}")).close()


async def test_closing_twice_does_nothing_more(path):
    database = await open_database(f"sqlite:///{path}")
    await database.close()
    await database.close()
    with pytest.raises(ImError, match="closed"):
        await put(database, "a")
