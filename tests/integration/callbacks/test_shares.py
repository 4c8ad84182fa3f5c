"""Several couriers on one PostgreSQL database: each owner's events in order, none lost, whoever comes, goes or dies."""

import asyncio
import contextlib
import itertools
from collections import Counter

import asyncpg
import pytest

from amity.callbacks.admin.models import CallbackDiscardRequest, CallbackReplayRequest
from amity.callbacks.telling.kind_queue import IN_FLIGHT
from amity.callbacks.telling.others import GAP_SECONDS, OutboxMeasured
from amity.cluster.bus.opening import open_bus
from amity.cluster.cluster import Cluster
from amity.cluster.lease import SECONDS, Lease
from amity.cluster.shares import LOOK_SECONDS, SHARES, share_of
from amity.settings import Settings
from amity.storage import open_database
from tests.integration.callbacks.post_office import PostOffice, callbacks, eventually, imported, numbers
from tests.support.behaviour import Answer
from tests.support.fake_clock import FakeClock

OWNERS = [f"owner-{number}" for number in range(40)]


@pytest.fixture
def database_url(postgres_url):
    """SQLite has one process."""
    return postgres_url


class Held:
    """A receiver that answers when the test says so."""

    def __init__(self):
        self.released = asyncio.Event()

    async def respond(self, exchange):
        await self.released.wait()
        return await Answer({}).respond(exchange)


@pytest.fixture
async def start_office(database_url, business):
    """Start offices, each with connections of its own, all with one clock unless the test gives one."""
    clock = FakeClock()
    async with contextlib.AsyncExitStack() as stack:

        async def start(own_clock=None, *, has_bus=False):
            database = await open_database(database_url)
            stack.push_async_callback(database.close)
            exchange = None
            if has_bus:
                cluster = Cluster(
                    database, open_bus(Settings(secret="s" * 32, database=database_url), database, "test")
                )
                await cluster.start()
                stack.push_async_callback(cluster.stop)
                exchange = cluster.exchange
            office = PostOffice(database, callbacks(business.url), own_clock or clock, exchange)
            count_looks(office)
            office.start()
            stack.push_async_callback(office.stop)
            return office

        yield start


def count_looks(office):
    office.looks = 0
    note = office.courier._shares._note

    def counted(*args):
        office.looks += 1
        note(*args)

    office.courier._shares._note = counted


def served(office):
    return office.courier._shares.served


def leaving(office):
    return office.courier._shares.leaving


async def settled(*offices):
    """Pass time until the shares are even."""
    counts: list[int] = []
    for _ in range(12):
        counts = [len(served(office)) for office in offices]
        if sum(counts) == SHARES and max(counts) - min(counts) <= 1 and not any(map(leaving, offices)):
            return
        await tick(*offices)
    raise AssertionError(f"the shares are not even: {counts}")


async def tick(*offices, seconds=1):
    """Pass time in the steps in which processes look, each time until all have looked."""
    clocks = {office.clock for office in offices}
    for _ in range(seconds):
        looks = {office: office.looks for office in offices}

        def all_have_looked(looks=looks):
            if all(office.looks > before for office, before in looks.items()):
                return True
            for clock in clocks:
                clock.advance(LOOK_SECONDS / 10)
            return False

        await eventually(all_have_looked)


async def kill(office):
    """End an office as a kill of its process does: nothing is settled, nothing released."""
    courier = office.courier
    tasks = [courier._task, *courier._deliveries]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    courier._task = None
    courier._settlement._ended.clear()
    courier._shares._forget()


async def record(office, first, last, owners=OWNERS):
    for number in range(first, last):
        await office.record(*(imported(owner, number) for owner in owners))


def ordered(requests, owner):
    """The numbers of an owner's events as they arrived first."""
    return list(dict.fromkeys(map(int, numbers(requests, owner))))


def all_in_order(business, last, owners=OWNERS):
    return all(ordered(business.requests, owner) == list(range(last)) for owner in owners)


