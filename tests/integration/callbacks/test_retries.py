"""Deliveries that fail: the schedule, the breaker, dead letters, restarts."""

import asyncio
import email.utils

import pytest

from amity.callbacks.breaker import FAILURES, OPEN_SECONDS
from amity.callbacks.telling.kind_queue import IN_FLIGHT
from amity.settings import Callback
from tests.integration.callbacks.post_office import PostOffice, callbacks, eventually, imported, numbers
from tests.support.behaviour import Answer, Half, HangUp, Silence
from tests.support.business_server import BusinessServer
from tests.support.fake_clock import FakeClock

SCHEDULE = [5, 300, 1800, 7200, 18000, 36000, 36000]


async def test_the_schedule_is_kept_to_the_second_and_ends_in_a_dead_letter(office, business):
    business.reaction = Answer(status=500)
    await office.record(imported("lena", 1), imported("lena", 2))
    for attempt, delay in enumerate(SCHEDULE, 1):
        await office.attempts(attempt, 0)
        assert await office.rows("next_at") == [(int((office.clock.now() + delay) * 1000),), (0,)]
        office.clock.advance(delay - 1)
        assert len(business.requests) == attempt
        office.clock.advance(1)
        await business.wait_for(attempt + 1)
    await office.eventually("state, attempts", [(1, 8), (0, 1)])
    assert (await office.rows("last_error"))[0] == ("the answer's status was 500",)
    assert numbers(business.requests) == ["1"] * 8 + ["2"]
    assert [verdict for (verdict,) in await office.logged()] == ["retrying"] * 7 + ["dead", "retrying"]
    assert office.courier.dead == 1


async def test_an_event_has_the_same_id_and_body_on_each_attempt(office, business):
    business.then(Answer(status=500), Answer(status=404))
    await office.record(imported("lena", 1), operation_id="op-1")
    await office.attempts(1)
    office.clock.advance(5)
    await office.attempts(2)
    office.clock.advance(300)
    await office.emptied()
    assert len({request.headers["webhook-id"] for request in business.requests}) == 1
    assert len({(request.body, request.headers["operationid"]) for request in business.requests}) == 1


async def test_other_events_have_other_ids(office, business):
    await office.record(imported("lena", 1), imported("lena", 1), imported("max", 1))
    await office.emptied()
    assert len({request.headers["webhook-id"] for request in business.requests}) == 3


@pytest.mark.parametrize("behaviour", [HangUp(), Half(), Answer(status=301), Answer(status=404), Answer(status=503)])
async def test_whatever_is_no_success_is_tried_again(office, business, behaviour):
    business.then(behaviour)
    await office.record(imported("lena", 1))
    await office.attempts(1)
    office.clock.advance(5)
    await office.emptied()
    assert numbers(business.requests) == ["1", "1"]


async def test_a_receiver_that_never_answers_fails_after_the_timeout(database, business):
    settings = callbacks(business.url, events={"afterImportFriends": Callback(enable=True, timeout=0.2)})
    business.then(Silence())
    async with PostOffice(database, settings) as office:
        await office.record(imported("lena", 1))
        await office.attempts(1)
        office.clock.advance(5)
        await office.emptied()
    assert numbers(business.requests) == ["1", "1"]


async def test_retry_after_in_seconds_is_respected(office, business):
    business.then(Answer(status=429, headers={"Retry-After": "90"}))
    await office.record(imported("lena", 1))
    await office.attempts(1)
    assert await office.rows("next_at") == [(int((office.clock.now() + 90) * 1000),)]


async def test_retry_after_as_a_date_is_respected_up_to_ten_hours(office, business):
    for_too_long = email.utils.formatdate(office.clock.now() + 86400, usegmt=True)
    business.then(Answer(status=503, headers={"Retry-After": for_too_long}))
    await office.record(imported("lena", 1))
    await office.attempts(1)
    assert await office.rows("next_at") == [(int((office.clock.now() + 36000) * 1000),)]


