"""What is noted of a job: in the order of its batches, whatever their order of ending."""

import asyncio

import msgspec
import pytest

from amity.clock import SYSTEM_CLOCK
from amity.console.imports.models import Choices, Job, Progress, State
from amity.console.imports.notes import JobNotes
from amity.importing.finished import Finished, Skip
from amity.importing.planning import Batch

BATCH = Batch(0, "", [])


class Tx:
    """A transaction that keeps what is written."""

    dialect = "sqlite"

    def __init__(self, database):
        self.database = database

    async def fetch(self, sql, *args):
        if sql.startswith("update import_jobs"):
            self.database.progress = msgspec.json.decode(args[3], type=Progress)
            return [(self.database.state,)] if self.database.state else []
        self.database.results.append(args)
        return []


class Database:
    """A database that has one job."""

    def __init__(self):
        self.state = "running"
        self.progress = Progress()
        self.results = []

    async def write(self, work, *, rows=1):
        return await work(Tx(self))


def job(**progress):
    return Job(
        *(7, "imAdmin", "f.csv", 10, 10, State.RUNNING, "key", "runner", 0, 0, 0, Choices(), None, Progress(**progress))
    )


def entry(number, *, skipped=0, imported=1):
    skips = [Skip(f"friend{n}", 1004, "RecordNotFoundError", "not registered") for n in range(skipped)]
    return Finished(number=number, imported=imported, owner="ann", skipped=skips)


@pytest.fixture
def database():
    return Database()


def notes_of(database, **progress):
    return JobNotes(database, job(**progress), SYSTEM_CLOCK)


async def test_a_batch_is_written_once_all_before_it_are(database):
    notes = notes_of(database)
    notes.note(BATCH, entry(1, skipped=2))
    await notes.write()
    assert (database.progress.position, database.results) == (0, [])
    notes.note(BATCH, entry(0))
    await notes.write()
    assert (database.progress.position, database.progress.imported, database.progress.skipped) == (2, 2, 2)
    [result] = database.results
    assert result[:4] == (7, 2, 0, 2)


async def test_going_on_counts_from_where_it_was(database):
    notes = notes_of(database, position=5, pairs=9, imported=8, skipped=1, reasons=[(1004, "RecordNotFoundError", 1)])
    notes.note(BATCH, entry(5, skipped=1))
    await notes.write()
    assert (database.progress.position, database.progress.pairs) == (6, 11)
    assert database.progress.reasons == [(1004, "RecordNotFoundError", 2)]


async def test_a_write_that_failed_counts_nothing_twice(database, monkeypatch):
    notes = notes_of(database)
    notes.note(BATCH, entry(0, skipped=1))
    real = database.write

    async def fail(work, *, rows=1):
        raise RuntimeError("the database fails")

    monkeypatch.setattr(database, "write", fail)
    with pytest.raises(RuntimeError):
        await notes.write()
    monkeypatch.setattr(database, "write", real)
    await notes.write()
    assert (database.progress.imported, database.progress.skipped) == (1, 1)
    assert database.progress.reasons == [(1004, "RecordNotFoundError", 1)]
    assert len(database.results) == 1


async def test_steps_that_are_counted_while_it_is_written_stay_counted(database, monkeypatch):
    notes = notes_of(database)
    notes.phase("asking", 100)
    real = database.write

    async def slow(work, *, rows=1):
        notes.advance(10)
        return await real(work, rows=rows)

    monkeypatch.setattr(database, "write", slow)
    await notes.write()
    await notes.write()
    assert notes.progress.done == 20


async def test_it_waits_where_too_much_waits_to_be_written(database):
    notes = notes_of(database)
    for number in range(20):
        notes.note(BATCH, entry(number, skipped=1000))
    waiting = asyncio.create_task(notes.before_next())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    await notes.write()
    assert await waiting


async def test_it_stops_where_the_job_is_to_stop(database):
    database.state = "stopping"
    notes = notes_of(database)
    assert await notes.before_next()
    await notes.write()
    assert not await notes.before_next()


def test_a_batch_has_the_same_key_in_each_run_and_no_other_has_it(database):
    notes = notes_of(database)
    assert notes.key(1, ["a", "b"]) == notes_of(database, position=1).key(1, ["a", "b"])
    assert len({notes.key(1, ["a", "b"]), notes.key(2, ["a", "b"]), notes.key(1, ["a"])}) == 3
