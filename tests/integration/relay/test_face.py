"""Where OpenIM's server may post, what it is told, and what else the relay's port serves."""

import asyncio
import json
from unittest.mock import ANY

import pytest

from amity.relay.commands import MOST_UNKNOWN
from tests.integration.relay.conftest import SECRET, Between
from tests.support.behaviour import Silence
from tests.support.business_server import BusinessServer
from tests.support.openim_answers import GoesOn, Refuses, read_answer
from tests.support.recorded_callbacks import sent

BEFORE_IMPORT = "callbackBeforeImportFriendsCommand"
IMPORT = {"callbackCommand": BEFORE_IMPORT, "ownerUserID": "ann", "friendUserIDs": ["bob"]}
KEY = "a-key-of-the-tests-0123456789"


@pytest.mark.parametrize(
    "path",
    [
        f"/{BEFORE_IMPORT}",
        f"/{BEFORE_IMPORT}?contenttype=json",
        f"/callbackExample/{BEFORE_IMPORT}",
        f"/a/path/of/any/length/{BEFORE_IMPORT}?contenttype=json",
        f"/?command={BEFORE_IMPORT}&contenttype=json",
        f"/callbackExample?command={BEFORE_IMPORT}",
        f"/callbackExample/?contenttype=json&command={BEFORE_IMPORT}",
        f"/callbackExample?callbackCommand={BEFORE_IMPORT}",
    ],
)
async def test_a_callback_is_found_wherever_openim_posts_it(between: Between, sqlite_url: str, path: str):
    async with BusinessServer() as business, between(business) as relayed:
        answer = await relayed.post(path, sent(IMPORT))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    (received,) = business.requests
    assert (received.path, received.query_string) == (f"/callbackExample/{BEFORE_IMPORT}", "contenttype=json")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


async def test_without_the_key_nothing_is_passed_on(between: Between):
    async with BusinessServer() as business, between(business, relay={"key": KEY}) as relayed:
        for path in (
            f"/{BEFORE_IMPORT}",
            f"/x/{BEFORE_IMPORT}",
            f"/x/{KEY}/{BEFORE_IMPORT}",
            f"/{KEY}x/{BEFORE_IMPORT}",
        ):
            refused = await relayed.post(path, sent(IMPORT))
            assert refused.status_code == 404
            # OpenIM's server looks at the body alone, and would take another error for an approval.
            assert json.loads(refused.content)["nextCode"] == 1
            assert json.loads(refused.content)["errCode"] == 1002
        for path in (f"/{KEY}/{BEFORE_IMPORT}", f"/{KEY}/more/{BEFORE_IMPORT}", f"/{KEY}?command={BEFORE_IMPORT}"):
            assert (await relayed.post(path, sent(IMPORT))).status_code == 200, path
    assert len(business.requests) == 3


async def test_a_callback_without_the_key_is_counted_and_named_in_the_log(between: Between, caplog):
    async with BusinessServer() as business, between(business, relay={"key": KEY}) as relayed:
        await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))
        scraped = (await relayed.caller.request("GET", "/metrics")).content.decode()
    assert f'amity_relayed_total{{callback="{BEFORE_IMPORT}",result="refused"}}' in scraped
    assert f"{BEFORE_IMPORT} was refused: the path of the URL has not the relay's key" in caplog.text


async def test_an_address_is_named_to_whoever_looks_at_it(between: Between):
    async with BusinessServer() as business, between(business, relay={"key": KEY}) as relayed:
        seen = await relayed.caller.request("GET", f"/{KEY}/{BEFORE_IMPORT}")
        unseen = await relayed.caller.request("GET", f"/{BEFORE_IMPORT}")
    assert seen.status_code == 405
    # OpenIM's server follows a redirect of a proxy with GET, and would take other words for an approval.
    assert read_answer(BEFORE_IMPORT, IMPORT, seen.status_code, seen.content) == Refuses(1001, "ArgsError", ANY)
    assert json.loads(seen.content)["relay"] == "amity"
    assert json.loads(seen.content)["callback"] == BEFORE_IMPORT
    assert unseen.status_code == 404
    assert business.requests == []


