"""What a business server is asked and told of messages of groups, and whose clients and phones get them."""

from typing import Any

import pytest

from amity.wire.events.messages import key_of
from tests.integration.messages.conftest import Club, Connect, Refusal, make_group
from tests.integration.messages.sending.test_callbacks import REFUSAL, commands, of
from tests.support.business_server import BusinessServer

CHAT = "sg_club"
BEFORE = "callbackBeforeSendGroupMsgCommand"
MODIFY = "callbackBeforeMsgModifyCommand"
SENT = "callbackAfterSendGroupMsgCommand"
SAVED = "callbackAfterMsgSaveDBCommand"
READ = "callbackAfterGroupMsgReadCommand"
ONLINE = "callbackBeforeGroupOnlinePushCommand"
OFFLINE = "callbackBeforeOfflinePushCommand"
PUSH = "callbackAfterOfflinePushCommand"


class Asked:
    """Starts a server with some of these callbacks on, and connects Ann, Bob and Cid, whose group is there."""

    def __init__(self, start_server: Any, business: BusinessServer) -> None:
        self._start = start_server
        self._business = business

    async def __call__(self, *names: str, **keys: Any) -> Club:
        on = {name: {"enable": True, "timeout": 5, **keys} for name in names}
        rest = await self._start(callbacks={"url": self._business.url, **on})
        await rest.register("ann", "bob", "cid")
        await make_group(rest, "club", "ann", "bob", "cid")
        self.connect = Connect(rest, self._start.gateway_url, self._start._running)
        return Club(await self.connect("ann"), await self.connect("bob"), await self.connect("cid"), rest)


@pytest.fixture
def asked(start_server: Any, business: BusinessServer) -> Asked:
    return Asked(start_server, business)


async def test_the_business_server_is_asked_and_told_with_the_fields_of_openim(asked, business):
    club = await asked("beforeSendGroupMsg", "beforeMsgModify", "afterSendGroupMsg", "afterMsgSaveDB")
    sent = await club.ann.write("club", "hello", ex="e")
    await business.wait_for(4)
    assert commands(business)[:2] == [BEFORE, MODIFY]
    (question,), (told,), (saved,) = of(business, BEFORE), of(business, SENT), of(business, SAVED)
    fields = {
        "sendID": "ann",
        "serverMsgID": sent.serverMsgID,
        "clientMsgID": "ann-hello",
        "operationID": question.headers["operationid"],
        "senderPlatformID": 1,
        "senderNickname": "ann",
        "sessionType": 3,
        "msgFrom": 100,
        "contentType": 101,
        "status": 2,
        "sendTime": sent.sendTime,
        "createTime": 1_700_000_000_000,
        "content": '{"content": "hello"}',
        "seq": 0,
        "atUserList": None,
        "faceURL": "",
        "ex": "e",
        "groupID": "club",
    }
    assert question.json == {"callbackCommand": BEFORE, **fields}
    assert told.json == {"callbackCommand": SENT, **fields, "seq": 2}
    assert saved.json == {"callbackCommand": SAVED, **fields, "seq": 2, "recvID": ""}
    assert key_of("ann", "", "club") in told.query_string


async def test_a_message_that_is_refused_is_not_there(asked, business):
    club = await asked("beforeSendGroupMsg")
    business.reaction = REFUSAL
    with pytest.raises(Refusal) as refused:
        await club.ann.write("club", "hello")
    assert refused.value.code == 5001
    assert await club.bob.max_seqs() == {CHAT: 1}


async def test_who_may_not_write_is_not_asked_about(asked, business):
    club = await asked("beforeSendGroupMsg", "beforeMsgModify", "beforeSendSingleMsg")
    await club.do("mute_group")
    with pytest.raises(Refusal):
        await club.bob.write("club", "hello")
    assert business.requests == []


async def test_a_message_may_be_changed_and_sent_to_another_group(asked, business):
    club = await asked("beforeMsgModify")
    await make_group(club.rest, "other", "ann", "bob")
    business.reaction = {"content": '{"content":"better"}', "groupID": "other"}
    first = await club.ann.write("club", "hello")
    assert first.modify.groupID == "other"
    (message,) = (await club.bob.pull("sg_other", 2, 9)).Msgs
    assert (message.groupID, message.content) == ("other", b'{"content":"better"}')
    assert await club.ann.write("club", "hello") == first
    assert (await club.bob.max_seqs())[CHAT] == 1
    business.reaction = {"groupID": "nowhere"}
    with pytest.raises(Refusal) as refused:
        await club.ann.write("club", "more")
    assert refused.value.code == 90007


