"""Messages of single chats: who gets them, with which numbers, once each."""

import asyncio
import json

import pytest

from amity.wire.proto.sdkws_pb2 import OfflinePushInfo
from tests.integration.messages.conftest import Connect, Refusal, Talk

CHAT = "si_ann_bob"


async def test_a_message_reaches_the_receiver_and_the_senders_devices_with_its_number(talk: Talk):
    answer = await talk.ann.send("bob", "hello")
    conversation, received = await talk.bob.pushed()
    assert conversation == CHAT
    assert (received.seq, received.status, received.isRead) == (1, 2, False)
    assert json.loads(received.content) == {"content": "hello"}
    assert (received.serverMsgID, received.clientMsgID) == (answer.serverMsgID, "ann-hello")
    assert received.sendTime == answer.sendTime
    assert await talk.ann.pushed() == (conversation, received)


async def test_numbers_go_on_in_both_directions(talk: Talk):
    for number in range(3):
        await talk.ann.send("bob", f"a{number}")
        await talk.bob.send("ann", f"b{number}")
    seqs = [(await talk.bob.pushed())[1].seq for _ in range(6)]
    assert seqs == [1, 2, 3, 4, 5, 6]
    assert await talk.ann.max_seqs() == await talk.bob.max_seqs() == {CHAT: 6}


async def test_a_repeat_gets_the_first_answer_and_is_not_pushed_to_the_receiver(talk: Talk):
    first = await talk.ann.send("bob", "hello")
    again = await talk.ann.send("bob", "hello", createTime=5, content=b'{"content":"other"}')
    assert again == first
    await talk.ann.send("bob", "more")
    assert [(await talk.bob.pushed())[1].seq for _ in range(2)] == [1, 2]


async def test_a_repeat_is_pushed_again_to_the_asking_connection_alone(talk: Talk, connect: Connect):
    other = await connect("ann", 5)
    first = await talk.ann.send("bob", "hello")
    assert await talk.ann.send("bob", "hello") == first
    await talk.ann.send("bob", "more")
    seqs = [(await talk.ann.pushed())[1].seq for _ in range(3)]
    assert seqs == [1, 1, 2]
    assert [(await other.pushed())[1].seq for _ in range(2)] == [1, 2]
    again = await talk.ann.by_seqs(CHAT, 1)
    assert again.Msgs[0].serverMsgID == first.serverMsgID


async def test_the_id_of_a_message_to_somebody_else_is_refused(talk: Talk):
    await talk.ann.send("bob", "hello")
    with pytest.raises(Refusal, match="1001 ArgsError: clientMsgID: ann-hello is that of a message of another"):
        await talk.ann.send("cid", "hello")


async def test_what_the_server_says_a_client_cannot_forge(talk: Talk):
    await talk.ann.send(
        "bob",
        "hello",
        seq=10**6,
        sendTime=1,
        status=4,
        isRead=True,
        serverMsgID="forged",
        msgFrom=200,
        senderNickname="Bob",
        senderFaceURL="forged",
        senderPlatformID=9,
        options={"isNotNotification": False, "isSendMsg": True, "offlinePush": False},
    )
    _, received = await talk.bob.pushed()
    assert (received.seq, received.status, received.isRead, received.msgFrom) == (1, 2, False, 100)
    assert (received.senderNickname, received.senderFaceURL, received.senderPlatformID) == ("ann", "", 1)
    assert received.sendTime > 1_000_000_000_000
    assert received.serverMsgID != "forged"
    assert dict(received.options) == {"offlinePush": False}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sendID": "bob"}, 1002),
        ({"sendID": ""}, 1002),
        ({"recvID": ""}, 1004),
        ({"recvID": "nobody"}, 1004),
        ({"recvID": "b\0b"}, 1001),
        ({"contentType": 1501}, 1001),
        ({"contentType": 2200}, 1001),
        ({"sessionType": 4}, 1001),
        ({"sessionType": 0}, 1001),
        ({"content": b""}, 1001),
        ({"content": b"x" * 49_153}, 1001),
        ({"ex": "x" * 65_537}, 1001),
        ({"clientMsgID": "x" * 257}, 1001),
        ({"atUserIDList": ["x"] * 1001}, 1001),
        ({"attachedInfo": "x" * 65_537}, 1001),
        ({"options": {str(number): True for number in range(65)}}, 1001),
        ({"atUserIDList": ["x" * 300] * 900}, 1001),
        ({"offlinePushInfo": OfflinePushInfo(title="x" * 270_000)}, 1001),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_may_not_be_sent_is_refused_and_leaves_nothing(talk: Talk, fields, code):
    sent = {"recvID": "bob", **fields}
    with pytest.raises(Refusal) as refused:
        await talk.ann.send(sent.pop("recvID"), "hello", **sent)
    assert refused.value.code == code
    assert await talk.bob.max_seqs() == {}


