"""The log of imports: what became of each call, whoever called, and who may read it."""

import pytest

from amity.relations.friends.history.log import MOST_OF_A_USER
from tests.integration.conftest import import_callbacks

LOG = "/friend/get_import_log"


@pytest.fixture
async def asked(start_server, business):
    """A server that asks ``business``, which approves, and people."""
    rest = await start_server(callbacks=import_callbacks(business))
    await rest.register("ann", "bob", "eve")
    return rest


async def entries(rest, **wanted):
    page = {"pageNumber": 1, "showNumber": 100}
    found = await rest.data(LOG, {"pagination": page, **wanted})
    assert found["total"] == len(found["entries"])
    return found["entries"]


async def test_an_import_that_was_allowed_is_there_with_its_numbers(asked):
    await asked.import_friends("ann", ["bob"])
    await asked.import_friends("ann", ["bob", "eve", "nobody"], partial=True)
    newest, first = await entries(asked)
    operation = newest.pop("operationID")
    assert operation.startswith("test-")
    assert newest.pop("time") >= first["time"]
    assert newest == {
        "ownerUserID": "ann",
        "caller": "imAdmin",
        "job": 0,
        "asked": 3,
        "imported": 1,
        "existing": 1,
        "skipped": 1,
        "verdict": "allowed",
        "errCode": 0,
        "reason": "",
    }


async def test_what_the_business_server_rejects_is_there_with_its_reason(asked, business):
    business.then({"actionCode": 1, "errCode": 5001, "errMsg": "No", "errDlt": "too young", "nextCode": 1})
    await asked.import_friends("ann", ["bob"])
    [entry] = await entries(asked)
    assert (entry["verdict"], entry["errCode"], entry["reason"]) == ("rejected", 5001, "No: too young")


async def test_what_the_business_server_changes_is_modified(asked, business):
    business.then({"actionCode": 0, "nextCode": 0, "friendUserIDs": ["eve"]})
    await asked.import_friends("ann", ["bob"])
    [entry] = await entries(asked)
    assert (entry["verdict"], entry["imported"], entry["skipped"]) == ("modified", 1, 1)


async def test_the_same_list_is_no_other_one(asked, business):
    business.then({"actionCode": 0, "nextCode": 0, "friendUserIDs": ["bob"]})
    await asked.import_friends("ann", ["bob"])
    assert [entry["verdict"] for entry in await entries(asked)] == ["allowed"]


async def test_a_business_server_without_a_usable_answer_has_failed(asked, business):
    business.then({"nextCode": "what"})
    await asked.import_friends("ann", ["bob"])
    [entry] = await entries(asked)
    assert (entry["verdict"], entry["errCode"]) == ("failed", 90007)


async def test_what_the_server_refuses_an_administrator_is_there(asked):
    await asked.import_friends("ann", ["nobody"])
    [entry] = await entries(asked)
    assert (entry["verdict"], entry["errCode"]) == ("refused", 1004)
    assert "nobody" in entry["reason"]


async def test_what_a_user_is_refused_before_the_business_server_is_asked_fills_no_log(asked):
    await asked.import_friends("ann", ["nobody"], user="ann")
    await asked.import_friends("bob", ["eve"], user="ann")
    await asked.import_friends("ann", ["bob"], user="ann")
    assert [(entry["caller"], entry["verdict"]) for entry in await entries(asked)] == [("ann", "allowed")]


async def test_what_a_user_is_refused_where_no_business_server_is_asked_fills_no_log(start_server):
    rest = await start_server(clientImport="open", limits={"friendsPerUser": 1})
    await rest.register("ann", "bob", "eve")
    for _ in range(3):
        refused = await rest.import_friends("ann", ["bob", "eve"], user="ann")
        assert refused["errCode"] == 1351
    await rest.import_friends("ann", ["bob"], user="ann")
    assert [(entry["caller"], entry["verdict"]) for entry in await entries(rest)] == [("ann", "allowed")]


async def test_a_user_whom_the_business_server_rejects_again_and_again_fills_no_log(asked, business):
    business.then(*[{"actionCode": 1, "errCode": 5001, "errMsg": "No", "nextCode": 1}] * (MOST_OF_A_USER + 4))
    await asked.import_friends("eve", ["bob"], user="eve")
    for _ in range(MOST_OF_A_USER + 2):
        await asked.import_friends("ann", ["bob"], user="ann")
    await asked.import_friends("bob", ["eve"], user="bob")
    assert [entry["caller"] for entry in await entries(asked)] == ["bob", *["ann"] * MOST_OF_A_USER, "eve"]


async def test_an_administrators_imports_are_all_there(asked, business):
    business.then(*[{"actionCode": 1, "errCode": 5001, "errMsg": "No", "nextCode": 1}] * (MOST_OF_A_USER + 2))
    for _ in range(MOST_OF_A_USER + 2):
        await asked.import_friends("ann", ["bob"])
    assert len(await entries(asked)) == MOST_OF_A_USER + 2


async def test_a_call_that_is_repeated_with_its_key_is_there_once(asked):
    for _ in range(2):
        body = {"ownerUserID": "ann", "friendUserIDs": ["bob"]}
        await asked.data("/friend/import_friend", body, headers={"Idempotency-Key": "once"})
    assert len(await entries(asked)) == 1


async def test_entries_are_found_by_owner_and_verdict(asked, business):
    business.then({"actionCode": 1, "errCode": 5001, "errMsg": "No", "nextCode": 1})
    await asked.import_friends("ann", ["bob"])
    await asked.import_friends("ann", ["bob"])
    await asked.import_friends("eve", ["bob"])
    assert [each["ownerUserID"] for each in await entries(asked, ownerUserID="ann")] == ["ann", "ann"]
    assert [each["ownerUserID"] for each in await entries(asked, verdict="rejected")] == ["ann"]
    assert await entries(asked, ownerUserID="eve", verdict="rejected") == []


async def test_a_page_is_asked_for(asked):
    answer = await asked.post(LOG, {})
    assert (answer["errCode"], answer["errDlt"]) == (1001, "pagination is empty")
