"""Listing, showing, replaying, discarding and counting, by the courier's side."""

import asyncio

import pytest

from amity.callbacks.admin import store as queries
from amity.callbacks.admin.log_reading import LogReading
from amity.callbacks.admin.models import (
    CallbackDiscardRequest,
    CallbackListRequest,
    CallbackLogRequest,
    CallbackReplayRequest,
    CallbackShowRequest,
    CallbackStatisticsRequest,
)
from amity.calls.page import Pagination
from amity.errors import Code, ImError
from tests.integration.callbacks.post_office import (
    IMPORTED,
    PostOffice,
    callbacks,
    deleted,
    eventually,
    imported,
    numbers,
)
from tests.support.behaviour import Answer


@pytest.fixture
async def strict(database, business):
    """An office that gives up after the first attempt."""
    async with PostOffice(database, callbacks(business.url, retries=[])) as opened:
        yield opened


async def dead_letters(office, business, *events):
    """Have events given up."""
    business.reaction = Answer(status=500)
    for event in events:
        await office.record(event)
        before = len(await office.rows("event_id"))
        await office.eventually("state", [(1,)] * before)
    business.reaction = {}


async def ids(office):
    return [event_id for (event_id,) in await office.rows("event_id")]


async def test_a_dead_letter_lets_its_owners_next_go_on(strict, business):
    business.then(Answer(status=500))
    await strict.record(imported("lena", 1), imported("lena", 2))
    await strict.eventually("state", [(1,)])
    assert numbers(business.requests) == ["1", "2"]


async def test_one_dead_letter_is_replayed_as_if_it_were_new(strict, business):
    await dead_letters(strict, business, imported("lena", 1), imported("lena", 2))
    first, second = await ids(strict)
    answer = await strict.admin.replay(strict.call, CallbackReplayRequest(event_id=first))
    assert answer.replayed == 1
    await strict.eventually("event_id, state, attempts", [(second, 1, 1)])
    assert numbers(business.requests) == ["1", "2", "1"]
    assert business.requests[0].headers["webhook-id"] == business.requests[2].headers["webhook-id"] == first


async def test_all_are_replayed_in_their_owners_order(strict, business):
    events = [imported(owner, number) for number in (1, 2, 3) for owner in ("lena", "max")]
    await dead_letters(strict, business, *events)
    del business.requests[:]
    answer = await strict.admin.replay(strict.call, CallbackReplayRequest(all=True))
    assert answer.replayed == 6
    await strict.emptied()
    assert numbers(business.requests, "lena") == numbers(business.requests, "max") == ["1", "2", "3"]


async def test_more_dead_letters_than_one_step_takes_are_all_replayed(strict, business, monkeypatch):
    monkeypatch.setattr(queries, "STEP", 40)
    total, owners = 2 * 40 + 5, 18
    business.reaction = Answer(status=500)
    for first in range(0, total, 50):
        await strict.record(*(imported(f"owner-{n % owners}", n) for n in range(first, min(first + 50, total))))
    while sum(state for (state,) in await strict.rows("state")) < total:
        strict.clock.advance(10)  # past the breaker
        await asyncio.sleep(0.01)
    del business.requests[:]
    business.reaction = {}
    strict.clock.advance(10)
    answer = await strict.admin.replay(strict.call, CallbackReplayRequest(all=True))
    assert answer.replayed == total
    while await strict.rows("event_seq"):
        strict.clock.advance(1)
        await asyncio.sleep(0.01)
    assert sorted(map(int, numbers(business.requests))) == list(range(total))
    for owner in range(owners):
        own = [int(number) for number in numbers(business.requests, f"owner-{owner}")]
        assert own == sorted(own)


async def test_those_since_a_time_are_replayed(strict, business):
    await dead_letters(strict, business, imported("lena", 1))
    strict.clock.advance(60)
    since = strict.clock.now_ms()
    await dead_letters(strict, business, imported("lena", 2), imported("max", 3))
    answer = await strict.admin.replay(strict.call, CallbackReplayRequest(since=since))
    assert answer.replayed == 2
    await strict.eventually("state", [(1,)])
    assert sorted(numbers(business.requests)[3:]) == ["2", "3"]