async def test_whom_the_receiver_has_blacklisted_cannot_write_but_an_administrator_can(talk: Talk):
    await talk.rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "ann", "ex": ""})
    with pytest.raises(Refusal) as refused:
        await talk.ann.send("bob", "hello")
    assert refused.value.code == 1302
    await talk.bob.send("ann", "but I can")
    sent = {"sendID": "imAdmin", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    await talk.rest.data("/msg/send_msg", sent)
    assert (await talk.bob.pushed())[0] == CHAT
    assert (await talk.bob.pushed())[0] == "si_bob_imAdmin"


@pytest.mark.parametrize("option", [1, 2])
async def test_who_receives_no_messages_gets_none_and_who_wants_quiet_no_offline_push(talk: Talk, option):
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "bob", "globalRecvMsgOpt": option})
    if option == 1:
        with pytest.raises(Refusal, match="message is not sent"):
            await talk.ann.send("bob", "hello")
    else:
        await talk.ann.send("bob", "hello")
        assert dict((await talk.bob.pushed())[1].options) == {"offlinePush": False}


async def test_typing_is_pushed_and_neither_stored_nor_numbered(talk: Talk):
    await talk.ann.send("bob", "typing", contentType=113)
    _, received = await talk.bob.pushed()
    assert (received.seq, received.contentType) == (0, 113)
    assert not received.options["history"]
    assert await talk.bob.max_seqs() == {}


async def test_a_note_to_oneself_is_one_conversation(talk: Talk):
    await talk.ann.send("ann", "note")
    assert (await talk.ann.pushed())[0] == "si_ann_ann"
    assert await talk.ann.max_seqs() == {"si_ann_ann": 1}


async def test_many_senders_at_once_get_numbers_without_a_gap(talk: Talk, connect: Connect):
    phones = [talk.ann, talk.bob, await connect("ann", 2), await connect("bob", 5)]

    async def write(index: int) -> None:
        phone = phones[index % 4]
        for number in range(10):
            await phone.send("bob" if phone.user == "ann" else "ann", f"{index}-{number}")

    await asyncio.gather(*(write(index) for index in range(8)))
    pulled = await talk.ann.pull(CHAT, 1, 1000)
    assert [message.seq for message in pulled.Msgs] == list(range(1, 81))
    assert len({message.clientMsgID for message in pulled.Msgs}) == 80
    seen = [(await phones[2].pushed())[1].seq for _ in range(80)]
    assert seen == list(range(1, 81))


async def test_an_administrator_sends_as_anybody(talk: Talk):
    body = {
        "sendID": "ann",
        "recvID": "bob",
        "senderNickname": "The shop",
        "senderPlatformID": 5,
        "contentType": 101,
        "sessionType": 1,
        "content": {"content": "hi", "more": [1, None]},
        "sendTime": 1_600_000_000_000,
        "offlinePushInfo": {"title": "t", "iOSBadgeCount": True},
        "ex": "e",
    }
    answer = await talk.rest.data("/msg/send_msg", body)
    _, received = await talk.bob.pushed()
    assert set(answer) == {"serverMsgID", "clientMsgID", "sendTime"}
    assert json.loads(received.content) == body["content"]
    assert (received.senderNickname, received.senderPlatformID, received.msgFrom) == ("The shop", 5, 200)
    assert (received.sendTime, received.offlinePushInfo.title, received.ex) == (1_600_000_000_000, "t", "e")


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"contentType": 1501}, "contentType: unsupported content type 1501"),
        ({"content": {"text": "x"}}, "content.content: is missing or empty"),
        ({"content": "hello"}, "content: is no JSON object"),
        ({"sendID": ""}, "sendID is empty"),
        ({"sendTime": -1}, "sendTime: is between 0 and a day from now, not -1"),
        ({"sendTime": 2**63 - 1}, f"sendTime: is between 0 and a day from now, not {2**63 - 1}"),
        ({"contentType": 106, "content": {"atUserList": "all"}}, "content.atUserList: is a list of at most 1000 users"),
    ],
)
async def test_what_an_administrator_sends_is_checked(talk: Talk, changed, detail):
    body = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    refused = await talk.rest.post("/msg/send_msg", body | changed)
    assert (refused["errCode"], refused["errDlt"]) == (1001, detail)


async def test_users_send_over_the_gateway_alone(talk: Talk):
    body = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    assert (await talk.rest.post("/msg/send_msg", body, user="ann"))["errCode"] == 1002


async def test_a_repeat_is_answered_as_the_first_also_by_who_is_welcome_no_more(talk: Talk):
    first = await talk.ann.send("bob", "hello", createTime=1)
    await talk.rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "ann"}, user="bob")
    again = await talk.ann.send("bob", "hello", createTime=1)
    assert again == first
    with pytest.raises(Refusal) as refused:
        await talk.ann.send("bob", "another")
    assert refused.value.code == 1302


async def test_a_repeat_that_is_not_to_be_stored_is_a_repeat(talk: Talk):
    first = await talk.ann.send("bob", "hello")
    assert await talk.ann.send("bob", "hello", options={"history": False}) == first
    with pytest.raises(Refusal, match="another conversation"):
        await talk.ann.send("cid", "other", clientMsgID="ann-hello", options={"history": False})


async def test_a_group_that_a_message_of_two_users_names_is_dropped(talk: Talk):
    await talk.ann.send("bob", "hello", groupID="g9")
    (message,) = (await talk.bob.pull("si_ann_bob", 1, 9)).Msgs
    assert message.groupID == ""


async def test_an_id_with_a_nul_is_refused(talk: Talk):
    with pytest.raises(Refusal, match=r"1001 .*clientMsgID: has a NUL in it"):
        await talk.ann.send("bob", "hello", clientMsgID="a\0bob")
