"""What runs beside the serving goes on, whatever goes wrong in it once."""

import asyncio
import contextlib
import logging

import pytest

from amity.app import running
from amity.callbacks.log import CallbackLog
from amity.clock import SYSTEM_CLOCK
from amity.cluster.lease import SECONDS, Lease
from amity.messages.taking_back.periodic import CHECK_SECONDS, Periodic
from amity.relations.friends.importing import ImportFriends
from amity.relations.limits.limits import Limits
from amity.storage import late_rows, open_database
from amity.users import search_index
from amity.users.search import filling as search_filling
from amity.users.search import settling as search_settling
from amity.users.search import store as search_store
from amity.users.search.filling import Filling
from amity.users.search.settling import Settling
from tests.support.fake_clock import FakeClock


class Stumbling:
    """A function that fails the first two times, and then does what it did before."""

    def __init__(self, real):
        self._real = real
        self.calls = 0
        self.came_to_itself = asyncio.Event()

    async def __call__(self, *arguments):
        self.calls += 1
        if self.calls <= 2:
            raise RuntimeError("a fault of the program's own")
        done = await self._real(*arguments)
        self.came_to_itself.set()
        return done


@pytest.fixture
async def database(sqlite_url):
    opened = await open_database(sqlite_url)
    yield opened
    await opened.close()


async def recovered(stumbling, caplog):
    await asyncio.wait_for(stumbling.came_to_itself.wait(), 20)
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


async def test_the_index_of_users_is_settled_again_after_a_fault(database, monkeypatch, caplog):
    stumbling = Stumbling(search_index.settle)
    monkeypatch.setattr(search_settling, "settle", stumbling)
    settling = Settling(database, seconds=0.01)
    settling.start()
    await recovered(stumbling, caplog)
    await settling.stop()


async def test_the_index_of_users_is_filled_to_its_end_after_a_fault(database, monkeypatch, caplog):
    stumbling = Stumbling(search_store.next_to_fill)
    monkeypatch.setattr(search_store, "next_to_fill", stumbling)
    monkeypatch.setattr(search_filling, "_RETRY_SECONDS", 0.01)
    filling = Filling(database, start_seconds=0)
    await filling.start()
    await recovered(stumbling, caplog)
    await filling.stop()


async def test_the_callback_log_is_written_after_a_fault(database, monkeypatch, caplog):
    log = CallbackLog(database)
    stumbling = Stumbling(log._write)
    monkeypatch.setattr(log, "_write", stumbling)
    monkeypatch.setattr(late_rows, "FLUSH_SECONDS", 0.01)
    log.start()
    log.note(command="x", owner="ann", operation_id="op", event_id="", verdict="approved")
    await recovered(stumbling, caplog)
    await log.stop()


async def test_what_has_expired_is_deleted_although_something_else_fails(start_server, monkeypatch):
    monkeypatch.setattr(running, "FIRST_SWEEP_SECONDS", 0)
    monkeypatch.setattr(running, "SWEEP_SECONDS", 0.01)
    swept = asyncio.Semaphore(0)

    async def fail(self):
        raise RuntimeError("a fault of the program's own")

    async def sweep(self):
        swept.release()

    monkeypatch.setattr(ImportFriends, "sweep", fail)
    monkeypatch.setattr(Limits, "sweep", sweep)
    await start_server()
    async with asyncio.timeout(20):
        for _ in range(3):
            await swept.acquire()


async def test_what_has_expired_is_deleted_soon_after_the_start(database, monkeypatch):
    monkeypatch.setattr(running, "FIRST_SWEEP_SECONDS", 0.01)
    swept = asyncio.Event()

    async def sweep():
        swept.set()

    async with running.sweeping([sweep], Lease(database, "sweeps", SYSTEM_CLOCK)), asyncio.timeout(20):
        await swept.wait()
    assert running.FIRST_SWEEP_SECONDS < running.SWEEP_SECONDS


class TestSweepsOfSeveralProcesses:
    @pytest.fixture
    async def database(self, postgres_url):
        opened = await open_database(postgres_url)
        yield opened
        await opened.close()

    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch):
        monkeypatch.setattr(running, "FIRST_SWEEP_SECONDS", 0.01)
        monkeypatch.setattr(running, "SWEEP_SECONDS", 0.01)

    @contextlib.asynccontextmanager
    async def process(self, database, clock):
        """Run sweeps as a process does; yields what is released in each round."""
        rounds = asyncio.Semaphore(0)

        async def sweep():
            rounds.release()

        async with running.sweeping([sweep], Lease(database, "sweeps", clock)):
            yield rounds

    async def swept(self, rounds):
        async with asyncio.timeout(20):
            for _ in range(3):
                await rounds.acquire()

    async def test_one_process_sweeps(self, database):
        async with self.process(database, SYSTEM_CLOCK) as first:
            await self.swept(first)
            async with self.process(database, SYSTEM_CLOCK) as second:
                await self.swept(first)
                assert second.locked()

    async def test_another_sweeps_when_it_stops(self, database):
        async with contextlib.AsyncExitStack() as stack:
            async with self.process(database, SYSTEM_CLOCK) as first:
                await self.swept(first)
                second = await stack.enter_async_context(self.process(database, SYSTEM_CLOCK))
            await self.swept(second)

    async def test_another_sweeps_when_it_was_killed(self, database):
        killed = Lease(database, "sweeps", SYSTEM_CLOCK)
        assert await killed.take()
        clock = FakeClock()
        async with self.process(database, clock) as rounds:
            async with asyncio.timeout(20):
                while rounds.locked():
                    clock.advance(1)
                    await asyncio.sleep(0.02)

    async def test_a_lease_is_kept_while_a_sweep_takes_long(self, database):
        clock, other_clock = FakeClock(), FakeClock()
        lease, other = Lease(database, "sweeps", clock), Lease(database, "sweeps", other_clock)
        assert await lease.take()
        keeping = asyncio.ensure_future(lease.keep())
        for _ in range(3 * int(SECONDS)):
            clock.advance(1)
            other_clock.advance(1)
            await asyncio.sleep(0.02)
            assert not await other.take()
        keeping.cancel()


class Counted(Periodic):
    """Finds something due each time."""

    def __init__(self, database, clock):
        super().__init__(database, "counting", clock)
        self.rounds = asyncio.Semaphore(0)

    async def _is_any_due(self):
        return True

    async def _sweep_some(self):
        self.rounds.release()
        return 1


async def test_one_of_several_processes_works_off_what_is_due_and_another_when_it_stops(postgres_url):
    clock = FakeClock()
    database, other_database = await open_database(postgres_url), await open_database(postgres_url)
    first, second = Counted(database, clock), Counted(other_database, clock)

    async def worked(periodic):
        async with asyncio.timeout(20):
            while periodic.rounds.locked():
                clock.advance(CHECK_SECONDS / 5)
                await asyncio.sleep(0.01)
        await periodic.rounds.acquire()

    first.start()
    await worked(first)
    second.start()
    for _ in range(3):
        await worked(first)
    assert second.rounds.locked()
    await first.stop()
    await worked(second)
    await second.stop()
    await database.close()
    await other_database.close()
