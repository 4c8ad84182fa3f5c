"""After-callbacks are stored before OpenIM's server is answered, and arrive at least once, in order per owner."""

import asyncio
import json
from typing import TypeVar

import pytest

from amity.wire.events.catalogue import BY_COMMAND, parse
from tests.integration.relay.conftest import Between, Relayed
from tests.support.behaviour import Answer, Silence
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.recorded_callbacks import is_after, recorded_requests, sent

T = TypeVar("T")
TOLD = [request for request in recorded_requests() if is_after(request.command)]
AFTER_IMPORT = "callbackAfterImportFriendsCommand"


def imported(owner: str, number: int) -> bytes:
    return sent({"callbackCommand": AFTER_IMPORT, "ownerUserID": owner, "friendUserIDs": [str(number)]})


async def given_up(relayed: Relayed, count: int) -> None:
    """Return when so many events are dead letters."""
    async with asyncio.timeout(10):
        while (await relayed.administrator.callback_statistics()).dead < count:  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.01)


async def test_every_recorded_after_callback_arrives_as_it_was_posted(between: Between):
    async with BusinessServer() as business, between(business) as relayed:
        for request in TOLD:
            await relayed.openim.replay(request)
        await relayed.openim.settle()
        assert (relayed.openim.posted, relayed.openim.failed, relayed.openim.dropped) == (len(TOLD), 0, 0)
        received = await business.wait_for(len(TOLD))
    posted = sorted((request.command, request.body) for request in TOLD)
    assert sorted((each.path.rpartition("/")[2], each.body) for each in received) == posted
    assert len({each.headers["webhook-id"] for each in received}) == len(TOLD)
    assert {each.headers["operationid"] for each in received} == {each.headers["Operationid"] for each in TOLD}


async def test_the_key_of_a_message_is_in_the_query_of_its_delivery(between: Between):
    (request,) = [each for each in TOLD if each.target.startswith("/callbackAfterSendSingleMsgCommand")][:1]
    async with BusinessServer() as business, between(business) as relayed:
        await relayed.openim.replay(request)
        (received,) = await business.wait_for(1)
    assert received.query["contenttype"] == ["json"]
    key = request.target.partition("?key=")[2].replace("%3D", "=")
    assert received.query["key"] == [key]


async def test_an_event_is_in_the_database_when_openim_is_answered(between: Between):
    async with BusinessServer(Answer({}, 503)) as business, between(business) as relayed:
        answer = await relayed.post(f"/{AFTER_IMPORT}", imported("ann", 1))
        assert answer.status_code == 200
        assert json.loads(answer.content) == {
            "actionCode": 0,
            "errCode": 0,
            "errMsg": "",
            "errDlt": "",
            "nextCode": 0,
        }
        (event,) = (await relayed.administrator.list_callbacks()).entries
    assert (event.callback_command, event.owner_user_id, event.operation_id) == (AFTER_IMPORT, "ann", "op")


async def test_an_event_is_tried_again_with_the_same_id(between: Between):
    async with BusinessServer() as business, between(business, callbacks={"retries": [0.01, 0.01]}) as relayed:
        business.then(Answer({}, 500), Answer({}, 404))
        await relayed.post(f"/{AFTER_IMPORT}", imported("ann", 1))
        received = await business.wait_for(3)
    assert len({each.headers["webhook-id"] for each in received}) == 1


