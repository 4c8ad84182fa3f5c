"""Transactions and versions side by side on PostgreSQL: nothing skipped, nothing overtaken, one that delivers."""

import asyncio
import itertools
import random

import asyncpg
import pytest

from amity.cluster.lease import SECONDS
from tests.integration.callbacks.post_office import PostOffice, callbacks, eventually, imported, numbers
from tests.support.fake_clock import FakeClock


@pytest.fixture
def database_url(postgres_url):
    """SQLite has one writer and one process: there is nothing of this there."""
    return postgres_url


_names = itertools.count(1)


class OpenTransaction:
    """A transaction that has recorded an event and is not committed until the test says so."""

    def __init__(self, office, *events):
        self._office = office
        self._events = events
        self._recorded = asyncio.Event()
        self._decided = asyncio.Event()
        self._fails = False
        self._task = asyncio.ensure_future(office.database.write(self._work))

    async def begin(self):
        await asyncio.wait_for(self._recorded.wait(), 10)
        return self

    async def commit(self):
        self._decided.set()
        await self._task

    async def roll_back(self):
        self._fails = True
        self._decided.set()
        with pytest.raises(LookupError):
            await self._task

    async def _work(self, tx):
        # As in every domain, what the event tells of is written first.
        await tx.fetch("insert into leases (name, holder, until) values ($1, '', 0)", f"domain-{next(_names)}")
        for event in self._events:
            await self._office.outbox.record(tx, event, "op")
        self._recorded.set()
        await self._decided.wait()
        if self._fails:
            raise LookupError


async def test_an_event_that_was_numbered_early_and_committed_late_is_delivered(office, business):
    early = await OpenTransaction(office, imported("lena", 1)).begin()
    await office.record(imported("max", 2))
    await business.wait_for(1)
    await office.emptied()
    await early.commit()
    await business.wait_for(2)
    await office.emptied()
    assert numbers(business.requests) == ["2", "1"]


async def test_so_is_one_of_the_same_owner_whose_transactions_were_not_ordered(office, business):
    early = await OpenTransaction(office, imported("lena", 1)).begin()
    await office.record(imported("lena", 2))
    await business.wait_for(1)
    await early.commit()
    await business.wait_for(2)
    await office.emptied()
    assert numbers(business.requests) == ["2", "1"]


async def test_an_open_transaction_does_not_hold_up_anybody_elses_events(office, business):
    early = await OpenTransaction(office, imported("lena", 1)).begin()
    for number in range(2, 50):
        await office.record(imported("max", number))
    await business.wait_for(48)
    office.clock.advance(3600)
    await office.record(imported("kim", 50))
    await business.wait_for(49)
    office.clock.advance(3600)
    await early.commit()
    await business.wait_for(50)
    assert numbers(business.requests)[-1] == "1"


async def test_many_numbers_that_appear_late_are_all_found(office, business):
    events = [imported(f"owner-{number}", number) for number in range(600)]
    late = await OpenTransaction(office, *events).begin()
    await office.record(imported("max", 1000))
    await business.wait_for(1)
    office.clock.advance(60)
    await late.commit()
    await business.wait_for(601)
    await office.emptied()
    assert sorted(map(int, numbers(business.requests))) == [*range(600), 1000]


async def test_numbers_that_were_rolled_back_are_forgotten(office, business):
    lost = await OpenTransaction(office, imported("lena", 1)).begin()
    await office.record(imported("max", 2))
    await business.wait_for(1)
    await eventually(lambda: office.courier._queues._arrivals._gaps)
    await lost.roll_back()
    office.clock.advance(5)
    await eventually(lambda: not office.courier._queues._arrivals._gaps)
    await office.record(imported("lena", 3))
    await business.wait_for(2)


async def test_a_start_beside_an_open_transaction_misses_nothing(database, business):
    recording = PostOffice(database, callbacks(business.url))
    early = await OpenTransaction(recording, imported("lena", 1)).begin()
    await recording.record(imported("max", 2))
    async with PostOffice(database, callbacks(business.url)) as office:
        await business.wait_for(1)
        await early.commit()
        office.courier.wake()
        await business.wait_for(2)
        await office.emptied()
    await recording.stop()


@pytest.mark.parametrize("seed", range(3))
async def test_owners_keep_their_order_whatever_commits_when(office, business, seed):
    chance = random.Random(seed)
    locks = [asyncio.Lock() for _ in range(8)]
    expected: dict[str, list[str]] = {}

    async def one(number):
        owner = chance.randrange(8)
        # The domain locks the owner; here the test does.
        async with locks[owner]:
            expected.setdefault(f"owner-{owner}", []).append(str(number))
            transaction = await OpenTransaction(office, imported(f"owner-{owner}", number)).begin()
            for _ in range(chance.randrange(30)):
                await asyncio.sleep(0)
            await transaction.commit()

    await asyncio.gather(*(one(number) for number in range(200)))
    await business.wait_for(200)
    await office.emptied()
    assert len(business.requests) == 200
    assert {owner: numbers(business.requests, owner) for owner in expected} == expected


async def test_a_process_that_was_killed_is_followed_when_its_lease_ends(database_url, database, business):
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "insert into leases (name, holder, until)"
        " values ('courier', 'killed', (extract(epoch from now()) * 1000)::bigint + 600000)"
    )
    clock = FakeClock()
    async with PostOffice(database, callbacks(business.url), clock) as office:
        await office.record(imported("lena", 1))
        for _ in range(3):
            clock.advance(1)
            await asyncio.sleep(0.02)
        assert business.requests == []
        await connection.execute("update leases set until = until - 600001")
        clock.advance(1)
        await business.wait_for(1)
        await office.emptied()
    assert await connection.fetchval("select count(*) from leases") == 0
    await connection.close()


async def test_a_process_that_lost_its_lease_stops_and_takes_up_everything_when_it_has_it_again(
    database_url, office, business
):
    connection = await asyncpg.connect(database_url)
    await eventually(lambda: office.courier._shares.is_certain)
    await connection.execute("update leases set holder = 'another', until = until + 600000 where name = 'courier'")
    office.clock.advance(SECONDS)
    await eventually(lambda: not office.courier._shares.is_certain)
    await office.record(imported("lena", 1), imported("max", 2))
    office.clock.advance(1)
    await asyncio.sleep(0.05)
    assert business.requests == []
    await connection.execute("delete from leases")
    office.clock.advance(1)
    await business.wait_for(2)
    await connection.close()
