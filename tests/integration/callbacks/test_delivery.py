"""What is delivered, in which order, and what becomes of it."""

import asyncio

from amity.callbacks.admin.models import CallbackStatisticsRequest
from amity.callbacks.telling.kind_queue import ROOM
from amity.callbacks.telling.queues import CHAIN
from tests.integration.callbacks.post_office import DELETED, PostOffice, callbacks, deleted, imported, numbers
from tests.support.behaviour import Answer, redirect


async def test_an_event_arrives_as_documented_and_leaves_the_outbox(office, business):
    await office.record(imported("lena", 7), operation_id="import-1")
    (request,) = await business.wait_for(1)
    await office.emptied()
    assert request.method == "POST"
    assert request.path == "/callbackAfterImportFriendsCommand"
    assert request.query == {"contenttype": ["json"]}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["operationid"] == "import-1"
    assert request.json == {
        "callbackCommand": "callbackAfterImportFriendsCommand",
        "ownerUserID": "lena",
        "friendUserIDs": ["7"],
    }
    logged = await office.logged("command, owner, operation_id, event_id, verdict, http_status")
    webhook_id = request.headers["webhook-id"]
    assert logged == [("callbackAfterImportFriendsCommand", "lena", "import-1", webhook_id, "delivered", 200)]


async def test_an_event_of_a_callback_that_is_off_is_not_recorded(database, business):
    async with PostOffice(database, callbacks(business.url, events={})) as office:
        recorded = await database.write(lambda tx: office.outbox.record(tx, imported("lena"), "op"))
        assert not recorded
        assert not office.outbox.enabled(type(imported("lena")))
        assert await office.rows("event_id") == []


async def test_any_status_of_success_means_delivered(office, business):
    business.then(Answer({}, 204), Answer(b"not json", 202), Answer({"actionCode": 1, "nextCode": 1}, 299))
    await office.record(imported("a"), imported("b"), imported("c"))
    await office.emptied()


async def test_a_redirect_is_a_failure_and_is_not_followed(office, business):
    business.then(redirect(f"{business.url}/elsewhere", 307))
    await office.record(imported("lena"))
    await office.attempts(1)
    assert [request.path for request in business.requests] == ["/callbackAfterImportFriendsCommand"]
    assert await office.rows("last_error") == [("the answer's status was 307",)]


async def test_the_events_of_an_owner_arrive_in_order_and_one_at_a_time(office, business):
    held = asyncio.Event()
    business.then(Answer(after=held))
    await office.record(*(imported("lena", number) for number in range(3 * CHAIN)), imported("max", 99))
    await business.wait_for(2)
    await office.eventually("owner", [("lena",)] * 3 * CHAIN)
    assert numbers(business.requests) == ["0", "99"]
    held.set()
    await office.emptied()
    assert numbers(business.requests, "lena") == [str(number) for number in range(3 * CHAIN)]


async def test_events_of_different_kinds_keep_their_owners_order(office, business):
    held = asyncio.Event()
    business.then(Answer(after=held))
    events = [imported("lena", 0), deleted("lena", 1), imported("lena", 2), imported("lena", 3), deleted("lena", 4)]
    await office.record(*events)
    await office.record(deleted("max", 9))
    await business.wait_for(2)
    assert numbers(business.requests) == ["0", "9"]
    held.set()
    await office.emptied()
    assert numbers(business.requests, "lena") == ["0", "1", "2", "3", "4"]


async def test_a_failing_event_holds_back_its_owners_later_ones_and_nobody_elses(office, business):
    business.reaction = lambda request: Answer(status=500 if request.json.get("friendUserIDs") == ["1"] else 200)
    await office.record(imported("lena", 1), imported("lena", 2), imported("max", 3))
    await office.attempts(1, 0)
    await office.record(imported("lena", 4), imported("max", 5))
    await office.eventually("owner, attempts", [("lena", 1), ("lena", 0), ("lena", 0)])
    business.reaction = {}
    office.clock.advance(5)
    await office.emptied()
    assert numbers(business.requests, "lena") == ["1", "1", "2", "4"]
    assert numbers(business.requests, "max") == ["3", "5"]


async def test_more_owners_than_there_is_room_for_are_all_served_in_order(office, business):
    owners = [f"owner-{number}" for number in range(ROOM + 300)]
    for first in range(0, len(owners), 200):
        for number in (1, 2):
            await office.record(*(imported(owner, number) for owner in owners[first : first + 200]))
    await business.wait_for(2 * len(owners), timeout=30)
    await office.emptied()
    assert len(business.requests) == 2 * len(owners)
    by_owner: dict[str, list[str]] = {}
    for request in business.requests:
        by_owner.setdefault(request.json["ownerUserID"], []).append(request.json["friendUserIDs"][0])
    assert by_owner == {owner: ["1", "2"] for owner in owners}


async def test_what_waits_at_the_start_is_delivered(database, business):
    before = PostOffice(database, callbacks(business.url))
    await before.record(imported("lena", 1), imported("lena", 2))
    await before.stop()
    async with PostOffice(database, callbacks(business.url)) as office:
        await office.emptied()
    assert numbers(business.requests) == ["1", "2"]


async def test_one_kind_of_event_without_an_answer_does_not_stop_another(office, business):
    never = asyncio.Event()
    business.reaction = lambda request: Answer(after=never if request.path.endswith(DELETED) else None)
    await office.record(*(deleted(f"owner-{number}") for number in range(ROOM + 100)))
    await office.record(*(imported(f"other-{number}") for number in range(100)))
    await office.eventually("command", [(DELETED,)] * (ROOM + 100))
    never.set()
    await office.emptied()


async def test_events_wait_while_there_is_no_url_and_go_when_there_is_one(database, business):
    recording = PostOffice(database, callbacks(business.url))
    await recording.record(deleted("lena", 1), imported("lena", 2), imported("max", 3))
    await recording.stop()
    only_imports = callbacks("", events={"afterImportFriends": callbacks(business.url).events["afterImportFriends"]})
    only_imports.events["afterImportFriends"].url = business.url
    async with PostOffice(database, only_imports) as office:
        await office.eventually("owner, attempts", [("lena", 0), ("lena", 0)])
        statistics = await office.admin.statistics(office.call, CallbackStatisticsRequest())
        assert {each.callback_command: each.has_url for each in statistics.commands} == {
            "callbackAfterDeleteFriendCommand": False,
            "callbackAfterImportFriendsCommand": True,
        }
    async with PostOffice(database, callbacks(business.url)) as office:
        await office.emptied()
    assert numbers(business.requests) == ["3", "1", "2"]


async def test_events_of_a_callback_that_was_switched_off_are_still_delivered(database, business):
    recording = PostOffice(database, callbacks(business.url))
    await recording.record(imported("lena", 1))
    await recording.stop()
    async with PostOffice(database, callbacks(business.url, events={})) as office:
        await office.emptied()
    assert numbers(business.requests) == ["1"]


async def test_events_with_large_bodies_do_not_fill_the_memory(office, business, monkeypatch):
    monkeypatch.setattr("amity.callbacks.telling.queues._MOST_BYTES", 50_000)
    friends = [f"friend-{number:060}" for number in range(300)]
    for number in range(40):
        event = type(imported("x"))(owner_user_id=f"owner-{number % 20}", friend_user_ids=[str(number), *friends])
        await office.record(event)
    await office.emptied()
    assert sorted(map(int, numbers(business.requests))) == list(range(40))
    assert office.courier._queues._bytes == 0
