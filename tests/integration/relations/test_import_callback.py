"""The effect of the app's business server on an import: every row of the contract's tables, over real HTTP."""

import json

import pytest

from tests.integration.conftest import import_callbacks
from tests.support.behaviour import Answer, Drip, Endless, Half, HangUp, Raw, Silence, html, redirect

REJECT = {"actionCode": 0, "nextCode": 1, "errCode": 5001, "errMsg": "no", "errDlt": "not today"}

FAILURES = {
    "an empty answer": (Answer(b""), 90007),
    "no JSON": (html(), 90007),
    "an array": (Answer(b"[]"), 90007),
    "a field of the wrong type": (Answer(b'{"actionCode":[]}'), 90007),
    "another nextCode": ({"nextCode": 2}, 90007),
    "a list that is a text": ({"friendUserIDs": "bob"}, 90007),
    "a list with a number": ({"friendUserIDs": ["bob", 1]}, 90007),
    "its own failure": ({"actionCode": 1, "nextCode": 0}, 90007),
    "404": (html(404), 90004),
    "500": (Answer(b'{"actionCode":0}', 500), 90004),
    "a redirect to cloud metadata": (redirect("http://169.254.169.254/latest/meta-data"), 90004),
    "a closed connection": (HangUp(), 90004),
    "half an answer": (Half(), 90004),
    "silence": (Silence(), 90004),
    "a byte a second": (Drip(), 90004),
    "an answer without end": (Endless(), 90004),
    "no HTTP": (Raw(b"SSH-2.0-OpenSSH_9.2\r\n"), 90004),
}


@pytest.fixture
def database_url(sqlite_url):
    """Use one engine, because the answer of the business server is evaluated before the database is reached."""
    return sqlite_url


@pytest.fixture
async def people(asked):
    await asked.register("ann", "bob", "cy", "dee")
    return asked


async def test_the_business_server_is_sent_exactly_what_the_page_documents(people, business):
    token = await people.token("imAdmin")
    body = {"ownerUserID": "ann", "friendUserIDs": ["bob", "cy"]}
    await people.raw("/friend/import_friend", body, token=token, headers={"operationID": "trace-7"})
    (request,) = [each for each in business.requests if "Before" in each.path]
    assert request.method == "POST"
    assert request.path == "/callbackExample/callbackBeforeImportFriendsCommand"
    assert request.query == {"contenttype": ["json"]}
    assert request.headers["content-type"].startswith("application/json")
    assert request.headers["operationid"] == "trace-7"
    assert request.headers["user-agent"].startswith("amity/")
    assert "webhook-signature" not in request.headers
    assert request.json == {
        "callbackCommand": "callbackBeforeImportFriendsCommand",
        "ownerUserID": "ann",
        "friendUserIDs": ["bob", "cy"],
    }


@pytest.mark.parametrize("allow", [{}, {"nextCode": "0"}, {"actionCode": None, "nextCode": 0}, {"errCode": 7}])
async def test_an_approval_imports_the_list_as_it_is(people, business, allow):
    business.reaction = allow
    assert (await people.import_friends("ann", ["bob"]))["data"]["imported"] == ["bob"]


