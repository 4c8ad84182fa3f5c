"""What a business server is asked and told of messages, and what becomes of its answers."""

import asyncio
import json
from base64 import b64encode
from typing import Any

import pytest

from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Connect, Person, Refusal, Talk
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer, ReceivedRequest

CHAT = "si_ann_bob"
REFUSAL = {"nextCode": 1, "errCode": 5001, "errMsg": "NotAllowed", "errDlt": "the app says so"}
BEFORE = "callbackBeforeSendSingleMsgCommand"
MODIFY = "callbackBeforeMsgModifyCommand"
SENT = "callbackAfterSendSingleMsgCommand"
SAVED = "callbackAfterMsgSaveDBCommand"
READ = "callbackAfterSingleMsgReadCommand"
SETTINGS = {
    "before": "beforeSendSingleMsg",
    "modify": "beforeMsgModify",
    "sent": "afterSendSingleMsg",
    "saved": "afterMsgSaveDB",
    "read": "afterSingleMsgRead",
}


class Asked:
    """Starts a server with some of these callbacks on, and connects Ann and Bob to it."""

    def __init__(self, start_server: Any, business: BusinessServer) -> None:
        self._start = start_server
        self._business = business

    async def __call__(self, *names: str, **keys: Any) -> Talk:
        on = {SETTINGS.get(name, name): {"enable": True, "timeout": 5, **keys} for name in names}
        rest = await self._start(callbacks={"url": self._business.url, **on})
        await rest.register("ann", "bob", "cid")
        self.connect = Connect(rest, self._start.gateway_url, self._start._running)
        return Talk(await self.connect("ann"), await self.connect("bob"), rest)


@pytest.fixture
def asked(start_server: Any, business: BusinessServer) -> Asked:
    return Asked(start_server, business)


def commands(business: BusinessServer) -> list[str]:
    return [request.path.removeprefix("/") for request in business.requests]


def of(business: BusinessServer, command: str) -> list[ReceivedRequest]:
    return [request for request in business.requests if request.path == f"/{command}"]


async def stored(person: Person, conversation: str = CHAT) -> list[MsgData]:
    pulled = await person.pull(conversation, 1, 100)
    return [] if pulled is None else list(pulled.Msgs)


async def test_the_business_server_is_asked_with_the_fields_of_openim(asked, business):
    talk = await asked("before", "modify")
    sent = await talk.ann.send("bob", "hello", ex="e", atUserIDList=["bob"])
    (question,), (change,) = of(business, BEFORE), of(business, MODIFY)
    fields = {
        "sendID": "ann",
        "serverMsgID": sent.serverMsgID,
        "clientMsgID": "ann-hello",
        "operationID": question.headers["operationid"],
        "senderPlatformID": 1,
        "senderNickname": "ann",
        "sessionType": 1,
        "msgFrom": 100,
        "contentType": 101,
        "status": 2,
        "sendTime": sent.sendTime,
        "createTime": 1_700_000_000_000,
        "content": '{"content": "hello"}',
        "seq": 0,
        "atUserList": ["bob"],
        "faceURL": "",
        "ex": "e",
    }
    assert question.json == {"callbackCommand": BEFORE, **fields, "recvID": "bob"}
    assert change.json == {"callbackCommand": MODIFY, **fields}
    assert commands(business) == [BEFORE, MODIFY]


async def test_a_message_that_the_app_refuses_is_nowhere(asked, business):
    talk = await asked("before", "modify", "sent")
    business.then(REFUSAL)
    with pytest.raises(Refusal, match="5001 NotAllowed"):
        await talk.ann.send("bob", "hello")
    assert await talk.bob.max_seqs() == {}
    assert commands(business) == [BEFORE]
    await talk.ann.send("bob", "another")
    assert (await talk.bob.pushed())[1].clientMsgID == "ann-another"


async def test_an_administrator_is_refused_in_the_words_of_the_app(asked, business):
    talk = await asked("before")
    business.reaction = REFUSAL
    body = {"sendID": "imAdmin", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    refused = await talk.rest.post("/msg/send_msg", body)
    assert (refused["errCode"], refused["errMsg"], refused["errDlt"]) == (5001, "NotAllowed", "the app says so")


async def test_nobody_asks_about_what_may_not_be_sent_nor_about_typing(asked, business):
    talk = await asked("before", "modify", "sent")
    await talk.rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "ann", "ex": ""})
    with pytest.raises(Refusal, match="1302"):
        await talk.ann.send("bob", "hello")
    with pytest.raises(Refusal, match="1004"):
        await talk.ann.send("nobody", "hello")
    await talk.bob.send("ann", "typing", contentType=113)
    await talk.ann.pushed()
    assert business.requests == []


