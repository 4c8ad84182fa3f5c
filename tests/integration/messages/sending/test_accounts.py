"""What notification accounts tell users: a conversation that the receiver alone has."""

import json

import pytest

from tests.integration.messages.conftest import Talk
from tests.support.rest import Rest

CONVERSATION = "sn_bob_shop"
NEWS = {"notificationName": "News", "notificationType": 1, "text": "hello", "mixType": 0}
PAGE = {"pageNumber": 1, "showNumber": 10}


@pytest.fixture(autouse=True)
async def shop(rest: Rest) -> None:
    account = {"userID": "shop", "nickName": "Shop", "faceURL": "", "appMangerLevel": 3}
    await rest.data("/user/add_notification_account", account)


def notice(**fields: object) -> dict[str, object]:
    message = {"sendID": "shop", "recvID": "bob", "contentType": 1400, "sessionType": 1, "content": NEWS}
    return message | fields


async def test_a_notice_comes_in_the_account_s_conversation_with_a_number(talk: Talk):
    sent = await talk.rest.data("/msg/send_msg", notice())
    conversation, message = await talk.bob.pushed()
    assert conversation == CONVERSATION
    assert (message.sessionType, message.contentType, message.seq, message.msgFrom) == (4, 1400, 1, 200)
    assert json.loads(json.loads(message.content)["detail"]) == NEWS
    assert message.serverMsgID == sent["serverMsgID"]


async def test_the_receiver_alone_has_the_conversation(talk: Talk):
    await talk.rest.data("/msg/send_msg", notice())
    owned = {"userID": "bob", "pagination": PAGE}
    (row,) = (await talk.rest.data("/conversation/get_owner_conversation", owned))["conversations"]
    assert (row["conversationID"], row["conversationType"], row["userID"]) == (CONVERSATION, 4, "shop")
    assert (await talk.rest.data("/conversation/get_owner_conversation", owned | {"userID": "shop"}))["total"] == 0
    assert await talk.bob.max_seqs() == {CONVERSATION: 1}
    ids = await talk.rest.data("/conversation/get_full_conversation_ids", {"userID": "bob", "idHash": 0})
    assert ids["conversationIDs"] == [CONVERSATION]


@pytest.mark.parametrize("asked", [CONVERSATION, "sn_shop_bob"])
async def test_a_notice_is_pulled_by_either_order_of_the_ids(talk: Talk, asked):
    await talk.rest.data("/msg/send_msg", notice())
    pulled = await talk.bob.pull(asked, 1, 9)
    assert [message.seq for message in pulled.Msgs] == [1]
    assert [message.seq for message in (await talk.bob.by_seqs(asked, 1)).Msgs] == [1]
    assert await talk.bob.read_and_max(asked) == {asked: (0, 1)}
    assert await talk.ann.pull(asked, 1, 9) is None


async def test_reading_notices_is_told_to_the_reader_s_devices_without_numbers(talk: Talk):
    for _ in range(2):
        await talk.rest.data("/msg/send_msg", notice())
        await talk.bob.pushed()
    marked = {"conversationID": CONVERSATION, "userID": "bob", "hasReadSeq": 2}
    await talk.rest.data("/msg/mark_conversation_as_read", marked)
    assert await talk.bob.read_and_max(CONVERSATION) == {CONVERSATION: (2, 2)}
    detail = await talk.bob.notified_of(2200)
    assert (detail["conversationID"], detail["seqs"], detail["hasReadSeq"]) == (CONVERSATION, [], 2)


async def test_the_overviews_show_the_account_s_newest_notice(talk: Talk):
    await talk.rest.data("/msg/send_msg", notice())
    listed = await talk.rest.data("/conversation/get_sorted_conversation_list", {"userID": "bob", "pagination": PAGE})
    (entry,) = listed["conversationElems"]
    assert (entry["conversationID"], entry["unreadCount"]) == (CONVERSATION, 1)
    assert entry["msgInfo"]["senderName"] == "Shop"
    active = await talk.rest.data("/jssdk/get_active_conversations", {"ownerUserID": "bob", "count": 9}, user="bob")
    (shown,) = active["conversations"]
    assert (shown["conversation"]["conversationType"], shown["user"]["userID"]) == (4, "shop")


async def test_an_account_that_also_chats_has_two_conversations_with_the_user(talk: Talk):
    await talk.rest.data("/msg/send_msg", notice())
    chat = {"contentType": 101, "content": {"content": "hi"}}
    await talk.rest.data("/msg/send_msg", notice(**chat))
    assert await talk.bob.max_seqs() == {CONVERSATION: 1, "si_bob_shop": 1}


@pytest.mark.parametrize("option", [1, 2])
async def test_who_wants_no_messages_gets_notices_without_offline_push(talk: Talk, option):
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "bob", "globalRecvMsgOpt": option})
    await talk.rest.data("/msg/send_msg", notice())
    assert dict((await talk.bob.pushed())[1].options) == {"offlinePush": False}


