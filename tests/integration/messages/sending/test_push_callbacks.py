"""What a business server is asked before messages are pushed, and whose clients get them then."""

import asyncio

import pytest

from tests.integration.messages.conftest import Person
from tests.integration.messages.sending.test_callbacks import CHAT, REFUSAL, Asked, of, stored
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer

ONLINE = "callbackBeforeOnlinePushCommand"
OFFLINE = "callbackBeforeOfflinePushCommand"


@pytest.fixture
def asked(start_server, business) -> Asked:
    return Asked(start_server, business)


async def seqs_of(person: Person, count: int) -> list[int]:
    return [(await person.pushed())[1].seq for _ in range(count)]


async def nothing_was_pushed_before(person: Person, other: Person, business: BusinessServer) -> None:
    """Fail if this person was pushed anything before the message that the other sends now."""
    business.reaction = {}
    mark = await other.send(person.user, f"mark for {person.user}")
    assert (await person.pushed())[1].clientMsgID == mark.clientMsgID


async def test_the_question_before_a_push_has_the_fields_of_openim(asked, business):
    talk = await asked("beforeOnlinePush")
    await talk.ann.send("bob", "hello", atUserIDList=["bob"])
    await talk.bob.pushed()
    (question,) = of(business, ONLINE)
    assert question.json == {
        "callbackCommand": ONLINE,
        "operationID": question.headers["operationid"],
        "platformID": 1,
        "platform": "IOS",
        "userIDList": ["bob", "ann"],
        "clientMsgID": "ann-hello",
        "sendID": "ann",
        "groupID": "",
        "contentType": 101,
        "sessionType": 1,
        "atUserIDList": ["bob"],
        "content": '{"content": "hello"}',
    }


@pytest.mark.parametrize("answer", [REFUSAL, {"userIDList": []}, {"userIDList": ["cid"]}], ids=str)
async def test_whom_the_app_leaves_out_is_not_pushed_to_and_finds_the_message(asked, business, answer):
    talk = await asked("beforeOnlinePush")
    cid = await asked.connect("cid")
    business.reaction = answer
    await talk.ann.send("bob", "hello")
    await business.wait_for(1)
    assert [message.clientMsgID for message in await stored(talk.bob)] == ["ann-hello"]
    await nothing_was_pushed_before(talk.bob, talk.ann, business)
    await nothing_was_pushed_before(cid, talk.ann, business)


async def test_the_app_chooses_among_those_concerned(asked, business):
    talk = await asked("beforeOnlinePush")
    other = await asked.connect("ann", 2)
    business.then({"userIDList": ["bob"]})
    await talk.ann.send("bob", "hello")
    assert (await talk.bob.pushed())[1].clientMsgID == "ann-hello"
    await nothing_was_pushed_before(other, talk.bob, business)


async def test_messages_are_pushed_in_their_order_though_the_app_is_slow(asked, business):
    talk = await asked("beforeOnlinePush", timeout=60)
    let = asyncio.Event()
    business.then(Answer({}, after=let))
    for number in range(5):
        await talk.ann.send("bob", f"{number}")
    let.set()
    assert await seqs_of(talk.bob, 5) == [1, 2, 3, 4, 5]


async def test_one_chat_does_not_wait_for_another(asked, business):
    talk = await asked("beforeOnlinePush", timeout=60)
    cid = await asked.connect("cid")
    let = asyncio.Event()
    business.then(Answer({}, after=let))
    await talk.ann.send("bob", "slow")
    await business.wait_for(1)
    await talk.ann.send("cid", "fast")
    assert (await cid.pushed())[1].clientMsgID == "ann-fast"
    let.set()
    assert (await talk.bob.pushed())[1].clientMsgID == "ann-slow"


@pytest.mark.parametrize(("keys", "is_pushed"), [({}, True), ({"failedContinue": False}, False)])
async def test_a_push_that_cannot_be_asked_about_is_made_unless_the_settings_say_otherwise(
    asked, business, keys, is_pushed
):
    talk = await asked("beforeOnlinePush", **keys)
    business.then(Answer(b"", 500))
    await talk.ann.send("bob", "hello")
    await business.wait_for(1)
    if is_pushed:
        assert (await talk.bob.pushed())[1].clientMsgID == "ann-hello"
    else:
        await nothing_was_pushed_before(talk.bob, talk.ann, business)