async def test_the_app_changes_a_message_and_both_see_what_it_made_of_it(asked, business):
    talk = await asked("modify")
    business.reaction = {
        "content": '{"content":"changed"}',
        "ex": "new",
        "senderNickname": "Somebody",
        "attachedInfo": "{}",
        "options": {"unreadCount": False},
        "offlinePushInfo": {"title": "t"},
        "atUserIDList": ["bob"],
        "senderPlatformID": None,
    }
    answer = await talk.ann.send("bob", "hello")
    _, received = await talk.bob.pushed()
    (found,) = await stored(talk.bob)
    for message in (received, found, answer.modify):
        assert json.loads(message.content) == {"content": "changed"}
        assert (message.ex, message.senderNickname, message.attachedInfo) == ("new", "Somebody", "{}")
        assert (message.offlinePushInfo.title, list(message.atUserIDList)) == ("t", ["bob"])
        assert (message.senderPlatformID, message.clientMsgID, message.recvID) == (1, "ann-hello", "bob")
        assert dict(message.options) == {"unreadCount": False}
    assert (answer.modify.seq, received.seq) == (0, 1)


async def test_an_administrator_learns_what_the_app_has_changed_and_no_more(asked, business):
    talk = await asked("modify")
    body = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    business.then({"contentType": 110, "content": '{"data":"x"}'}, {"ex": ""})
    answer = await talk.rest.data("/msg/send_msg", body)
    assert answer["modify"] == {"content": '{"data":"x"}', "contentType": 110}
    assert "modify" not in await talk.rest.data("/msg/send_msg", body)


async def test_the_app_makes_no_notice_of_an_account_of_an_administrators_message(asked, business):
    talk = await asked("modify")
    body = {"sendID": "imAdmin", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    business.then({"sessionType": 4, "contentType": 1400, "content": '{"text":"x"}'})
    assert (await talk.rest.post("/msg/send_msg", body))["errCode"] == 90007
    assert await talk.bob.max_seqs() == {}


async def test_a_message_that_is_left_as_it_is_has_no_changes(asked):
    talk = await asked("modify")
    assert not (await talk.ann.send("bob", "hello")).HasField("modify")


async def test_a_message_goes_to_whom_the_app_sends_it(asked, business):
    talk = await asked("modify", "sent")
    cid = await asked.connect("cid")
    business.then({"recvID": "cid"})
    answer = await talk.ann.send("bob", "hello", createTime=1)
    assert (await cid.pushed())[0] == "si_ann_cid"
    assert await talk.bob.max_seqs() == {}
    assert answer.modify.recvID == "cid"
    (told,) = of(business, SENT) or (await business.wait_for(2))[1:]
    assert (told.json["recvID"], told.json["seq"]) == ("cid", 1)
    again = await talk.ann.send("bob", "hello", createTime=1)
    assert again == answer
    with pytest.raises(Refusal, match="another conversation"):
        await talk.ann.send("ann", "hello", createTime=1)


@pytest.mark.parametrize(("receiver", "is_quiet"), [("bob", True), ("cid", False)])
async def test_who_wants_quiet_has_it_whatever_the_app_makes_of_a_message(asked, business, receiver, is_quiet):
    talk = await asked("modify")
    await asked.connect("cid")
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "bob", "globalRecvMsgOpt": 2})
    business.reaction = {"recvID": receiver, "options": {"offlinePush": True}}
    answer = await talk.ann.send("bob", "hello")
    assert answer.modify.options["offlinePush"] is not is_quiet