@pytest.mark.parametrize(
    "path",
    [
        f"/{KEY}",
        f"/{KEY}/callbackBeforeImportFriends",
        f"/{KEY}?a=b/{BEFORE_IMPORT}?contenttype=json",  # the url in webhooks.yml has a query
        f"/{KEY}?command=/{BEFORE_IMPORT}",
        "/",
    ],
)
async def test_a_url_that_names_no_callback_is_refused_in_words_that_openim_obeys(between: Between, path: str):
    async with BusinessServer() as business, between(business, relay={"key": KEY}) as relayed:
        refused = await relayed.post(path, sent(IMPORT))
        assert refused.status_code == 404
        assert read_answer(BEFORE_IMPORT, IMPORT, 404, refused.content) == Refuses(1001, "ArgsError", ANY)
        # The paths of the operations are as they were.
        assert (await relayed.post("/auth/get_admin_token/", b"{}")).status_code == 307
    assert business.requests == []


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_a_web_page_cannot_post_a_callback(between: Between, header: dict[str, str]):
    async with BusinessServer() as business, between(business) as relayed:
        for command in (BEFORE_IMPORT, "callbackAfterImportFriendsCommand"):
            refused = await relayed.post(f"/{command}", sent(IMPORT), **header)
            assert refused.status_code == 403
    assert business.requests == []


async def test_refusals_of_strangers_do_not_fill_the_log(between: Between, caplog: pytest.LogCaptureFixture):
    async with BusinessServer() as business, between(business, relay={"key": KEY}) as relayed:
        for _ in range(5):
            await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))
            await relayed.post("/nothing", sent(IMPORT))
    assert sum("was refused" in record.getMessage() for record in caplog.records) == 2


async def test_a_relay_whose_settings_lead_back_to_it_asks_and_tells_itself_once(between: Between):
    async with BusinessServer() as business, between(business) as relayed:
        assert (await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))).status_code == 200
        agent = business.requests[0].headers["user-agent"]
        for command in (BEFORE_IMPORT, "callbackAfterImportFriendsCommand"):
            refused = await relayed.post(f"/{command}", sent(IMPORT), **{"User-Agent": agent})
            assert refused.status_code == 508
            assert json.loads(refused.content)["nextCode"] == 1
    assert len(business.requests) == 1


@pytest.mark.parametrize("body", [b"", b"hello", b"[]", b"1", b'{"a": "\xff"}', b"{", b"[" * 100_000])
async def test_what_is_no_json_object_is_refused_and_not_passed_on(between: Between, body: bytes):
    async with BusinessServer() as business, between(business) as relayed:
        question = await relayed.post(f"/{BEFORE_IMPORT}", body)
        event = await relayed.post("/callbackAfterImportFriendsCommand", body)
    assert json.loads(question.content)["nextCode"] == 1
    assert json.loads(question.content)["errCode"] == 90007
    assert event.status_code == 400
    assert business.requests == []


async def test_a_body_that_is_too_long_is_refused(between: Between):
    async with BusinessServer() as business, between(business, relay={"maxBodyBytes": 1024}) as relayed:
        answer = await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT | {"more": "x" * 1024}))
    assert answer.status_code == 503
    assert json.loads(answer.content)["nextCode"] == 1
    assert business.requests == []


@pytest.mark.parametrize("command", ["callbackBeforeSomethingNewCommand", "callbackBeforeUserRegisterCommand"])
async def test_a_body_of_millions_of_values_holds_up_nobody(between: Between, command: str):
    body = b'{"userID": "ann", "users": [' + b"[]," * 2_500_000 + b"[]]}"
    async with BusinessServer() as business, between(business) as relayed:
        assert (await relayed.post(f"/{command}", body)).status_code == 200  # each turn of the loop is watched
    assert business.requests[0].body == body


async def test_a_body_of_another_form_is_passed_on_and_its_answer_judged_all_the_same(between: Between):
    other = {"callbackCommand": BEFORE_IMPORT, "owner": {"id": "ann"}, "friends": 2}
    answer = {"nextCode": "1", "errCode": "7", "errMsg": "no"}
    async with BusinessServer(answer) as business, between(business) as relayed:
        assert await relayed.openim.ask(BEFORE_IMPORT, other) == Refuses(7, "no", "")
    assert business.requests[0].body == sent(other)