async def test_three_processes_share_the_owners_and_deliver_each_event_once_and_in_order(start_office, business):
    offices = [await start_office() for _ in range(3)]
    await settled(*offices)
    await record(offices[0], 0, 5)
    await eventually(lambda: offices[0].clock.advance(0.1) or all_in_order(business, 5))
    await offices[0].emptied()
    assert Counter(request.json["ownerUserID"] for request in business.requests) == dict.fromkeys(OWNERS, 5)
    delivered = [office.courier.delivered for office in offices]
    assert min(delivered) > 20


async def test_a_second_process_gets_half_of_the_shares_while_events_are_delivered(start_office, business):
    first = await start_office()
    await settled(first)
    await record(first, 0, 3)
    second = await start_office()
    recording = asyncio.ensure_future(record(first, 3, 12))
    await settled(first, second)
    await recording
    await eventually(lambda: first.clock.advance(0.1) or all_in_order(business, 12))
    await first.emptied()
    assert len(business.requests) == 12 * len(OWNERS)


async def test_a_share_is_given_up_only_when_what_was_under_way_has_ended(start_office, business):
    first = await start_office()
    await settled(first)
    held = Held()
    business.reaction = lambda _: held
    await record(first, 0, 2, OWNERS)
    await eventually(lambda: first.courier.in_flight)
    second = await start_office()
    await tick(first, second, seconds=2)
    assert leaving(first)
    assert not served(second)
    under_way = len(business.requests)
    await tick(first, second, seconds=2)
    assert not served(second)
    business.reaction = {}
    held.released.set()
    await settled(first, second)
    await eventually(lambda: first.clock.advance(0.1) or all_in_order(business, 2))
    await first.emptied()
    assert under_way < len(business.requests) == 2 * len(OWNERS)


async def test_a_killed_process_is_followed_within_ten_seconds(start_office, business):
    offices = [await start_office() for _ in range(3)]
    await settled(*offices)
    held = Held()
    business.reaction = lambda _: held
    await record(offices[0], 0, 3)
    await eventually(lambda: all(office.courier.in_flight for office in offices) or offices[0].clock.advance(0.5))
    await kill(offices[1])
    held.released.set()
    business.reaction = {}
    await tick(offices[0], offices[2], seconds=5)
    await record(offices[0], 3, 4)
    await tick(offices[0], offices[2], seconds=3)
    assert len(served(offices[0])) + len(served(offices[2])) == SHARES
    await eventually(lambda: offices[0].clock.advance(0.1) or all_in_order(business, 4))
    await offices[0].emptied()


async def test_a_process_that_stops_is_followed_at_once(start_office, business):
    first, second = await start_office(), await start_office()
    await settled(first, second)
    await second.stop()
    await tick(first)
    assert len(served(first)) == SHARES
    await record(first, 0, 2)
    await first.emptied()
    assert all_in_order(business, 2)


async def test_the_last_process_that_stops_leaves_no_lease(start_office, database_url):
    offices = [await start_office() for _ in range(2)]
    await settled(*offices)
    for office in offices:
        await office.stop()
    connection = await asyncpg.connect(database_url)
    assert await connection.fetch("select * from leases") == []
    await connection.close()