async def test_a_replay_brings_failed_events_forward(office, business):
    business.then(Answer(status=500))
    await office.record(imported("lena", 1), imported("lena", 2))
    await office.attempts(1, 0)
    answer = await office.admin.replay(office.call, CallbackReplayRequest(all=True))
    assert answer.replayed == 1
    await office.emptied()
    assert numbers(business.requests) == ["1", "1", "2"]


async def test_an_event_that_waits_for_its_turn_is_not_replayed(office, business):
    business.reaction = Answer(status=500)
    await office.record(imported("lena", 1), imported("lena", 2))
    await office.attempts(1, 0)
    _, second = await ids(office)
    answer = await office.admin.replay(office.call, CallbackReplayRequest(event_id=second))
    assert answer.replayed == 0
    assert await office.rows("next_at > 0") == [(True,), (False,)]


async def test_a_replayed_event_does_not_overtake_one_of_its_owner_that_is_tried_again(database, business):
    async with PostOffice(database, callbacks(business.url, retries=[5])) as office:
        business.reaction = Answer(status=500)
        await office.record(imported("lena", 1), imported("lena", 2))
        await office.attempts(1, 0)
        office.clock.advance(5)
        await office.attempts(2, 1)
        office.clock.advance(5)
        await office.eventually("state, attempts", [(1, 2), (1, 2)])
        first, second = await ids(office)
        await office.admin.replay(office.call, CallbackReplayRequest(event_id=first))
        await office.eventually("state, attempts", [(0, 1), (1, 2)])
        business.reaction = {}
        del business.requests[:]
        await office.admin.replay(office.call, CallbackReplayRequest(event_id=second))
        await office.eventually("state, attempts", [(0, 1), (0, 0)])
        office.clock.advance(1)
        await asyncio.sleep(0.05)
        assert numbers(business.requests) == []
        office.clock.advance(4)
        await office.emptied()
        assert numbers(business.requests) == ["1", "2"]


async def test_a_discarded_event_lets_its_owners_next_go_on(office, business):
    business.then(Answer(status=500))
    await office.record(imported("lena", 1), imported("lena", 2), imported("lena", 3))
    await office.attempts(1, 0, 0)
    first, *_ = await ids(office)
    answer = await office.admin.discard(office.call, CallbackDiscardRequest(event_id=first))
    assert answer.discarded == 1
    await office.emptied()
    assert numbers(business.requests) == ["1", "2", "3"]


async def test_an_event_that_is_discarded_in_the_courier_s_hands_is_not_sent(office, business):
    held = asyncio.Event()
    business.then(Answer(after=held))
    await office.record(imported("lena", 1))
    await business.wait_for(1)
    await office.record(imported("lena", 2), imported("lena", 3))
    held.set()
    await office.emptied()
    held.clear()
    business.then(Answer(after=held))
    await office.record(imported("lena", 4), imported("lena", 5), imported("lena", 6))
    await business.wait_for(4)
    _, fifth, _ = await ids(office)
    await office.admin.discard(office.call, CallbackDiscardRequest(event_id=fifth))
    held.set()
    await office.emptied()
    assert numbers(business.requests) == ["1", "2", "3", "4", "6"]


async def test_all_dead_letters_are_discarded_and_nothing_else(strict, business):
    await dead_letters(strict, business, imported("lena", 1), imported("max", 2))
    held = asyncio.Event()
    business.reaction = Answer(after=held)
    await strict.record(imported("kim", 3))
    await business.wait_for(3)
    answer = await strict.admin.discard(strict.call, CallbackDiscardRequest(all_dead=True))
    assert answer.discarded == 2
    assert await strict.rows("owner") == [("kim",)]
    held.set()
    await strict.emptied()


@pytest.mark.parametrize(
    "request_",
    [
        CallbackReplayRequest(),
        CallbackReplayRequest(event_id="a", all=True),
        CallbackReplayRequest(all=True, since=0),
        CallbackReplayRequest(since=-1),
        CallbackReplayRequest(since=1 << 60),
    ],
)
async def test_a_replay_chooses_in_exactly_one_way(office, request_):
    with pytest.raises(ImError) as refusal:
        await office.admin.replay(office.call, request_)
    assert refusal.value.code == Code.ARGS


async def test_a_discard_chooses_in_exactly_one_way(office):
    for request in (CallbackDiscardRequest(), CallbackDiscardRequest(event_id="a", all_dead=True)):
        with pytest.raises(ImError) as refusal:
            await office.admin.discard(office.call, request)
        assert refusal.value.code == Code.ARGS