async def test_typing_is_pushed_without_a_question(asked, business):
    talk = await asked("beforeOnlinePush", "beforeOfflinePush")
    await talk.ann.send("bob", "typing", contentType=113)
    await talk.bob.pushed()
    assert business.requests == []


async def test_the_app_is_asked_about_phones_that_are_not_connected(asked, business):
    talk = await asked("beforeOfflinePush")
    computer = await asked.connect("cid", 3)
    await talk.ann.send("bob", "to a phone")
    await talk.ann.send("cid", "to a computer", offlinePushInfo={"title": "t", "iOSBadgeCount": True})
    await computer.pushed()
    await business.wait_for(1)
    (question,) = of(business, OFFLINE)
    assert (question.json["userIDList"], question.json["clientMsgID"]) == (["cid"], "ann-to a computer")
    assert (question.json["title"], question.json["iOSBadgeCount"]) == ("t", True)
    assert "desc" not in question.json


@pytest.mark.parametrize("names", [["beforeOfflinePush"], ["beforeOnlinePush", "beforeOfflinePush"]])
async def test_clients_do_not_wait_for_what_is_asked_about_phones(asked, business, names):
    talk = await asked(*names, timeout=60)
    computer = await asked.connect("cid", 3)
    let = asyncio.Event()
    business.reaction = lambda request: Answer({}, after=let if request.path == f"/{OFFLINE}" else None)
    for number in range(4):
        await talk.ann.send("cid", f"{number}")
    assert await seqs_of(computer, 4) == [1, 2, 3, 4]
    assert len(of(business, OFFLINE)) <= 1
    let.set()
    while len(of(business, OFFLINE)) < 4:
        await business.wait_for(len(business.requests) + 1)
    assert [request.json["clientMsgID"] for request in of(business, OFFLINE)] == [f"ann-{each}" for each in range(4)]


async def test_nobody_is_asked_about_phones_of_who_wants_quiet(asked, business):
    talk = await asked("beforeOfflinePush")
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "cid", "globalRecvMsgOpt": 2})
    await talk.ann.send("cid", "quietly")
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "cid", "globalRecvMsgOpt": 0})
    await talk.ann.send("cid", "loudly")
    await business.wait_for(1)
    assert [request.json["clientMsgID"] for request in business.requests] == ["ann-loudly"]


async def test_a_refused_online_push_is_a_push_to_phones_all_the_same(asked, business):
    talk = await asked("beforeOnlinePush", "beforeOfflinePush")
    business.then(REFUSAL)
    await talk.ann.send("cid", "hello")
    await business.wait_for(2)
    assert sorted(request.path[1:] for request in business.requests) == [OFFLINE, ONLINE]
    assert CHAT not in await talk.bob.max_seqs()


async def test_what_is_revoked_while_the_app_is_asked_is_not_pushed_any_more(asked, business):
    talk = await asked("beforeOnlinePush")
    answered = asyncio.Event()
    business.then(Answer({}, after=answered))
    await talk.ann.send("bob", "SECRET")
    await business.wait_for(1)
    await talk.rest.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 1, "userID": "ann"}, user="ann")
    answered.set()
    await talk.ann.send("bob", "next")
    assert (await talk.bob.pushed())[1].clientMsgID == "ann-next"


async def test_phones_are_not_shown_what_is_revoked_while_the_app_is_asked(asked, business):
    talk = await asked("beforeOfflinePush", "afterOfflinePush")
    answered = asyncio.Event()
    business.then(Answer({}, after=answered))
    await talk.ann.send("cid", "SECRET")
    await business.wait_for(1)
    await talk.rest.data("/msg/revoke_msg", {"conversationID": "si_ann_cid", "seq": 1, "userID": "ann"}, user="ann")
    answered.set()
    sent = await talk.ann.send("cid", "next")
    await business.wait_for(3)
    told = of(business, "callbackAfterOfflinePushCommand")
    assert [each.json["clientMsgID"] for each in told] == [sent.clientMsgID]