async def test_the_pages_own_sample_replies_do_what_the_page_says(people, business):
    business.reaction = {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": "0"}
    assert (await people.import_friends("ann", ["bob"]))["errCode"] == 0
    business.reaction = {
        "actionCode": 1,
        "errCode": 5001,
        "errMsg": "User not allowed to import friends",
        "errDlt": "The user does not meet the criteria for importing friends",
        "nextCode": "1",
    }
    refused = await people.import_friends("ann", ["cy"])
    assert refused == {
        "errCode": 5001,
        "errMsg": "User not allowed to import friends",
        "errDlt": "The user does not meet the criteria for importing friends",
    }
    assert await people.friends("ann") == ["bob"]


@pytest.mark.parametrize("action", [0, 1, "1", None])
async def test_a_rejection_refuses_with_the_apps_own_words_whatever_the_action_code(people, business, action):
    business.reaction = {**REJECT, "actionCode": action}
    refused = await people.import_friends("ann", ["bob"])
    assert refused == {"errCode": 5001, "errMsg": "no", "errDlt": "not today"}
    assert await people.friends("ann") == []


@pytest.mark.parametrize("code", [0, None, "0"])
async def test_a_rejection_without_a_code_gets_one(people, business, code):
    business.reaction = {"nextCode": 1, "errCode": code}
    refused = await people.import_friends("ann", ["bob"])
    assert refused == {"errCode": 80000, "errMsg": "rejected by the app", "errDlt": ""}


async def test_a_replacement_is_what_is_imported(people, business):
    business.reaction = {"friendUserIDs": ["dee", "cy"]}
    assert (await people.import_friends("ann", ["bob"]))["data"]["imported"] == ["dee", "cy"]
    assert await people.friends("ann") == ["cy", "dee"]


def left_out(*users):
    return [{"userID": user, "errCode": 80000, "errMsg": "left out by the app"} for user in users]


async def test_the_answer_names_the_users_whom_the_business_server_left_out(people, business):
    business.reaction = {"friendUserIDs": ["cy"]}
    first = await people.import_friends("ann", ["bob", "cy", "dee"])
    assert first["data"] == {"imported": ["cy"], "existing": [], "skipped": left_out("bob", "dee")}
    business.reaction = {"friendUserIDs": ["dee", "cy"]}
    second = await people.import_friends("ann", ["bob", "cy"])
    assert second["data"] == {"imported": ["dee"], "existing": ["cy"], "skipped": left_out("bob")}


async def test_a_replacement_in_another_order_leaves_nobody_out(people, business):
    business.reaction = {"friendUserIDs": ["cy", "bob"]}
    envelope = await people.import_friends("ann", ["bob", "cy"])
    assert envelope["data"] == {"imported": ["cy", "bob"], "existing": [], "skipped": []}


async def test_a_partial_import_names_left_out_and_invalid_users(people, business):
    business.reaction = {"friendUserIDs": ["bob"]}
    envelope = await people.import_friends("ann", ["zoe", "bob", "cy"], partial=True)
    unknown = {"userID": "zoe", "errCode": 1004, "errMsg": "RecordNotFoundError"}
    assert envelope["data"] == {"imported": ["bob"], "existing": [], "skipped": [unknown, *left_out("cy")]}


async def test_a_call_repeated_under_its_key_names_again_the_users_whom_the_business_server_left_out(people, business):
    business.reaction = {"friendUserIDs": []}
    body = {"ownerUserID": "ann", "friendUserIDs": ["bob"]}
    token = await people.token("imAdmin")
    headers = {"operationID": "op", "Idempotency-Key": "k1"}
    first = await people.raw("/friend/import_friend", body, token=token, headers=headers)
    business.reaction = {}
    again = await people.raw("/friend/import_friend", body, token=token, headers=headers)
    assert first.json()["data"]["skipped"] == left_out("bob")
    assert again.json() == first.json()


async def test_an_empty_replacement_imports_nobody_and_succeeds(people, business):
    business.reaction = {"friendUserIDs": []}
    envelope = await people.import_friends("ann", ["bob"])
    assert envelope["errCode"] == 0
    assert envelope["data"] == {"imported": [], "existing": [], "skipped": left_out("bob")}
    assert await people.friends("ann") == []


async def test_a_null_replacement_leaves_the_list(people, business):
    business.reaction = {"friendUserIDs": None}
    assert (await people.import_friends("ann", ["bob"]))["data"]["imported"] == ["bob"]


@pytest.mark.parametrize("failed_continue", [True, False])
@pytest.mark.parametrize(
    "replacement",
    [["zoe"], ["ann"], ["bob", "bob"], [""], [f"f{n}" for n in range(1001)], ["\x00"]],
    ids=["unknown", "the owner", "repeated", "empty", "too many", "a NUL"],
)
async def test_a_replacement_that_is_not_valid_is_a_malformed_answer(
    start_server, business, replacement, failed_continue
):
    rest = await start_server(callbacks=import_callbacks(business, failedContinue=failed_continue))
    await rest.register("ann", "bob")
    business.reaction = {"friendUserIDs": replacement}
    refused = await rest.import_friends("ann", ["bob"])
    assert refused["errCode"] == 90007
    assert await rest.friends("ann") == []


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failed_callback_refuses_the_import_without_naming_the_server(start_server, business, failure):
    is_silent = failure in ("silence", "a byte a second")
    people = await start_server(callbacks=import_callbacks(business, timeout=0.3 if is_silent else 1))
    await people.register("ann", "bob")
    business.reaction, code = FAILURES[failure]
    refused = await people.import_friends("ann", ["bob"])
    assert refused["errCode"] == code
    for hidden in ("127.0.0.1", str(business.port), "callbackExample", "Traceback", ".py"):
        assert hidden not in json.dumps(refused)
    assert await people.friends("ann") == []
    if not is_silent:
        business.reaction = {}
        assert (await people.import_friends("ann", ["bob"]))["errCode"] == 0


@pytest.mark.parametrize("failure", ["404", "no JSON", "silence", "its own failure", "an answer without end"])
async def test_a_failed_callback_with_failed_continue_lets_the_import_through(start_server, business, failure):
    rest = await start_server(callbacks=import_callbacks(business, failedContinue=True, timeout=0.3))
    await rest.register("ann", "bob")
    business.reaction, _ = FAILURES[failure]
    assert (await rest.import_friends("ann", ["bob"]))["data"]["imported"] == ["bob"]
    log = await rest.data("/callback/log", {"verdict": "failed", "pagination": {"pageNumber": 1, "showNumber": 10}})
    assert "callbackBeforeImportFriendsCommand" in json.dumps(log)


async def test_a_business_server_that_is_down_refuses_the_import(start_server, unused_tcp_port):
    callbacks = {"url": f"http://127.0.0.1:{unused_tcp_port}", "beforeImportFriends": {"enable": True, "timeout": 1}}
    rest = await start_server(callbacks=callbacks)
    await rest.register("ann", "bob")
    refused = await rest.import_friends("ann", ["bob"])
    assert refused["errCode"] == 90004
    assert str(unused_tcp_port) not in refused["errDlt"]


async def test_the_business_server_is_asked_even_if_all_are_friends_already(people, business):
    await people.import_friends("ann", ["bob"])
    business.reaction = REJECT
    assert (await people.import_friends("ann", ["bob"]))["errCode"] == 5001


async def test_the_business_server_is_not_asked_about_imports_that_are_refused_anyway(people, business):
    for friends in (["zoe"], ["ann"], ["bob", "bob"], []):
        await people.import_friends("ann", friends)
    await people.import_friends("ann", ["bob"], user="cy")
    assert [each for each in business.requests if "ImportFriends" in each.path] == []


async def test_a_partial_import_asks_about_its_valid_users_and_they_may_be_replaced(people, business):
    business.reaction = {"friendUserIDs": ["dee"]}
    envelope = await people.import_friends("ann", ["bob", "zoe"], partial=True)
    (before,) = [each for each in business.requests if "Before" in each.path]
    assert before.json["friendUserIDs"] == ["bob"]
    assert envelope["data"]["imported"] == ["dee"]
    assert envelope["data"]["skipped"][0]["userID"] == "zoe"


async def test_the_after_event_names_the_pairs_that_were_created(people, business):
    await people.import_friends("ann", ["bob"])
    await people.import_friends("ann", ["bob", "cy"])
    await people.import_friends("ann", ["bob", "cy"])
    await people.import_friends("ann", ["dee"])
    requests = await business.wait_for(7)
    told = [each.json["friendUserIDs"] for each in requests if "After" in each.path]
    assert told == [["bob"], ["cy"], ["dee"]]
    after = next(each for each in requests if "After" in each.path)
    assert after.path == "/callbackExample/callbackAfterImportFriendsCommand"
    assert set(after.json) == {"callbackCommand", "ownerUserID", "friendUserIDs"}


async def test_a_signed_callback_verifies_with_each_of_two_secrets(start_server, business):
    import base64

    from amity.wire.webhooks import key_of, sign

    secrets = [
        "whsec_" + base64.b64encode(b"the old key of this very app").decode(),
        "whsec_" + base64.b64encode(b"the new key of this very app").decode(),
    ]
    rest = await start_server(callbacks={**import_callbacks(business), "secret": secrets})
    await rest.register("ann", "bob")
    await rest.import_friends("ann", ["bob"])
    for request in await business.wait_for(2):
        expected = [
            sign(key_of(secret), request.headers["webhook-id"], int(request.headers["webhook-timestamp"]), request.body)
            for secret in secrets
        ]
        assert request.headers["webhook-signature"].split(" ") == expected


async def test_an_import_waits_for_no_after_callback(people, business):
    business.reaction = lambda request: Silence() if "After" in request.path else {}
    for friend in ("bob", "cy", "dee"):
        assert (await people.import_friends("ann", [friend]))["errCode"] == 0
    assert await people.friends("ann") == ["bob", "cy", "dee"]