class TestAProcessThatWasStoppedForLongerThanItsLease:
    """As by SIGSTOP. Its clock jumps when it goes on: CLOCK_BOOTTIME counts while nothing of it runs."""

    async def stopped(self, start_office, business):
        """Return a process with loaded events that was stopped, and one that has taken its shares over meanwhile."""
        frozen_clock, clock = FakeClock(), FakeClock()
        frozen = await start_office(frozen_clock)
        await settled(frozen)
        other = await start_office(clock)
        await settled(frozen, other)
        names = (f"owner-{number}" for number in itertools.count())
        owners = [*itertools.islice((name for name in names if share_of(name) in served(frozen)), 100)]
        held = Held()
        business.reaction = lambda _: held
        for number in range(3):
            await frozen.record(*(imported(owner, number) for owner in owners))
        await eventually(lambda: frozen.courier.in_flight == IN_FLIGHT)
        assert any(kind.loaded for kind in frozen.courier._queues.kinds)
        business.reaction = {}
        for _ in range(int(SECONDS) + 2):
            await tick(other)
        assert len(served(other)) == SHARES
        await other.emptied()
        return frozen, other, owners, held

    async def test_sends_nothing_of_what_it_had_when_it_goes_on(self, start_office, business):
        frozen, other, owners, held = await self.stopped(start_office, business)
        arrived = len(business.requests)
        frozen.clock.advance(30)
        held.released.set()
        await eventually(lambda: not frozen.courier.in_flight)
        await settled(frozen, other)
        assert len(business.requests) == arrived
        assert all_in_order(business, 3, owners)

    async def test_delivers_its_new_shares_when_it_goes_on(self, start_office, business):
        frozen, other, _, held = await self.stopped(start_office, business)
        frozen.clock.advance(30)
        held.released.set()
        await settled(frozen, other)
        before = frozen.courier.delivered
        business.requests.clear()
        owners = [f"new-{number}" for number in range(40)]
        await record(other, 0, 3, owners)
        await eventually(
            lambda: frozen.clock.advance(0.1) or other.clock.advance(0.1) or all_in_order(business, 3, owners)
        )
        await other.emptied()
        assert frozen.courier.delivered > before

    async def test_sends_nothing_that_it_was_about_to_send(self, start_office, business):
        clock = FakeClock()
        office = await start_office(clock)
        await settled(office)
        deliver = office.courier._deliver
        went_on = asyncio.Event()

        async def stopped_before(*delivery):
            await office.database.write(lambda tx: tx.fetch("update leases set holder = 'another', until = until * 2"))
            clock.advance(30)
            await deliver(*delivery)
            went_on.set()

        office.courier._deliver = stopped_before
        await office.record(imported("lena"))
        async with asyncio.timeout(10):
            await went_on.wait()
        await eventually(lambda: not office.courier._shares.is_inside and not office.courier.in_flight)
        assert business.requests == []


async def test_each_process_moves_the_times_of_its_own_owners_when_its_clock_is_set_back(start_office, business):
    right_clock, wrong_clock = FakeClock(), FakeClock()
    right, wrong = await start_office(right_clock), await start_office(wrong_clock)
    await settled(right, wrong)
    business.reaction = Answer(status=503)
    owners = {office: next(owner for owner in OWNERS if share_of(owner) in served(office)) for office in (right, wrong)}
    await right.record(*(imported(owner) for owner in owners.values()))
    await tick(right, wrong)
    await right.attempts(1, 1)
    times = dict(await right.rows("owner, next_at"))
    wrong_clock.step(-3600)
    await tick(right, wrong)
    await right.eventually(
        "owner, next_at", [(owners[right], times[owners[right]]), (owners[wrong], times[owners[wrong]] - 3_600_000)]
    )


class TestAVersionThatDeliversAlone:
    """It takes the lease of the name ``courier`` for itself."""

    async def test_is_left_alone_while_it_renews_and_followed_when_it_stops(self, start_office, database_url, business):
        database = await open_database(database_url)
        clock = FakeClock()
        old = Lease(database, "courier", clock)
        assert await old.take()
        office = await start_office(clock)
        await office.record(imported("lena"))
        for _ in range(2 * int(SECONDS)):
            clock.advance(1)
            assert await old.take()
            await asyncio.sleep(0.01)
        assert business.requests == []
        await old.release()
        clock.advance(1)
        await office.emptied()
        await database.close()

    async def test_waits_while_others_divide_the_work(self, start_office, database_url):
        database = await open_database(database_url)
        offices = [await start_office() for _ in range(2)]
        await settled(*offices)
        old = Lease(database, "courier", offices[0].clock)
        for _ in range(2 * int(SECONDS)):
            await tick(*offices)
            assert not await old.take()
        for office in offices:
            await office.stop()
        assert await old.take()
        await database.close()

    async def test_leaves_nothing_of_what_others_had_when_it_had_the_work_while_they_were_stopped(
        self, start_office, database_url
    ):
        database = await open_database(database_url)
        office = await start_office()
        await settled(office)
        read_from = office.courier._queues._arrivals
        await database.write(lambda tx: tx.fetch("update leases set until = 0"))
        old = Lease(database, "courier", FakeClock())
        assert await old.take()
        await old.release()
        office.clock.advance(30)
        await tick(office)
        await settled(office)
        assert office.courier._queues._arrivals is not read_from
        await database.close()

    async def test_takes_all_when_the_others_were_stopped_and_they_wait_when_they_go_on(
        self, start_office, database_url, business
    ):
        database = await open_database(database_url)
        office = await start_office()
        await settled(office)
        await database.write(lambda tx: tx.fetch("update leases set until = 0"))
        old = Lease(database, "courier", FakeClock())
        assert await old.take()
        office.clock.advance(30)
        await office.record(imported("lena"))
        await eventually(lambda: not office.courier._shares.is_inside)
        await asyncio.sleep(0.05)
        assert business.requests == []
        await database.close()