@pytest.mark.parametrize(
    "change",
    [
        {"recvID": "nobody"},
        {"recvID": ""},
        {"recvID": "c\0d"},
        {"recvID": "dan"},
        {"recvID": "eve"},
        {"content": "no json"},
        {"content": "[]"},
        {"content": json.dumps({"content": "x" * 50_000})},
        {"ex": "x" * 65_537},
        {"contentType": 1501},
        {"sessionType": 3},
        {"msgFrom": 7},
        {"status": 4},
        {"contentType": 50},
        {"contentType": -1},
        {"serverMsgID": "a\0b"},
        {"clientMsgID": ""},
        {"serverMsgID": ""},
        {"clientMsgID": "x" * 257},
        {"atUserIDList": ["x"] * 1001},
        {"options": {str(number): True for number in range(65)}},
        {"content": 5},
        {"options": {"unreadCount": 1}},
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_nobody_may_send_the_app_may_not_make_of_a_message(asked, business, change):
    talk = await asked("modify", "sent")
    await talk.rest.register("dan", "eve")
    await talk.rest.data("/friend/add_black", {"ownerUserID": "dan", "blackUserID": "ann", "ex": ""})
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "eve", "globalRecvMsgOpt": 1})
    business.reaction = change
    with pytest.raises(Refusal) as refused:
        await talk.ann.send("bob", "hello")
    assert refused.value.code == 90007
    assert await talk.bob.max_seqs() == await talk.ann.max_seqs() == {}
    assert commands(business) == [MODIFY]


async def test_a_change_that_does_not_fit_refuses_whatever_failed_continue_says(asked, business):
    talk = await asked("modify", failedContinue=True)
    business.reaction = {"recvID": "nobody"}
    with pytest.raises(Refusal, match="90007"):
        await talk.ann.send("bob", "hello")


@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.parametrize("name", ["before", "modify"])
async def test_where_the_business_server_fails_the_settings_decide(asked, business, name, goes_on):
    talk = await asked(name, failedContinue=goes_on)
    business.reaction = Answer(b"", 500)
    if goes_on:
        await talk.ann.send("bob", "hello")
        assert (await talk.bob.pushed())[1].seq == 1
    else:
        with pytest.raises(Refusal, match="90004"):
            await talk.ann.send("bob", "hello")
        assert await talk.bob.max_seqs() == {}


@pytest.mark.parametrize("refused", [False, True])
async def test_a_repeat_waits_for_the_decision_about_the_first(asked, business, refused):
    talk = await asked("before", "modify", "sent", timeout=60)
    again, other = await asked.connect("ann", 2), await asked.connect("ann", 5)
    let = asyncio.Event()
    business.then(Answer(REFUSAL if refused else {}, after=let))
    first = asyncio.create_task(talk.ann.send("bob", "hello"))
    await business.wait_for(1)
    second = asyncio.create_task(again.send("bob", "hello"))
    with pytest.raises(Refusal, match="another conversation"):
        await other.send("cid", "hello", clientMsgID="ann-hello")
    assert not second.done()
    let.set()
    answers = await asyncio.gather(first, second, return_exceptions=True)
    if refused:
        assert [each.code for each in answers if isinstance(each, Refusal)] == [5001, 5001]
        assert commands(business) == [BEFORE]
    else:
        assert answers[0] == answers[1]
        assert len(await stored(talk.bob)) == 1
        await business.wait_for(3)
        assert commands(business) == [BEFORE, MODIFY, SENT]


async def test_who_gives_up_waiting_and_sends_again_from_elsewhere_has_sent_once(asked, business):
    talk = await asked("before", "sent", timeout=60)
    again = await asked.connect("ann", 2)
    let = asyncio.Event()
    business.then(Answer({}, after=let))
    first = asyncio.create_task(talk.ann.send("bob", "hello"))
    await business.wait_for(1)
    first.cancel()
    await talk.ann.client.close()
    second = asyncio.create_task(again.send("bob", "hello"))
    await talk.bob.max_seqs()
    let.set()
    answer = await second
    assert [message.serverMsgID for message in await stored(talk.bob)] == [answer.serverMsgID]
    assert (await talk.bob.pushed())[1].serverMsgID == answer.serverMsgID
    await business.wait_for(2)
    assert commands(business) == [BEFORE, SENT]


async def test_a_repeat_of_what_is_stored_asks_nothing_and_has_the_first_answer(asked, business):
    talk = await asked("before", "modify")
    business.then({}, {"content": '{"content":"changed"}'})
    first = await talk.ann.send("bob", "hello", createTime=1)
    again = await talk.ann.send("bob", "hello", createTime=1)
    assert (again.serverMsgID, again.sendTime) == (first.serverMsgID, first.sendTime)
    assert again.modify.content == first.modify.content == b'{"content":"changed"}'
    assert len(business.requests) == 2


