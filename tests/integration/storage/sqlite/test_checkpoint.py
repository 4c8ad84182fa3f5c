"""Checkpoints run beside transactions, let the log restart, and lose nothing."""

import asyncio
import logging
import sqlite3
from contextlib import asynccontextmanager

import pytest

from amity.storage import open_database
from amity.storage.sqlite import checkpoint as checkpoints
from amity.storage.sqlite.checkpoint import Checkpoint
from amity.storage.sqlite.group_commit import GroupCommit

PUT = "insert into facts (name, value) values ($1, $2)"
TEXT = "x" * 1500  # nearly a page


@pytest.fixture
def path(tmp_path):
    return tmp_path / "amity.db"


@pytest.fixture
def often(monkeypatch):
    """A checkpoint is due every 300 rows."""
    monkeypatch.setattr(checkpoints, "DUE_ROWS", 300)


@asynccontextmanager
async def opened(path):
    database = await open_database(f"sqlite:///{path}")
    try:
        yield database
    finally:
        await database.close()


def write(database, prefix, rows):
    async def work(tx):
        await tx.execute_many(PUT, [(f"{prefix}-{number}", TEXT) for number in range(rows)])

    return database.write(work, rows=rows)


async def count(database):
    return (await database.fetch("select count(*) from facts"))[0][0]


async def write_much(database, name):
    """Write 6,000 rows, more than 12 MB of log, in small transactions and large ones at once."""

    async def small(caller):
        for number in range(100):
            await write(database, f"{name}-small-{caller}-{number}", 5)

    async def large():
        for number in range(10):
            await write(database, f"{name}-large-{number}", 300)

    await asyncio.gather(*[small(caller) for caller in range(6)], large())


async def test_the_log_restarts_while_transactions_go_on(path, often):
    async with opened(path) as database:
        await write_much(database, "a")
        assert await count(database) == 6000
        assert path.with_name("amity.db-wal").stat().st_size < 6_000_000


async def test_checkpointed_data_is_there_when_the_database_is_opened_again(path, often):
    async with opened(path) as database:
        await write_much(database, "a")
    async with opened(path) as database:
        assert await count(database) == 6000
        assert await database.fetch("pragma integrity_check") == [("ok",)]


async def test_closing_finishes_transactions_that_wait_for_a_checkpoint(path, often):
    async with opened(path) as database:
        waiting = [asyncio.ensure_future(write(database, f"large-{number}", 300)) for number in range(5)]
        await waiting[0]
    assert [each.done() for each in waiting] == [True] * 5
    async with opened(path) as database:
        assert await count(database) == 1500


async def test_a_long_reader_keeps_its_snapshot_and_blocks_nobody(path, often):
    async with opened(path) as database:
        await write(database, "first", 300)
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("begin")
        (seen,) = reader.execute("select count(*) from facts").fetchone()
        await write_much(database, "a")
        assert await count(database) == 6300
        assert reader.execute("select count(*) from facts").fetchone() == (seen,)
        reader.execute("commit")
        reader.close()
        await write_much(database, "b")
        assert await count(database) == 12300


class Held(Checkpoint):
    """A checkpoint that is under way until the test ends it."""

    def __init__(self):
        super().__init__(sqlite3.connect(":memory:", check_same_thread=False), 0)
        self.under_way = True
        self.calls = []

    def wrote(self, loop, rows, wake):
        self.wake = wake

    def finish(self, connection):
        self.calls.append("finish")


async def test_during_a_checkpoint_small_transactions_go_on_and_large_ones_wait():
    checkpoint = Held()
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    writer = GroupCommit(connection, checkpoint, lambda jobs, seconds: None)

    async def note(tx):
        checkpoint.calls.append("large")

    async def nothing(tx):
        pass

    large = asyncio.ensure_future(writer.submit(note, 300))
    for _ in range(3):
        await writer.submit(nothing, 1)
    assert checkpoint.calls == []
    checkpoint.has_remainder = True
    checkpoint.wake()
    await large
    assert checkpoint.calls == ["finish", "large"]
    await writer.close()
    connection.close()


async def test_a_checkpoint_that_fails_is_logged_and_tried_again(path, often, caplog, monkeypatch):
    async with opened(path) as database:
        writer = database._writer

        class Failing:
            def execute(self, sql):
                raise sqlite3.OperationalError("disk I/O error")

            def close(self):
                pass

        whole = writer._checkpoint._connection
        writer._checkpoint._connection = Failing()
        with caplog.at_level(logging.WARNING, logger="amity.storage.sqlite.checkpoint"):
            for number in range(3):
                await write(database, f"a-{number}", 300)
        assert "will try again: disk I/O error" in caplog.text
        writer._checkpoint._connection = whole
        await write_much(database, "b")
        assert await count(database) == 6900