class TestOverABus:
    """No clock moves in these tests, so no process polls: what others have done it learns over the bus."""

    @pytest.fixture
    async def offices(self, start_office):
        offices = [await start_office(has_bus=True) for _ in range(2)]
        await settled(*offices)
        for office in offices:
            await office.emptied()
        return offices

    def owner_of(self, office):
        return next(owner for owner in OWNERS if share_of(owner) in served(office))

    async def test_events_of_each_others_owners_are_delivered_when_they_are_committed(self, offices, business):
        first, second = offices
        for number in range(5):
            await first.record(imported(self.owner_of(second), number))
            await second.record(imported(self.owner_of(first), number))
        await first.emptied()
        assert len(business.requests) == 10

    async def test_many_commits_are_told_in_few_messages(self, offices, business, monkeypatch):
        first, second = offices
        told = []
        tell_all = first.courier._others._exchange.tell_all

        def noting(each):
            told.append(each)
            tell_all(each)

        monkeypatch.setattr(first.courier._others._exchange, "tell_all", noting)
        began = asyncio.get_running_loop().time()
        for number in range(100):
            await first.record(imported(self.owner_of(second), number))
        await first.emptied()
        assert ordered(business.requests, self.owner_of(second)) == list(range(100))
        assert 1 <= len(told) <= 2 + (asyncio.get_running_loop().time() - began) / GAP_SECONDS

    async def test_a_replay_reaches_the_process_that_has_the_owner(self, offices, business):
        first, second = offices
        business.then(Answer(status=503))
        owner = self.owner_of(second)
        await second.record(imported(owner))
        await first.attempts(1)
        await first.admin.replay(first.call, CallbackReplayRequest(all=True))
        await first.emptied()
        assert second.courier.delivered == 1

    async def test_a_discarded_event_is_not_sent_by_the_process_that_has_its_owner(self, offices, business):
        first, second = offices
        held = Held()
        business.then({}, lambda _: held)
        owner = self.owner_of(second)
        await second.record(*(imported(owner, number) for number in range(4)))
        await business.wait_for(2)  # those behind an owner's first event are read together
        (event_id,) = (await first.rows("event_id"))[-2]
        await first.admin.discard(first.call, CallbackDiscardRequest(event_id=event_id))
        queue = second.courier._queues._owners[owner]
        await eventually(lambda: [event.discarded for event in queue.chain] == [True, False])
        held.released.set()
        await first.emptied()
        assert numbers(business.requests, owner) == ["0", "1", "3"]


async def test_what_one_measures_in_the_outbox_all_know(start_office, business):
    held = Held()
    business.reaction = lambda _: held
    one, other = await start_office(has_bus=True), await start_office(has_bus=True)
    await settled(one, other)
    await one.record(imported("alice"), imported("bob"))
    measured = [one.courier.backlog, other.courier.backlog]
    async with asyncio.timeout(10):
        while any(each.newest.waiting != 2 for each in measured):
            one.clock.advance(1.0)
            await asyncio.sleep(0.01)
    held.released.set()


async def test_a_measurement_does_not_hold_when_whoever_measured_is_gone(start_office):
    office = await start_office()
    await office.record(imported("alice"))
    backlog = office.courier.backlog
    backlog.noted(OutboxMeasured(3, 1.0, 0))
    assert backlog.newest.waiting == 3
    await office.courier.stop(0.0)
    office.clock.advance(31.0)
    assert backlog.newest.waiting == 0