async def test_a_receiver_that_was_down_gets_everything_when_it_is_up(database):
    async with BusinessServer() as server:
        port, url = server.port, server.url
    async with PostOffice(database, callbacks(url)) as office:
        await office.record(*(imported(f"owner-{number}", 1) for number in range(5)))
        await office.attempts(*[1] * 5)
        await office.record(*(imported(f"owner-{number}", 2) for number in range(5)))
        async with BusinessServer(port=port) as server:
            office.clock.advance(5)
            await office.emptied()
            for number in range(5):
                assert numbers(server.requests, f"owner-{number}") == ["1", "2"]


async def test_a_breaker_keeps_waiting_events_from_using_up_their_attempts(office, business):
    business.reaction = Answer(status=500)
    await office.record(*(imported(f"owner-{number}") for number in range(200)))
    await eventually(lambda: office.courier.failed >= FAILURES and not office.courier.in_flight)
    tried = len(business.requests)
    assert FAILURES <= tried < IN_FLIGHT + FAILURES  # those under way when it opened
    office.clock.advance(OPEN_SECONDS - 0.5)
    await asyncio.sleep(0.05)
    assert len(business.requests) == tried
    office.clock.advance(0.5)
    await business.wait_for(tried + 1)
    await eventually(lambda: not office.courier.in_flight)
    assert len(business.requests) == tried + 1
    business.reaction = {}
    office.clock.advance(OPEN_SECONDS)
    await office.emptied()
    assert len(business.requests) == 200 + tried + 1


async def test_a_restart_keeps_the_schedule(database, business):
    clock = FakeClock()
    business.reaction = Answer(status=500)
    async with PostOffice(database, callbacks(business.url), clock) as office:
        await office.record(imported("lena", 1), imported("lena", 2))
        await office.attempts(1, 0)
        clock.advance(5)
        await office.attempts(2, 0)
    clock.advance(299)
    async with PostOffice(database, callbacks(business.url), clock) as office:
        await office.record(imported("max", 3))
        await office.attempts(2, 0, 1)
        assert len(business.requests) == 3
        business.reaction = {}
        clock.advance(1)
        await office.eventually("owner", [("max",)])
    assert numbers(business.requests) == ["1", "1", "3", "1", "2"]


async def test_a_stop_lets_deliveries_end_and_keeps_the_rest(database, business):
    answering = asyncio.Event()
    business.reaction = Answer(after=answering)
    office = PostOffice(database, callbacks(business.url))
    office.start()
    await office.record(*(imported(f"owner-{number}", 1) for number in range(100)))
    await business.wait_for(64)
    stopping = asyncio.ensure_future(office.stop(grace=10))
    await asyncio.sleep(0)
    answering.set()
    await stopping
    assert len(business.requests) == 64
    assert len(await office.rows("owner")) == 36
    business.reaction = {}
    async with PostOffice(database, callbacks(business.url)) as again:
        await again.emptied()
    assert len(business.requests) == 100


async def test_a_delivery_that_outlives_the_grace_is_made_again(database, business):
    business.then(Silence())
    office = PostOffice(database, callbacks(business.url))
    office.start()
    await office.record(imported("lena", 1), imported("lena", 2))
    await business.wait_for(1)
    await office.stop(grace=0.05)
    assert await office.rows("attempts") == [(0,), (0,)]
    async with PostOffice(database, callbacks(business.url)) as again:
        await again.emptied()
    assert numbers(business.requests) == ["1", "1", "2"]
    assert len({request.headers["webhook-id"] for request in business.requests}) == 2


async def test_a_reason_that_no_database_could_store_does_not_stop_the_courier(office, business, monkeypatch):
    async def fail(*args, **named):
        raise RuntimeError("never seen")

    with monkeypatch.context() as patch:
        patch.setattr(office.sender, "send", fail)
        await office.record(imported("lena", 1))
        await office.attempts(1)
    assert await office.rows("last_error") == [("it could not be sent: RuntimeError",)]
    office.clock.advance(5)
    await office.emptied()