async def test_blacklisting_an_account_does_not_stop_its_notices(talk: Talk):
    await talk.rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "shop", "ex": ""})
    await talk.rest.data("/msg/send_msg", notice())
    assert (await talk.bob.pushed())[0] == CONVERSATION


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"sendID": "ann"}, 1002, "sendID: notification messages cannot be sent for this ID: ann"),
        ({"sendID": "ghost"}, 1101, "sendID: user not found: ghost"),
        ({"recvID": "ghost"}, 1004, "recvID: user not found: ghost"),
        ({"recvID": ""}, 1001, "recvID is empty"),
        ({"content": NEWS | {"text": ""}}, 1001, "content.text: is missing or empty"),
        ({"content": NEWS | {"notificationName": ""}}, 1001, "content.notificationName: is missing or empty"),
        ({"content": NEWS | {"notificationType": "1"}}, 1001, "content.notificationType: is a whole number from"),
        ({"content": NEWS | {"notificationType": 2**31}}, 1001, "content.notificationType: is a whole number from"),
        ({"content": NEWS | {"mixType": 6}}, 1001, "content.mixType: is a whole number from 0 to 5"),
        ({"contentType": 101, "sessionType": 4, "content": {"content": "x"}}, 1001, "sessionType: 4 and contentType"),
    ],
)
async def test_what_an_account_may_not_tell_is_refused_and_leaves_nothing(talk: Talk, fields, code, text):
    refused = await talk.rest.post("/msg/send_msg", notice(**fields))
    assert (refused["errCode"], refused["errDlt"][: len(text)]) == (code, text)
    assert await talk.bob.max_seqs() == {}


async def settings(talk: Talk, **given: object) -> dict[str, object]:
    conversation = {"conversationID": CONVERSATION, "conversationType": 4, "userID": "shop", **given}
    return await talk.rest.post(
        "/conversation/set_conversations", {"userIDs": ["bob"], "conversation": conversation}, user="bob"
    )


async def test_the_receiver_sets_the_conversation_once_it_is_there(talk: Talk):
    assert (await settings(talk, isPinned=True))["errCode"] == 1004
    await talk.rest.data("/msg/send_msg", notice())
    assert (await settings(talk, isPinned=True, recvMsgOpt=2, ex="e"))["errCode"] == 0
    assert (await talk.bob.notified_of(1300))["conversationIDList"] == [CONVERSATION]
    row = await talk.rest.data("/conversation/get_conversation", {"ownerUserID": "bob", "conversationID": CONVERSATION})
    found = row["conversation"]
    assert (found["isPinned"], found["recvMsgOpt"], found["ex"], found["conversationType"]) == (True, 2, "e", 4)


@pytest.mark.parametrize("given", [{"isPrivateChat": True}, {"conversationID": "si_bob_shop"}, {"conversationType": 1}])
async def test_what_a_notification_account_s_conversation_cannot_be_is_refused(talk: Talk, given):
    await talk.rest.data("/msg/send_msg", notice())
    assert (await settings(talk, ex="e", **given))["errCode"] == 1001


async def test_the_receiver_deletes_a_notice_for_itself_and_an_administrator_revokes_one(talk: Talk):
    for _ in range(3):
        await talk.rest.data("/msg/send_msg", notice())
    deleted = {"conversationID": CONVERSATION, "seqs": [1], "userID": "bob"}
    await talk.rest.data("/msg/delete_msgs", deleted, user="bob")
    assert (await talk.bob.notified_of(2102))["seqs"] == [1]
    assert await talk.bob.read_and_max(CONVERSATION) == {CONVERSATION: (1, 3)}
    revoked = {"conversationID": CONVERSATION, "seq": 2, "userID": "bob"}
    assert (await talk.rest.post("/msg/revoke_msg", revoked, user="bob"))["errCode"] == 1002
    await talk.rest.data("/msg/revoke_msg", revoked)
    told = await talk.bob.notified_of(2101)
    assert (told["seq"], told["sesstionType"], told["conversationID"]) == (2, 4, CONVERSATION)
    pulled = (await talk.bob.pull(CONVERSATION, 1, 9)).Msgs
    assert [(each.status, each.contentType) for each in pulled] == [(4, 1400), (2, 2101), (2, 1400)]


async def test_a_conversation_of_an_account_is_cleared_and_emptied(talk: Talk):
    for _ in range(2):
        await talk.rest.data("/msg/send_msg", notice())
    await talk.rest.data("/msg/delete_msg_phsical_by_seq", {"conversationID": CONVERSATION, "seqs": [1]})
    assert await talk.bob.read_and_max(CONVERSATION) == {CONVERSATION: (1, 2)}
    await talk.rest.data(
        "/msg/clear_conversation_msg", {"userID": "bob", "conversationIDs": [CONVERSATION]}, user="bob"
    )
    assert await talk.bob.pull(CONVERSATION, 1, 9) is None
    assert await talk.bob.read_and_max(CONVERSATION) == {CONVERSATION: (2, 2)}
