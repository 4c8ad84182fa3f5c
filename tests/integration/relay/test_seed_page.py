"""The page of the import's callback is true where OpenIM's own server imports, and a relay stands before it."""

import json
import re
import time
from pathlib import Path

import pytest

from amity.business.signature import TOLERANCE, keys_of, verify
from tests.integration.relay.conftest import SIGNING, Between
from tests.support.business_server import BusinessServer
from tests.support.openim_answers import GoesOn, Refuses, read_answer
from tests.support.recorded_callbacks import CallbackRequest, recorded_imports

PAGE_SAMPLES = {
    "Allow Import": {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": "0"},
    "Reject Import": {
        "actionCode": 1,
        "errCode": 5001,
        "errMsg": "User not allowed to import friends",
        "errDlt": "The user does not meet the criteria for importing friends",
        "nextCode": "1",
    },
}
"""The page's "Response Package Example"."""


def questions() -> list[CallbackRequest]:
    """Return the questions of every recorded import."""
    found = [request for each in recorded_imports() for request, _ in each.callbacks]
    return [request for request in found if request.command == "callbackBeforeImportFriendsCommand"]


async def test_without_a_relay_the_samples_of_the_page_do_not_hold():
    request = questions()[0]
    allow, reject = (json.dumps(PAGE_SAMPLES[name]).encode() for name in ("Allow Import", "Reject Import"))
    assert read_answer(request.command, request.fields, 200, allow) == Refuses(
        90007, "DataError", "json: cannot unmarshal string into Go value of type int32 response format error"
    )
    assert isinstance(read_answer(request.command, request.fields, 200, reject), Refuses)
    integers = json.dumps(PAGE_SAMPLES["Reject Import"] | {"nextCode": 1}).encode()
    assert read_answer(request.command, request.fields, 200, integers) == GoesOn({})


async def test_the_sample_that_allows_lets_every_recorded_import_happen(between: Between):
    async with BusinessServer(PAGE_SAMPLES["Allow Import"]) as business, between(business) as relayed:
        for request in questions():
            outcome = await relayed.openim.replay(request)
            assert outcome == GoesOn({})


async def test_the_sample_that_rejects_refuses_every_recorded_import_with_its_code_and_texts(between: Between):
    async with BusinessServer(PAGE_SAMPLES["Reject Import"]) as business, between(business) as relayed:
        for request in questions():
            outcome = await relayed.openim.replay(request)
            assert outcome == Refuses(
                5001,
                "User not allowed to import friends",
                "The user does not meet the criteria for importing friends",
            )


async def test_the_business_server_gets_the_request_of_the_page_signed(between: Between):
    async with BusinessServer(PAGE_SAMPLES["Allow Import"]) as business, between(business) as relayed:
        for request in questions():
            await relayed.openim.replay(request)
    for received, request in zip(business.requests, questions(), strict=True):
        assert received.method == "POST"
        assert received.path == "/callbackExample/callbackBeforeImportFriendsCommand"
        assert received.query_string == "contenttype=json"
        assert received.body == request.body
        assert set(received.json) == {"callbackCommand", "ownerUserID", "friendUserIDs"}
        assert received.headers["operationid"] == request.headers["Operationid"]
        verify(keys_of(SIGNING), received.headers, received.body, time.time(), TOLERANCE)


async def test_the_list_that_the_answer_gives_is_imported(between: Between):
    answer = PAGE_SAMPLES["Allow Import"] | {"friendUserIDs": ["user456"]}
    async with BusinessServer(answer) as business, between(business) as relayed:
        assert await relayed.openim.replay(questions()[0]) == GoesOn({"friendUserIDs": ["user456"]})


async def test_importing_nobody_is_refused_with_the_code_of_the_settings(between: Between):
    answer = PAGE_SAMPLES["Allow Import"] | {"friendUserIDs": []}
    nobody = {"inexpressible": {"errCode": 4711, "errMsg": "nobody is left"}}
    async with BusinessServer(answer) as business, between(business, relay=nobody) as relayed:
        outcome = await relayed.openim.replay(questions()[0])
    assert isinstance(outcome, Refuses)
    assert (outcome.code, outcome.message) == (4711, "nobody is left")
    assert outcome.detail == "the app's answer leaves nobody to import, and OpenIM would import everybody"


@pytest.mark.parametrize(
    ("friends", "detail"),
    [
        (["a", "a"], "repeated: a"),
        (["a", ""], "an entry is empty"),
        (["k37439a"], "names the owner"),
        ([f"u{number}" for number in range(1001)], "1001 entries, and 1 to 1000 are allowed"),
    ],
)
async def test_a_list_that_an_import_could_not_have_is_malformed_whatever_failed_continue_says(
    between: Between, friends: list[str], detail: str
):
    answer = PAGE_SAMPLES["Allow Import"] | {"friendUserIDs": friends}
    others = {"failedContinue": True}
    async with BusinessServer(answer) as business, between(business, others=others) as relayed:
        outcome = await relayed.openim.replay(questions()[0])
    assert isinstance(outcome, Refuses)
    assert outcome.code == 90007
    assert detail in outcome.detail


def test_the_samples_stand_on_the_page_of_the_callback():
    page = Path("docs/callbacks/before-import-friends.md").read_text(encoding="utf-8")
    allow = re.sub(r"\s", "", json.dumps(PAGE_SAMPLES["Allow Import"]))
    assert allow in re.sub(r"\s", "", page)