@pytest.mark.parametrize(
    ("command", "other", "answer"),
    [
        (BEFORE_IMPORT, IMPORT | {"friendUserIDs": {"ids": ["bob"]}}, {"friendUserIDs": []}),
        ("callbackBeforeSetFriendRemarkCommand", {"ownerUserID": 1}, {"remark": ""}),
        ("callbackBeforeUpdateUserInfoCommand", {"userID": 1}, {"nickName": ""}),
        ("callbackBeforeUserRegisterCommand", {"users": {}}, {"users": []}),
    ],
)
async def test_what_openim_cannot_do_is_refused_whatever_the_form_of_its_request(
    between: Between, command: str, other: dict[str, object], answer: dict[str, object]
):
    async with BusinessServer({"nextCode": 0} | answer) as business, between(business) as relayed:
        assert await relayed.openim.ask(command, other) == Refuses(80000, "rejected by the app", ANY)


async def test_a_replacement_that_only_openim_reads_does_not_pass(between: Between):
    other = IMPORT | {"friendUserIDs": {"ids": ["bob"]}}
    async with BusinessServer({"FriendUserIDs": ["ann"]}) as business, between(business) as relayed:
        assert await relayed.openim.ask(BEFORE_IMPORT, other) == GoesOn({})


async def test_a_callback_that_is_off_is_allowed_without_asking(between: Between):
    off = {"beforeImportFriends": {"enable": False}}
    async with BusinessServer() as business, between(business, callbacks=off) as relayed:
        answer = await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))
    assert json.loads(answer.content) == {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": 0}
    assert business.requests == []


async def test_openim_is_answered_before_it_stops_waiting(between: Between):
    async with BusinessServer(Silence()) as business, between(business, relay={"maxWait": 0.5}) as relayed:
        relayed.openim.timeout = 0.5
        outcome = await relayed.openim.ask(BEFORE_IMPORT, IMPORT)
    assert outcome == Refuses(90004, "NetworkError", "the app's callback did not answer in time")


async def test_the_administrators_operations_are_on_the_same_port_and_need_a_token(between: Between):
    async with BusinessServer() as business, between(business) as relayed:
        answer = await relayed.post("/callback/list", b"{}")
        assert json.loads(answer.content)["errCode"] == 1001  # no token
        token = await relayed.post("/auth/get_admin_token", json.dumps({"secret": "x", "userID": "imAdmin"}).encode())
        assert json.loads(token.content)["errCode"] == 1002
        good = await relayed.post("/auth/get_admin_token", json.dumps({"secret": SECRET, "userID": "imAdmin"}).encode())
        assert json.loads(good.content)["errCode"] == 0
        assert (await relayed.caller.request("GET", "/readyz")).status_code == 200
    assert business.requests == []


async def test_too_many_commands_that_nobody_knows_are_refused_and_the_known_ones_still_served(between: Between):
    async with BusinessServer() as business, between(business) as relayed:
        for number in range(MOST_UNKNOWN):
            assert (await relayed.post(f"/callbackBefore{number}Command", b"{}")).status_code == 200
        refused = await relayed.post("/callbackBeforeOneMoreCommand", b"{}")
        assert json.loads(refused.content)["nextCode"] == 1
        assert (await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))).status_code == 200
    assert len(business.requests) == MOST_UNKNOWN + 1


async def test_the_metrics_count_what_became_of_callbacks(between: Between):
    async with BusinessServer() as business, between(business) as relayed:
        await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))
        await relayed.post("/callbackAfterImportFriendsCommand", sent(IMPORT))
        scraped = (await relayed.caller.request("GET", "/metrics")).content.decode()
        await business.wait_for(2)
    assert f'amity_relayed_total{{callback="{BEFORE_IMPORT}",result="asked"}}' in scraped
    assert 'amity_relayed_total{callback="callbackAfterImportFriendsCommand",result="stored"}' in scraped


async def test_a_stop_answers_what_has_arrived(between: Between):
    held = asyncio.Event()
    async with BusinessServer() as business:
        async with between(business) as relayed:
            posts = [
                asyncio.ensure_future(relayed.post("/callbackAfterImportFriendsCommand", sent(IMPORT)))
                for _ in range(20)
            ]
            await business.wait_for(1)
            held.set()
        answers = await asyncio.gather(*posts, return_exceptions=True)
    assert all(getattr(answer, "status_code", 200) == 200 for answer in answers)