async def test_the_filters_go_by_the_group_and_by_the_type(asked, business):
    club = await asked("afterSendGroupMsg", attentionIds=["club"], deniedTypes=["102"])
    await make_group(club.rest, "other", "ann", "bob")
    await club.ann.write("other", "not this")
    await club.ann.write("club", "nor this", contentType=102)
    await club.ann.write("club", "but this")
    await business.wait_for(1)
    assert [request.json["clientMsgID"] for request in business.requests] == ["ann-but this"]


async def test_who_reads_is_told_with_how_many_are_left(asked, business):
    club = await asked("afterGroupMsgRead")
    for number in range(3):
        await club.ann.write("club", f"m{number}")
    body = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": 2}
    await club.rest.data("/msg/mark_conversation_as_read", body, user="bob")
    await business.wait_for(1)
    assert business.requests[0].json == {
        "callbackCommand": READ,
        "sendID": "bob",
        "receiveID": "club",
        "unreadMsgNum": 2,
        "contentType": 3,
    }


async def test_the_app_chooses_among_the_members_who_are_pushed_to(asked, business):
    club = await asked("beforeGroupOnlinePush")
    await club.rest.register("eve")
    eve = await asked.connect("eve")
    business.then({"userIDList": ["bob", "eve"]})
    await club.ann.write("club", "hello")
    assert (await club.bob.pushed())[1].clientMsgID == "ann-hello"
    await club.ann.write("club", "more")
    assert (await club.cid.pushed())[1].clientMsgID == "ann-more"
    assert eve.client.pushes.empty()
    question = of(business, ONLINE)[0].json
    assert (question["groupID"], question["seq"], "userIDList" in question) == ("club", 2, False)


async def test_a_refused_push_is_not_made_and_the_message_is_there(asked, business):
    club = await asked("beforeGroupOnlinePush")
    business.then(REFUSAL)
    await club.ann.write("club", "hello")
    await club.ann.write("club", "more")
    assert (await club.bob.pushed())[1].clientMsgID == "ann-more"
    assert await club.bob.max_seqs() == {CHAT: 3}


async def test_phones_of_members_who_are_away_are_pushed_to_unless_they_want_quiet(asked, business):
    club = await asked("afterOfflinePush")
    await club.rest.register("dan", "eve", "fay")
    await club.do("invite_user_to_group", invitedUserIDs=["dan", "eve", "fay"])
    quiet = {"conversationID": CHAT, "conversationType": 3, "groupID": "club", "recvMsgOpt": 2}
    await club.rest.data("/conversation/set_conversations", {"userIDs": ["eve"], "conversation": quiet})
    await asked.connect("fay", 5)  # a web page is no phone
    await club.ann.write("club", "hello")
    await business.wait_for(1)
    (push,) = of(business, PUSH)
    assert sorted(each["userID"] for each in push.json["receivers"]) == ["dan", "fay"]
    assert (push.json["groupID"], push.json["conversationID"], push.json["seq"]) == ("club", CHAT, 3)
    await club.ann.write("club", "quiet", options={"offlinePush": False})
    await club.ann.write("club", "typing", contentType=113)
    await club.ann.write("club", "more")
    await business.wait_for(2)
    assert [request.json["clientMsgID"] for request in of(business, PUSH)] == ["ann-hello", "ann-more"]


async def test_the_app_is_asked_about_phones_and_the_provider_told_what_it_leaves(asked, business):
    club = await asked("beforeOfflinePush", "afterOfflinePush", attentionIds=["club"])
    await club.rest.register("dan", "eve")
    await club.do("invite_user_to_group", invitedUserIDs=["dan", "eve"])
    business.then({"userIDList": ["eve"]})
    await club.ann.write("club", "hello")
    await business.wait_for(2)
    assert sorted(of(business, OFFLINE)[0].json["userIDList"]) == ["dan", "eve"]
    assert [each["userID"] for each in of(business, PUSH)[0].json["receivers"]] == ["eve"]
