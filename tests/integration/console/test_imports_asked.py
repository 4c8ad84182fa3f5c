"""Imports of files where a business server decides, and the log of calls on the page."""

import pytest

from tests.integration.conftest import import_callbacks
from tests.integration.console.importing import PATH, act, csv_of, numbers, page, report, until, upload


@pytest.fixture
async def rest(start_server, business):
    """A server with the console that asks ``business``."""
    return await start_server(console={"enable": True}, callbacks=import_callbacks(business))


async def test_what_the_business_server_refuses_is_in_the_report_and_in_the_history(admin, rest, business):
    await rest.register("ann", *(f"user{n}" for n in range(6)))

    def decide(request):
        if request.json["callbackCommand"] != "callbackBeforeImportFriendsCommand":
            return {"actionCode": 0, "nextCode": 0}
        if request.json["ownerUserID"] == "user1":
            return {"actionCode": 1, "errCode": 5001, "errMsg": "NoMinors", "errDlt": "too young", "nextCode": 1}
        if request.json["ownerUserID"] == "user2":
            return {"actionCode": 0, "nextCode": 0, "friendUserIDs": []}
        return {"actionCode": 0, "nextCode": 0}

    business.reaction = decide
    job = await upload(admin, csv_of((f"user{n}", "ann") for n in range(6)))
    assert await until(admin, job) == "ready"
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert await report(admin, job) == [
        "user1,ann,5001,NoMinors,too young",
        "user2,ann,80000,left out by the app,left out by the business server",
    ]
    found = numbers(await page(admin, job))
    assert (found["Imported"], found["Skipped"], found["5001 NoMinors"]) == ("4", "2", "1")
    text = (await admin.get(f"{PATH}/calls")).text
    assert text.count(f'<a href="/console/imports/job?id={job}">file {job}</a>') == 2
    assert "5001 NoMinors: too young" in text
    text = (await admin.get(f"{PATH}/calls?verdict=rejected")).text
    assert "<td>user1</td>" in text
    assert "<td>user2</td>" not in text


async def test_the_history_has_calls_of_programs_too_and_is_filtered_by_owner(admin, rest):
    await rest.register("ann", "bob", "eve")
    await rest.import_friends("ann", ["bob"])
    await rest.import_friends("eve", ["bob"])
    text = (await admin.get(f"{PATH}/calls")).text
    assert text.count("<tr>") == 3
    assert "<td>imAdmin</td>" in text
    text = (await admin.get(f"{PATH}/calls?owner=eve&verdict=allowed")).text
    assert text.count("<tr>") == 2
    assert "<td>eve</td>" in text
    assert "There are no such calls." in (await admin.get(f"{PATH}/calls?owner=nobody")).text


@pytest.mark.parametrize("code", [1002, 1502])
async def test_a_refusal_by_the_business_server_is_a_skipped_row_whatever_its_code(admin, rest, business, code):
    await rest.register("ann", *(f"user{n}" for n in range(6)))

    def decide(request):
        if request.json.get("ownerUserID") == "user1":
            return {"actionCode": 1, "errCode": code, "errMsg": "No", "errDlt": "not user1", "nextCode": 1}
        return {"actionCode": 0, "nextCode": 0}

    business.reaction = decide
    job = await upload(admin, csv_of((f"user{n}", "ann") for n in range(6)))
    assert await until(admin, job) == "ready"
    await act(admin, "start", job)
    assert await until(admin, job) == "done"
    assert await report(admin, job) == [f"user1,ann,{code},No,not user1"]
    found = numbers(await page(admin, job))
    assert (found["Imported"], found["Skipped"]) == ("5", "1")
    assert len(await rest.friends("ann")) == 5