async def test_an_event_that_never_arrives_is_a_dead_letter_which_a_replay_sends(between: Between):
    async with BusinessServer() as business, between(business, callbacks={"retries": []}) as relayed:
        business.then(Answer({}, 500))
        await relayed.post(f"/{AFTER_IMPORT}", imported("ann", 1))
        await business.wait_for(1)
        await given_up(relayed, 1)
        (dead,) = (await relayed.administrator.list_callbacks(state="dead")).entries
        await relayed.administrator.replay_callbacks(dead.event_id)
        first, second = await business.wait_for(2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == dead.event_id


async def test_the_events_of_an_owner_arrive_in_the_order_in_which_they_were_posted(between: Between):
    async with BusinessServer() as business, between(business, callbacks={"retries": [0.01] * 20}) as relayed:
        business.then(*[Answer({}, 200 if number % 5 else 503) for number in range(40)])

        async def post(owner: str) -> None:
            for number in range(25):
                await relayed.post(f"/{AFTER_IMPORT}", imported(owner, number))

        await asyncio.gather(*(post(f"u{number}") for number in range(8)))
        await business.wait_for(200 + 8)
    seen: dict[str, list[str]] = {}
    for received in business.requests:
        numbers = seen.setdefault(received.json["ownerUserID"], [])
        if received.json["friendUserIDs"][0] not in numbers:
            numbers.append(received.json["friendUserIDs"][0])
    assert seen == {f"u{number}": [str(each) for each in range(25)] for number in range(8)}


async def test_a_command_that_nobody_knows_is_delivered_too(between: Between):
    body = sent({"callbackCommand": "callbackAfterSomethingNewCommand", "userID": "ann", "more": {"a": [1, 2]}})
    async with BusinessServer() as business, between(business) as relayed:
        answer = await relayed.post("/callbackAfterSomethingNewCommand", body)
        assert answer.status_code == 200
        (received,) = await business.wait_for(1)
    assert received.path == "/callbackExample/callbackAfterSomethingNewCommand"
    assert received.body == body


async def test_the_commands_that_nobody_knows_share_a_label_in_the_metrics(between: Between):
    async with BusinessServer() as business, between(business) as relayed:
        for number in range(5):
            await relayed.post(f"/callbackAfterStrange{number}Command", sent({"userID": "ann"}))
        await business.wait_for(5)
        scraped = (await relayed.caller.request("GET", "/metrics")).content.decode()
    assert 'amity_deliveries_total{callback="others",result="delivered"}' in scraped
    assert "Strange" not in scraped


async def test_events_that_wait_for_a_command_that_nobody_knows_survive_a_restart(between: Between):
    body = sent({"callbackCommand": "callbackAfterSomethingNewCommand", "userID": "ann"})
    async with BusinessServer(Answer({}, 503)) as down, between(down) as relayed:
        await relayed.post("/callbackAfterSomethingNewCommand", body)
        await down.wait_for(1)
    async with BusinessServer() as business, between(business) as relayed:
        await relayed.administrator.replay_callbacks(everything=True)
        (received,) = await business.wait_for(1)
    assert received.body == body
    assert received.headers["webhook-id"] == down.requests[0].headers["webhook-id"]


async def test_events_that_hang_hold_up_no_question_to_the_same_host(between: Between):
    async with (
        BusinessServer(lambda request: Silence() if "After" in request.path else ALLOW) as business,
        between(business, others={"enable": True, "timeout": 14}) as relayed,
    ):
        for kind in range(5):
            events = [sent({"userID": f"u{kind}-{number}"}) for number in range(64)]
            await asyncio.gather(*(relayed.post(f"/callbackAfterHangs{kind}Command", each) for each in events))
        await business.wait_for(128)
        async with asyncio.timeout(2):
            answer = await relayed.post("/callbackBeforeAddFriendCommand", sent({"fromUserID": "ann"}))
        assert json.loads(answer.content)["nextCode"] == 0


@pytest.mark.parametrize("owner", ["a\x00b", "\x02", "ü" * 2000, ""], ids=ascii)
async def test_an_event_of_an_odd_owner_is_stored_and_delivered(between: Between, owner: str):
    body = json.dumps({"callbackCommand": AFTER_IMPORT, "ownerUserID": owner, "friendUserIDs": []}).encode()
    async with BusinessServer() as business, between(business) as relayed:
        async with asyncio.timeout(5):
            answer = await relayed.post(f"/{AFTER_IMPORT}", body)
        assert answer.status_code == 200
        assert (await business.wait_for(1))[0].body == body


async def test_a_callback_that_is_switched_off_here_is_answered_and_dropped(between: Between):
    off = {"afterImportFriends": {"enable": False}}
    async with BusinessServer() as business, between(business, callbacks=off) as relayed:
        answer = await relayed.post(f"/{AFTER_IMPORT}", imported("ann", 1))
        assert answer.status_code == 200
        assert (await relayed.administrator.callback_statistics()).pending == 0
        delivered = await relayed.post("/callbackAfterDeleteFriendCommand", imported("ann", 2))
        assert delivered.status_code == 200
        await business.wait_for(1)
    assert [each.path.rpartition("/")[2] for each in business.requests] == ["callbackAfterDeleteFriendCommand"]


@pytest.mark.parametrize("request_", TOLD, ids=lambda each: each.command)
def test_what_openim_posts_has_the_form_of_the_catalogue(request_):
    if request_.command in BY_COMMAND:
        assert parse(request_.command, request_.body).owner()
