"""The before- and after-events of friend requests and blacklists."""

import asyncio
from collections import Counter

import pytest

from tests.integration.relations.conftest import PEOPLE, Relations
from tests.support.behaviour import Answer

BEFORE = {
    "ask": "callbackBeforeAddFriendCommand",
    "agree": "callbackBeforeAddFriendAgreeCommand",
    "block": "callbackBeforeAddBlackCommand",
}
AFTER = ("afterAddFriend", "afterAddFriendAgree", "afterAddBlack", "afterRemoveBlack")
REJECT = {"actionCode": 0, "nextCode": 1, "errCode": 5001, "errMsg": "no", "errDlt": "not today"}


class Thinks:
    """A business server that has received an event, and approves when it is released."""

    def __init__(self):
        self.begun, self.done = asyncio.Event(), asyncio.Event()

    async def respond(self, exchange):
        self.begun.set()
        await self.done.wait()
        return await Answer({}).respond(exchange)


def callbacks(business, **before):
    events = ("beforeAddFriend", "beforeAddFriendAgree", "beforeAddBlack")
    return {
        "url": business.url,
        **{event: {"enable": True, "timeout": 2, **before} for event in events},
        **{event: {"enable": True, "timeout": 2} for event in AFTER},
    }


@pytest.fixture
async def asked(start_server, business):
    """Start a server with all these callbacks enabled."""
    rest = await start_server(callbacks=callbacks(business))
    await rest.register(*PEOPLE)
    return Relations(rest)


async def do(relations, what):
    """Do an action of ann's that only the business server can refuse."""
    match what:
        case "ask":
            return await relations.apply("ann", "bob", reqMsg="hi", ex="x")
        case "agree":
            await relations.apply("bob", "ann")
            return await relations.agree("ann", "bob", handleMsg="ok")
        case _:
            return await relations.block("ann", "bob")


async def done(relations):
    return await relations.result("ann", "bob"), await relations.friends("ann"), await relations.blacks("ann")


def sent(business):
    return [each.json for each in business.requests]


def of(business, command):
    return [each for each in sent(business) if each["callbackCommand"] == command]


async def test_each_before_event_is_as_the_pages_document_it(asked, business):
    await do(asked, "ask")
    await do(asked, "block")
    await asked.apply("cy", "dee")
    await asked.agree("dee", "cy", handleMsg="ok")
    assert of(business, BEFORE["ask"])[0] == {
        "callbackCommand": "callbackBeforeAddFriendCommand",
        "fromUserID": "ann",
        "toUserID": "bob",
        "reqMsg": "hi",
        "ex": "x",
    }
    assert of(business, BEFORE["block"]) == [
        {"callbackCommand": "callbackBeforeAddBlackCommand", "ownerUserID": "ann", "blackUserID": "bob"}
    ]
    assert of(business, BEFORE["agree"]) == [
        {
            "callbackCommand": "callbackBeforeAddFriendAgreeCommand",
            "fromUserID": "cy",
            "blackUserID": "dee",
            "HandleResult": 1,
            "HandleMsg": "ok",
        }
    ]


@pytest.mark.parametrize("what", BEFORE)
async def test_a_rejection_refuses_with_the_apps_text_and_nothing_is_done_or_sent(asked, business, what):
    business.reaction = lambda request: REJECT if BEFORE[what] in request.path else {}
    assert await do(asked, what) == {"errCode": 5001, "errMsg": "no", "errDlt": "not today"}
    assert await done(asked) == (None, [], [])
    business.reaction = {}
    await asked.block("cy", "dee")
    requests = await business.wait_for(5 if what == "agree" else 3)
    told = {each.json["callbackCommand"] for each in requests if "After" in each.path}
    assert told == {"callbackAfterAddBlackCommand"} | ({"callbackAfterAddFriendCommand"} if what == "agree" else set())


@pytest.mark.parametrize("what", BEFORE)
async def test_a_failure_refuses_and_nothing_is_done(asked, business, what):
    business.reaction = lambda request: Answer(b"", 500) if BEFORE[what] in request.path else {}
    assert (await do(asked, what))["errCode"] == 90004
    assert await done(asked) == (None, [], [])


@pytest.mark.parametrize("what", BEFORE)
async def test_a_failure_with_failed_continue_lets_it_through(start_server, business, what):
    rest = await start_server(callbacks=callbacks(business, failedContinue=True))
    await rest.register(*PEOPLE)
    relations = Relations(rest)
    business.reaction = lambda request: Answer(b"", 500) if "Before" in request.path else {}
    assert (await do(relations, what))["errCode"] == 0
    assert await done(relations) != (None, [], [])


