"""The administrator's callback operations over HTTP, on a whole server."""

from typing import Any

import pytest

from tests.integration.callbacks.post_office import IMPORTED, eventually
from tests.integration.conftest import import_callbacks
from tests.support.behaviour import Answer
from tests.support.databases import ON_SQLITE_ALONE

PAGE = {"pagination": {"pageNumber": 1, "showNumber": 10}}
PATHS = ["list", "show", "replay", "discard", "statistics", "log"]


@pytest.fixture
async def friends(asked):
    """A server with users, which asks before and tells after an import."""
    await asked.register("lena", "max", "kim")
    return asked


async def failed_import(friends, business, owner="lena", friend="max"):
    """Import while the business server refuses to be told."""
    business.reaction = lambda request: Answer(status=500 if request.path.endswith(IMPORTED) else 200)
    answer = await friends.import_friends(owner, [friend])
    assert answer["errCode"] == 0
    listed: dict[str, Any] = {"total": 0}
    while not listed["total"]:
        listed = await friends.data("/callback/list", {"state": "retrying", **PAGE})
    return listed["events"][0]


async def test_an_import_tells_of_the_pairs_that_it_created_and_is_in_the_log(friends, business):
    await friends.import_friends("lena", ["max"])
    await friends.import_friends("lena", ["max", "kim"])
    await eventually(lambda: len([request for request in business.requests if request.path.endswith(IMPORTED)]) == 2)
    told = [request.json["friendUserIDs"] for request in business.requests if request.path.endswith(IMPORTED)]
    assert told == [["max"], ["kim"]]
    log: dict[str, Any] = {"entries": []}
    while len(log["entries"]) < 4:
        log = await friends.data("/callback/log", PAGE)
    assert sorted(entry["verdict"] for entry in log["entries"]) == ["approved", "approved", "delivered", "delivered"]
    (newest,) = (await friends.data("/callback/log", {"pagination": {"pageNumber": 1, "showNumber": 1}}))["entries"]
    assert newest["ownerUserID"] == "lena"
    assert newest["httpStatus"] == 200


async def test_an_event_that_failed_is_listed_shown_and_replayed(friends, business):
    event = await failed_import(friends, business)
    assert event["callbackCommand"] == IMPORTED
    assert event["ownerUserID"] == "lena"
    assert event["attempts"] == 1
    assert event["nextAttemptTime"] > event["createTime"]
    assert event["lastError"] == "the answer's status was 500"
    shown = await friends.data("/callback/show", {"eventID": event["eventID"]})
    assert shown["event"]["eventID"] == event["eventID"]
    assert shown["body"] == {"callbackCommand": IMPORTED, "ownerUserID": "lena", "friendUserIDs": ["max"]}
    assert [entry["verdict"] for entry in shown["attempts"]] == ["retrying"]
    business.reaction = {}
    assert await friends.data("/callback/replay", {"eventID": event["eventID"]}) == {"replayed": 1}
    statistics = {"pending": 1}
    while statistics["pending"]:
        statistics = await friends.data("/callback/statistics", {})
    assert statistics["delivered"] == 1
    assert statistics["failed"] == 1


async def test_an_event_that_failed_is_discarded(friends, business):
    event = await failed_import(friends, business)
    assert await friends.data("/callback/discard", {"eventID": event["eventID"]}) == {"discarded": 1}
    again = await friends.post("/callback/discard", {"eventID": event["eventID"]})
    assert again["errCode"] == 1004
    assert event["eventID"] in again["errDlt"]
    assert (await friends.data("/callback/list", PAGE)) == {"total": 0, "events": []}


@ON_SQLITE_ALONE
@pytest.mark.parametrize("path", PATHS)
async def test_users_may_not(friends, path):
    answer = await friends.post(f"/callback/{path}", {"eventID": "evt", **PAGE}, user="lena")
    assert answer["errCode"] == 1002


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("list", {}),
        ("list", {"state": "lost", **PAGE}),
        ("list", {"pagination": {"pageNumber": 0, "showNumber": 10}}),
        ("log", {}),
        ("replay", {}),
        ("replay", {"all": "yes"}),
        ("replay", {"since": -1}),
        ("discard", {}),
        ("show", {"eventID": 7}),
    ],
)
async def test_what_makes_no_sense_is_refused(friends, path, body):
    answer = await friends.post(f"/callback/{path}", body)
    assert answer["errCode"] == 1001
    assert answer["errDlt"]


async def test_a_page_beyond_all_numbers_is_empty(friends):
    beyond = {"pagination": {"pageNumber": 1 << 30, "showNumber": 1 << 30}}
    assert await friends.data("/callback/list", beyond) == {"total": 0, "events": []}
    assert (await friends.data("/callback/log", beyond))["entries"] == []


async def test_what_waits_survives_the_server(start_server, business):
    first = await start_server(callbacks=import_callbacks(business))
    await first.register("lena", "max")
    event = await failed_import(first, business)
    await start_server.stop()
    business.reaction = {}
    second = await start_server(callbacks=import_callbacks(business))
    listed = await second.data("/callback/list", PAGE)
    assert [each["eventID"] for each in listed["events"]] == [event["eventID"]]
    assert listed["events"][0]["nextAttemptTime"] == event["nextAttemptTime"]
