"""The time of day is set while events wait, or was wrong when they were stored: nothing waits for it to come again."""

import asyncio
import email.utils
import time

import pytest

from amity import metrics
from amity.callbacks.breaker import FAILURES, OPEN_SECONDS
from amity.callbacks.telling.queues import POLL_SECONDS
from amity.cluster.lease import SECONDS as LEASE_SECONDS
from tests.integration.callbacks.post_office import PostOffice, callbacks, eventually, imported, numbers
from tests.support.behaviour import Answer
from tests.support.fake_clock import FakeClock

HOUR = 3600.0
YEAR = 365 * 24 * HOUR


async def cycle(office):
    """Let the courier go round: it does in a poll's time, whatever the time of day is."""
    polled = office.courier._queues._polled_at
    office.clock.advance(POLL_SECONDS)
    await eventually(lambda: office.courier._queues._polled_at > polled)


@pytest.mark.parametrize("step", [-HOUR, -YEAR, HOUR])
async def test_an_open_breaker_stays_open_for_ten_seconds_and_no_longer_whatever_the_time_of_day_does(
    office, business, step
):
    business.reaction = Answer(status=503)
    await office.record(*(imported(f"owner-{number}") for number in range(2 * FAILURES)))
    await eventually(lambda: office.courier.failed >= FAILURES and not office.courier.in_flight)
    tried = len(business.requests)
    business.reaction = {}
    office.clock.step(step)
    await office.record(imported("lena"))
    office.clock.advance(OPEN_SECONDS - 0.1)
    await asyncio.sleep(0.05)
    assert len(business.requests) == tried
    office.clock.advance(0.1)
    await office.emptied()
    assert "0" in numbers(business.requests, "lena")


@pytest.mark.parametrize("step", [-2.0, -HOUR, -YEAR])
async def test_a_failed_event_waits_for_its_pause_and_not_for_the_step_besides(office, business, step):
    business.then(Answer(status=503), Answer(status=503))
    await office.record(imported("lena", 1))
    await office.attempts(1)
    office.clock.advance(5)
    await office.attempts(2)
    office.clock.step(step)
    office.clock.advance(299)
    await asyncio.sleep(0.05)
    assert len(business.requests) == 2
    office.clock.advance(1)
    await office.emptied()
    assert numbers(business.requests) == ["1"] * 3


async def test_what_failed_while_the_clock_was_ahead_is_tried_again_when_it_has_come_right(office, business):
    business.reaction = Answer(status=503)
    office.clock.step(HOUR)
    await cycle(office)
    await office.record(*(imported(f"owner-{number}") for number in range(5)))
    await office.attempts(*[1] * 5)
    office.clock.step(-HOUR)
    business.reaction = {}
    office.clock.advance(5)
    await office.emptied()


async def test_more_events_than_fit_into_a_transaction_are_moved_each_once(office, business, caplog):
    business.reaction = Answer(status=503)
    await office.record(*(imported(f"owner-{number}") for number in range(FAILURES)))
    await eventually(lambda: office.courier.failed >= FAILURES)
    insert = (
        "insert into outbox (event_id, owner, command, operation_id, created_at, body, state, attempts, next_at,"
        " last_error) values ($1, $2, 'callbackAfterImportFriendsCommand', '', 0, '{}', 0, 1, $3, '')"
    )
    due = int((office.clock.now() + HOUR) * 1000)
    await office.database.write(
        lambda tx: tx.execute_many(insert, [(f"e{number}", f"later-{number}", due + number) for number in range(450)]),
        rows=450,
    )
    office.clock.step(-600)
    await cycle(office)
    await eventually(lambda: "was set back by 600 s" in caplog.text)
    moved = await office.database.fetch("select next_at from outbox where owner like 'later-%' order by next_at")
    assert [row[0] for row in moved] == [due - 600_000 + number for number in range(450)]


async def test_a_step_forward_delays_nothing(office, business):
    business.then(Answer(status=503))
    await office.record(imported("lena", 1))
    await office.attempts(1)
    office.clock.step(YEAR)
    await cycle(office)
    await office.emptied()


async def test_a_stored_time_beyond_the_longest_pause_is_not_believed_after_a_restart(database, business, caplog):
    clock = FakeClock()
    business.then(Answer(status=503))
    async with PostOffice(database, callbacks(business.url), clock) as office:
        await office.record(imported("lena", 1))
        await office.attempts(1)
    clock.step(-YEAR)
    # It was killed, with what it had noted and not yet written.
    await database.write(lambda tx: tx.fetch("delete from callback_log"))
    async with PostOffice(database, callbacks(business.url), clock) as office:
        await office.emptied()
    assert numbers(business.requests) == ["1", "1"]
    assert "further off than 43200 s, the longest pause" in caplog.text