async def test_each_after_event_is_sent_once_with_exactly_what_happened(asked, business):
    await asked.apply("ann", "bob", reqMsg="hi", ex="x")
    await asked.refuse("bob", "ann")
    await asked.apply("ann", "bob", reqMsg="please")
    await asked.agree("bob", "ann", handleMsg="ok")
    await asked.block("ann", "cy")
    await asked.unblock("ann", "cy")
    await business.wait_for(9)
    told = [each for each in sent(business) if "After" in each["callbackCommand"]]
    in_order = sorted(told, key=lambda each: (each["callbackCommand"], each.get("reqMsg", "")))
    assert in_order == [
        {"callbackCommand": "callbackAfterAddBlackCommand", "ownerUserID": "ann", "blackUserID": "cy"},
        {
            "callbackCommand": "callbackAfterAddFriendAgreeCommand",
            "fromUserID": "ann",
            "blackUserID": "bob",
            "HandleResult": 1,
            "HandleMsg": "ok",
        },
        {"callbackCommand": "callbackAfterAddFriendCommand", "fromUserID": "ann", "toUserID": "bob", "reqMsg": "hi"},
        {
            "callbackCommand": "callbackAfterAddFriendCommand",
            "fromUserID": "ann",
            "toUserID": "bob",
            "reqMsg": "please",
        },
        {"callbackCommand": "callbackAfterRemoveBlackCommand", "ownerUserID": "ann", "blackUserID": "cy"},
    ]


async def test_the_after_events_of_requests_and_their_agreement_are_sent_in_order(asked, business):
    for _ in range(3):
        await asked.apply("ann", "bob")
        await asked.refuse("bob", "ann")
    await asked.apply("ann", "bob", reqMsg="last")
    await asked.agree("bob", "ann")
    await business.wait_for(4 + 1 + 4 + 1)
    told = [each for each in sent(business) if "After" in each["callbackCommand"]]
    assert [each.get("reqMsg") for each in told] == ["", "", "", "last", None]


async def test_operations_that_change_nothing_send_no_callback(asked, business):
    await asked.block("ann", "bob")
    await business.wait_for(2)
    await asked.block("ann", "bob")
    await asked.unblock("ann", "cy")
    await asked.apply("ann", "bob")
    await asked.apply("ann", "ann")
    await asked.agree("ann", "dee")
    await asked.imports("cy", "dee")
    await asked.apply("cy", "dee")
    await asked.unblock("ann", "bob")
    requests = await business.wait_for(3)
    assert [each.json["callbackCommand"] for each in requests] == [
        "callbackBeforeAddBlackCommand",
        "callbackAfterAddBlackCommand",
        "callbackAfterRemoveBlackCommand",
    ]


async def test_a_request_that_agrees_sends_the_callbacks_of_request_and_agreement(asked, business):
    await asked.apply("ann", "bob")
    await business.wait_for(2)
    await asked.apply("bob", "ann", reqMsg="me too")
    requests = await business.wait_for(6)
    found = Counter((each.json["callbackCommand"], each.json["fromUserID"]) for each in requests[2:])
    assert found == {
        ("callbackBeforeAddFriendCommand", "bob"): 1,
        ("callbackBeforeAddFriendAgreeCommand", "ann"): 1,
        ("callbackAfterAddFriendCommand", "bob"): 1,
        ("callbackAfterAddFriendAgreeCommand", "ann"): 1,
    }


async def test_a_request_whose_agreement_is_rejected_is_not_stored(asked, business):
    await asked.apply("ann", "bob")
    business.reaction = lambda request: REJECT if BEFORE["agree"] in request.path else {}
    assert (await asked.apply("bob", "ann"))["errCode"] == 5001
    assert (await asked.result("ann", "bob"), await asked.result("bob", "ann")) == (0, None)


async def test_the_agreement_is_asked_about_even_if_the_other_request_arrived_meanwhile(asked, business):
    """Bob's request arrives while the business server handles ann's."""
    thinks = Thinks()
    business.then(thinks)
    anns = asyncio.create_task(asked.apply("ann", "bob"))
    await thinks.begun.wait()
    await asked.apply("bob", "ann")
    thinks.done.set()
    assert (await anns)["errCode"] == 0
    assert await asked.friends("ann") == ["bob"]
    assert [each["fromUserID"] for each in of(business, BEFORE["agree"])] == ["bob"]
    assert len(of(business, BEFORE["ask"])) == 2


async def test_a_block_during_the_callback_refuses_the_request_even_if_approved(asked, business):
    thinks = Thinks()
    business.then(thinks)
    anns = asyncio.create_task(asked.apply("ann", "bob"))
    await thinks.begun.wait()
    await asked.block("bob", "ann")
    thinks.done.set()
    assert (await anns)["errCode"] == 1302
    assert await asked.result("ann", "bob") is None