async def test_a_message_that_was_refused_may_be_sent_again(asked, business):
    talk = await asked("before")
    business.then(REFUSAL)
    with pytest.raises(Refusal):
        await talk.ann.send("bob", "hello")
    await talk.ann.send("bob", "hello")
    assert len(await stored(talk.bob)) == 1


async def test_the_business_server_is_told_of_each_message_in_the_order_of_numbers(asked, business):
    talk = await asked("sent", "saved")
    for number in range(5):
        await (talk.ann if number % 2 else talk.bob).send("bob" if number % 2 else "ann", f"{number}")
    await business.wait_for(10)
    assert [(request.path[1:], request.json["seq"]) for request in business.requests] == [
        (command, seq) for seq in range(1, 6) for command in (SENT, SAVED)
    ]
    message = (await stored(talk.ann))[0]
    told, saved = business.requests[:2]
    assert told.json["serverMsgID"] == saved.json["serverMsgID"] == message.serverMsgID
    assert set(saved.json) == set(told.json) | {"groupID"}
    key = b64encode(b'{"sendID":"bob","recvID":"ann","groupID":""}').decode()
    assert told.query == saved.query == {"contenttype": ["json"], "key": [key]}


async def test_what_is_not_stored_is_told_without_a_number(asked, business):
    talk = await asked("sent", "saved")
    body = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    await talk.rest.data("/msg/send_msg", {**body, "isOnlineOnly": True})
    await talk.ann.send("bob", "hello")
    await business.wait_for(3)
    assert [(request.path[1:], request.json["seq"]) for request in business.requests] == [
        (SENT, 0),
        (SENT, 1),
        (SAVED, 1),
    ]


async def test_many_messages_of_one_transaction_are_told_once_each(asked, business):
    talk = await asked("sent")
    phones = [await asked.connect("ann", platform) for platform in (2, 3, 5, 7, 8, 9)]

    async def write(index: int, phone: Person) -> None:
        for number in range(10):
            await phone.send("bob", f"{index}-{number}")

    await asyncio.gather(*(write(index, phone) for index, phone in enumerate(phones)))
    told = [request.json for request in await business.wait_for(60)]
    assert [each["seq"] for each in told] == list(range(1, 61))
    assert [each["clientMsgID"] for each in told] == [each.clientMsgID for each in await stored(talk.ann)]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"attentionIds": ["bob"]}, ["to-bob", "card"]),
        ({"attentionIds": ["ann"]}, ["to-bob", "to-cid", "card"]),
        ({"deniedTypes": ["105-110"]}, ["to-bob", "to-cid"]),
        ({"allowedTypes": [101], "attentionIds": ["cid"]}, ["to-cid"]),
    ],
)
async def test_the_settings_say_of_which_messages_the_app_hears(asked, business, keys, told):
    talk = await asked("before", "sent", **keys)
    await talk.ann.send("bob", "to-bob")
    await talk.ann.send("cid", "to-cid")
    await talk.ann.send("bob", "card", contentType=108)
    await business.wait_for(2 * len(told))
    for command in (BEFORE, SENT):
        heard = {request.json["clientMsgID"] for request in of(business, command)}
        assert heard == {f"ann-{each}" for each in told}


async def test_reading_is_told_with_the_numbers_that_were_read(asked, business):
    talk = await asked("read")
    for text in ("one", "two", "three"):
        await talk.ann.send("bob", text)
    read = {"conversationID": CHAT, "userID": "bob"}
    await talk.rest.data("/msg/mark_msgs_as_read", {**read, "seqs": [1, 2]}, user="bob")
    await talk.rest.data("/msg/mark_msgs_as_read", {**read, "seqs": [1, 2]}, user="bob")
    await talk.rest.data("/msg/mark_conversation_as_read", {**read, "hasReadSeq": 3}, user="bob")
    await business.wait_for(2)
    assert [request.json for request in business.requests] == [
        {"callbackCommand": READ, "conversationID": CHAT, "userID": "bob", "Seqs": seqs, "contentType": 1}
        for seqs in ([1, 2], [3])
    ]
