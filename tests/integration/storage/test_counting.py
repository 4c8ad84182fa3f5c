"""SQLite's transactions count what they touch: what is too large for the event loop runs in the thread."""

import asyncio
import threading

import pytest

from amity import metrics
from amity.storage import open_database
from amity.storage.sqlite.group_commit import GroupCommit

PUT = "insert into facts (name, value) values ($1, 'x')"
MANY = "insert into facts (name, value) select value, 'x' from EACH_TEXT($1)"


@pytest.fixture
async def database(sqlite_url):
    opened = await open_database(sqlite_url)
    yield opened
    await opened.close()


def moved(known):
    labels = {"kind": "transaction", "known": known}
    return metrics.registry.get_sample_value("amity_loop_moves_total", labels) or 0.0


class Work:
    """A transaction that notes the threads in which it ran."""

    def __init__(self, statements):
        self.statements = statements
        self.threads = []

    async def __call__(self, tx):
        self.threads.append(threading.current_thread().name)
        return await self.statements(tx)


async def names(database):
    return [row[0] for row in await database.fetch("select name from facts where name not like 'list%' order by name")]


async def test_a_transaction_that_expects_many_rows_runs_again_in_the_thread(database):
    async def statements(tx):
        await tx.fetch(PUT, "a")
        await tx.expect(300)
        await tx.execute_many(PUT, [(f"b{number}",) for number in range(300)])

    work, said, found = Work(statements), moved("said"), moved("found")
    await database.write(work)
    assert work.threads == ["MainThread", "amity-write"]
    assert (moved("said"), moved("found")) == (said + 1, found)
    assert len(await names(database)) == 301


async def test_a_transaction_that_expects_few_rows_stays(database):
    async def statements(tx):
        await tx.expect(200)
        await tx.execute_many(PUT, [(f"b{number}",) for number in range(200)])

    work = Work(statements)
    await database.write(work)
    assert work.threads == ["MainThread"]


@pytest.mark.touches_too_much
async def test_many_unannounced_rows_are_not_written_on_the_loop(database, caplog):
    async def statements(tx):
        return await tx.execute_many(PUT, [(f"b{number}",) for number in range(300)])

    work, found = Work(statements), moved("found")
    assert await database.write(work) == 300
    assert work.threads == ["MainThread", "amity-write"]
    assert moved("found") == found + 1
    assert "turned out too large for the event loop: 300 rows are written, and 0 read" in caplog.text


@pytest.mark.touches_too_much
async def test_a_single_statement_that_writes_many_rows_is_noticed(database):
    async def statements(tx):
        await tx.fetch(MANY, [f"b{number}" for number in range(400)])

    work = Work(statements)
    await database.write(work)
    assert work.threads == ["MainThread", "amity-write"]
    assert len(await names(database)) == 400


@pytest.mark.touches_too_much
async def test_an_endless_statement_is_interrupted(database, caplog):
    async def statements(tx):
        sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1) select count(*) from n"
        return (await tx.fetch(sql, 3_000_000))[0][0]

    work = Work(statements)
    assert await database.write(work) == 3_000_000
    assert work.threads == ["MainThread", "amity-write"]
    assert "a statement takes more than" in caplog.text


@pytest.mark.touches_too_much
async def test_many_rows_read_are_too_many_for_the_loop(database):
    await database.write(lambda tx: tx.fetch(MANY, [f"b{number}" for number in range(2000)]), rows=2000)
    work = Work(lambda tx: tx.fetch("select name from facts"))
    assert len(await database.write(work)) >= 2000
    assert work.threads == ["MainThread", "amity-write"]


async def test_a_long_read_within_a_transaction_is_not_done_on_the_loop(database):
    work = Work(lambda tx: tx.fetch_long("select 1"))
    await database.write(work)
    assert work.threads == ["MainThread", "amity-write"]


@pytest.mark.touches_too_much
async def test_an_endless_read_is_interrupted_on_the_loop_and_run_in_a_thread(database, caplog):
    sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1) select count(*) from n"
    assert (await database.fetch(sql, 3_000_000))[0][0] == 3_000_000
    assert "a read turned out too large for the event loop: with recursive" in caplog.text
    assert (await database.fetch("select 1"))[0][0] == 1


@pytest.mark.touches_too_much
async def test_the_rest_of_a_group_runs_again_after_a_move_and_is_stored_once(database):
    async def too_many(tx):
        await tx.fetch(MANY, [f"z{number:03}" for number in range(300)])

    works = [Work(lambda tx, number=number: tx.fetch(PUT, f"a{number:02}")) for number in range(20)]
    await asyncio.gather(*(database.write(work) for work in [*works[:10], Work(too_many), *works[10:]]))
    assert await names(database) == [f"a{number:02}" for number in range(20)] + [
        f"z{number:03}" for number in range(300)
    ]
    assert {name for work in works for name in work.threads} == {"MainThread"}


@pytest.mark.touches_too_much
async def test_a_moved_transactions_error_reaches_its_caller(database):
    async def fails(tx):
        await tx.fetch(MANY, [f"b{number}" for number in range(300)])
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(fails)
    assert await names(database) == []


async def test_a_turn_of_the_loop_runs_transactions_for_a_bounded_time(database, monkeypatch):
    monkeypatch.setattr("amity.storage.sqlite.group_commit.GROUP_SECONDS", 0.0)
    sizes = []
    run = GroupCommit._run

    def noting(self, group):
        ran = run(self, group)
        sizes.append(len(group))
        return ran

    monkeypatch.setattr(GroupCommit, "_run", noting)
    await asyncio.gather(*(database.write(lambda tx, n=number: tx.fetch(PUT, f"a{n}")) for number in range(10)))
    assert sizes == [1] * 10
    assert len(await names(database)) == 10