async def test_a_stored_time_of_a_clock_that_was_ahead_is_not_believed_after_a_restart(database, business, caplog):
    clock = FakeClock()
    clock.step(HOUR)
    business.reaction = Answer(status=503)
    async with PostOffice(database, callbacks(business.url), clock) as office:
        await office.record(*(imported(f"owner-{number}") for number in range(5)))
        await office.attempts(*[1] * 5)
    clock.step(-HOUR)
    business.reaction = {}
    async with PostOffice(database, callbacks(business.url), clock) as office:
        await office.emptied()
    assert (
        "was set back by 3600 s or more while nothing was delivered: the next attempts of 5 events are made now"
        in caplog.text
    )


async def test_a_stored_time_within_the_longest_pause_is_kept_over_a_restart(database, business):
    clock = FakeClock()
    business.then(Answer(status=503, headers={"Retry-After": "36000"}))
    async with PostOffice(database, callbacks(business.url, retries=[5]), clock) as office:
        await office.record(imported("lena", 1))
        await office.attempts(1)
    async with PostOffice(database, callbacks(business.url, retries=[5]), clock) as office:
        await office.record(imported("max", 2))
        await office.eventually("owner", [("lena",)])
        clock.advance(35_999)
        await asyncio.sleep(0.05)
        assert numbers(business.requests) == ["1", "2"]
        clock.advance(1)
        await office.emptied()


async def test_what_another_process_wrote_is_found_within_a_second_when_the_clock_was_set_back(office, business):
    await office.record(imported("lena", 1))
    await office.emptied()
    office.clock.step(-HOUR)
    other = PostOffice(office.database, callbacks(business.url), office.clock)
    await other.record(imported("max", 2))
    await cycle(office)
    await office.emptied()
    await other.sender.close()


async def test_the_age_of_what_waits_grows_though_it_is_of_a_time_that_is_still_to_come(office, business):
    business.reaction = Answer(status=503)
    office.clock.step(HOUR)
    await office.record(imported("lena", 1))
    await office.attempts(1)
    office.clock.step(-HOUR)
    office.clock.advance(10)
    await eventually(lambda: metrics.outbox_pending._value.get() == 1)
    office.clock.advance(100)
    await eventually(lambda: metrics.outbox_oldest_age_seconds._value.get() >= 100)


async def test_a_date_in_retry_after_is_read_by_the_receivers_clock(office, business):
    ahead = office.clock.now() + HOUR
    date, later = (email.utils.formatdate(when, usegmt=True) for when in (ahead, ahead + 90))
    business.then(Answer(status=503, headers={"Date": date, "Retry-After": later}))
    await office.record(imported("lena", 1))
    await office.attempts(1)
    assert await office.rows("next_at") == [(int((office.clock.now() + 90) * 1000),)]


class TestTheLeaseOfAProcessThatWasKilled:
    """Which several processes have on PostgreSQL. The database's clock was an hour ahead when it was written."""

    @pytest.fixture
    def database_url(self, postgres_url):
        return postgres_url

    async def leave(self, database):
        sql = "insert into leases (name, holder, until) values ('courier', 'killed', $1)"
        await database.write(lambda tx: tx.fetch(sql, int((time.time() + HOUR) * 1000)))

    async def renew(self, database):
        await database.write(lambda tx: tx.fetch("update leases set until = until + 1 where holder = 'killed'"))

    async def tick(self, office, seconds):
        """Pass time in the steps in which a process that does not deliver looks again."""
        for _ in range(int(seconds)):
            await eventually(lambda: office.clock._waiting)
            office.clock.advance(1)
            await asyncio.sleep(0.02)

    async def test_is_taken_over_when_nobody_has_renewed_it_for_as_long_as_one_lasts(self, database, business):
        await self.leave(database)
        async with PostOffice(database, callbacks(business.url)) as office:
            await office.record(imported("lena", 1))
            await self.tick(office, LEASE_SECONDS)
            assert business.requests == []
            await self.tick(office, 2)
            await office.emptied()

    async def test_is_left_alone_while_somebody_renews_it(self, database, business):
        await self.leave(database)
        async with PostOffice(database, callbacks(business.url)) as office:
            await office.record(imported("lena", 1))
            for _ in range(4):
                await self.tick(office, LEASE_SECONDS / 2)
                await self.renew(database)
            assert business.requests == []