async def test_an_unknown_event_is_not_found(office):
    for asked in (
        office.admin.show(office.call, CallbackShowRequest(event_id="evt_none")),
        office.admin.replay(office.call, CallbackReplayRequest(event_id="evt_none")),
        office.admin.discard(office.call, CallbackDiscardRequest(event_id="evt_none")),
    ):
        with pytest.raises(ImError) as refusal:
            await asked
        assert refusal.value.code == Code.RECORD_NOT_FOUND


def page(number=1, entries=10):
    return {"pagination": Pagination(page_number=number, show_number=entries)}


async def test_events_are_listed_by_state_owner_and_command(office, business):
    business.reaction = Answer(status=500)
    await office.record(imported("lena", 1), imported("lena", 2), deleted("max", 3))
    await office.attempts(1, 0, 1)

    async def listed(**filters):
        answer = await office.admin.list(office.call, CallbackListRequest(**filters, **page()))
        return answer.total, [(event.owner_user_id, event.state, event.attempts) for event in answer.events]

    assert await listed() == (3, [("lena", "retrying", 1), ("lena", "pending", 0), ("max", "retrying", 1)])
    assert await listed(state="pending") == (1, [("lena", "pending", 0)])
    assert await listed(state="retrying", owner_user_id="max") == (1, [("max", "retrying", 1)])
    assert await listed(callback_command=IMPORTED) == (2, [("lena", "retrying", 1), ("lena", "pending", 0)])
    assert await listed(state="dead") == (0, [])
    second = await office.admin.list(office.call, CallbackListRequest(**page(2, 2)))
    assert (second.total, [event.owner_user_id for event in second.events]) == (3, ["max"])


async def test_an_event_is_shown_with_its_body_and_its_attempts(office, business):
    business.then(Answer(status=500), Answer(status=404))
    await office.record(imported("lena", 1), operation_id="import-1")
    await office.attempts(1)
    office.clock.advance(5)
    await office.attempts(2)
    (event_id,) = await ids(office)
    shown = await office.admin.show(office.call, CallbackShowRequest(event_id=event_id))
    assert shown.body == business.requests[0].json
    assert shown.event.state == "retrying"
    assert shown.event.operation_id == "import-1"
    assert shown.event.next_attempt_time == int((office.clock.now() + 300) * 1000)
    assert shown.event.last_error == "the answer's status was 404"
    assert [(entry.verdict, entry.http_status) for entry in shown.attempts] == [("retrying", 500), ("retrying", 404)]


async def test_statistics_count_what_waits_and_what_was_done(office, business):
    business.then(Answer(), Answer(status=500))
    await office.record(imported("lena", 1))
    await office.emptied()
    await office.record(imported("lena", 2), imported("lena", 3))
    await office.attempts(1, 0)
    office.clock.advance(4)
    answer = await office.admin.statistics(office.call, CallbackStatisticsRequest())
    assert (answer.pending, answer.retrying, answer.dead) == (2, 1, 0)
    assert (answer.delivered, answer.failed, answer.given_up, answer.in_flight) == (1, 1, 0, 0)
    assert answer.oldest_age_seconds == pytest.approx(4, abs=0.01)
    (command,) = answer.commands
    assert (command.callback_command, command.pending, command.retrying, command.has_url) == (IMPORTED, 2, 1, True)


async def test_the_log_is_read_newest_first_and_filtered(office, business):
    business.then(Answer(status=500))
    await office.record(imported("lena", 1))
    await office.attempts(1)
    await office.admin.replay(office.call, CallbackReplayRequest(all=True))
    await office.emptied()
    await eventually(lambda: office.courier.delivered == 1)
    answer = await LogReading(office.database, office.log).log(office.call, CallbackLogRequest(**page()))
    assert [entry.verdict for entry in answer.entries] == ["delivered", "replayed", "retrying"]
    assert answer.total == 3
    filtered = await LogReading(office.database, office.log).log(
        office.call, CallbackLogRequest(verdict="retrying", owner_user_id="lena", **page())
    )
    assert [(entry.verdict, entry.reason) for entry in filtered.entries] == [
        ("retrying", "the answer's status was 500")
    ]
