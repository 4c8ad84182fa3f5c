"""Messages of groups: who may write, who gets them, with which numbers, once each."""

import asyncio

import pytest

from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Club, Connect, Person, Refusal, make_group

CHAT = "sg_club"


async def said(person: Person) -> tuple[str, MsgData]:
    """Return the next message that is pushed, of those that people have written."""
    while True:
        conversation, message = await person.pushed()
        if message.contentType < 1000:
            return conversation, message


async def code_of(sending: object) -> int:
    with pytest.raises(Refusal) as refused:
        await sending  # type: ignore[misc]
    return refused.value.code


async def test_a_message_reaches_all_members_and_the_senders_devices_with_its_number(club: Club, connect: Connect):
    other = await connect("ann", 5)
    answer = await club.ann.write("club", "hello")
    for person in (club.ann, other, club.bob, club.cid):
        conversation, received = await person.pushed()
        assert (conversation, received.seq, received.clientMsgID) == (CHAT, 2, "ann-hello")
        assert (received.serverMsgID, received.sendTime) == (answer.serverMsgID, answer.sendTime)
        assert (received.groupID, received.recvID, received.sessionType) == ("club", "", 3)


async def test_messages_of_many_senders_at_once_come_in_one_order_to_everybody(club: Club):
    people = (club.ann, club.bob, club.cid)
    await asyncio.gather(*[person.write("club", f"m{number}") for number in range(8) for person in people])
    came = [[(await person.pushed())[1] for _ in range(24)] for person in people]
    assert [message.seq for message in came[0]] == [*range(2, 26)]
    assert came[0] == came[1] == came[2]


async def test_members_pull_what_they_were_not_pushed(club: Club):
    await club.ann.write("club", "hello")
    assert await club.cid.max_seqs() == {CHAT: 2}
    assert [message.clientMsgID for message in (await club.cid.pull(CHAT, 1, 9)).Msgs][1:] == ["ann-hello"]
    assert [message.seq for message in (await club.cid.by_seqs(CHAT, 1, 2)).Msgs] == [1, 2]


async def test_a_repeat_gets_the_first_answer_and_is_pushed_to_the_asking_connection_alone(club: Club):
    first = await club.ann.write("club", "hello")
    assert await club.ann.write("club", "hello", createTime=5) == first
    await club.ann.write("club", "more")
    assert [(await club.ann.pushed())[1].seq for _ in range(3)] == [2, 2, 3]
    assert [(await club.bob.pushed())[1].seq for _ in range(2)] == [2, 3]


async def test_the_id_of_a_message_to_a_user_or_another_group_is_refused(club: Club):
    await make_group(club.rest, "other", "ann", "bob")
    await club.ann.write("club", "hello")
    assert await code_of(club.ann.write("other", "hello")) == 1001
    assert await code_of(club.ann.send("bob", "hello")) == 1001


async def test_the_sender_is_shown_as_the_group_knows_it(club: Club):
    named = {"groupID": "club", "userID": "bob", "nickname": "Bobby"}
    await club.rest.data("/group/set_group_member_info", {"members": [named]}, user="bob")
    await club.bob.write("club", "hello", senderNickname="Ann", senderFaceURL="forged", msgFrom=200)
    _, received = await said(club.ann)
    assert (received.senderNickname, received.senderFaceURL, received.msgFrom) == ("Bobby", "", 100)
    await club.cid.write("club", "hello")
    assert (await said(club.ann))[1].senderNickname == "cid"


async def test_strangers_write_nothing_and_read_nothing(club: Club, connect: Connect):
    await club.rest.register("eve")
    eve = await connect("eve")
    assert await code_of(eve.write("club", "hello")) == 1203
    assert await code_of(club.ann.write("nowhere", "hello")) == 1004
    assert await code_of(club.ann.write("", "hello")) == 1001
    assert await eve.max_seqs() == {}
    assert await eve.pull(CHAT, 1, 9) is None
    assert list((await eve.by_seqs(CHAT, 1)).Msgs) == []
    assert await eve.read_and_max(CHAT) == {CHAT: (0, 0)}


async def test_who_is_muted_cannot_write_but_the_owner_can(club: Club):
    await club.do("mute_group_member", userID="bob", mutedSeconds=60)
    assert await code_of(club.bob.write("club", "hello")) == 1402
    await club.do("cancel_mute_group_member", userID="bob")
    await club.bob.write("club", "hello")
    await club.do("mute_group")
    assert await code_of(club.bob.write("club", "again")) == 1403
    await club.ann.write("club", "again")
    admin = {"groupID": "club", "userID": "cid", "roleLevel": 60}
    await club.rest.data("/group/set_group_member_info", {"members": [admin]}, user="ann")
    await club.cid.write("club", "again")
    await club.do("mute_group_member", userID="cid", mutedSeconds=60)
    assert await code_of(club.cid.write("club", "more")) == 1402


async def test_nobody_writes_in_a_dismissed_group_but_who_was_there_reads_it(club: Club):
    await club.bob.write("club", "hello")
    await club.do("dismiss_group")
    assert await code_of(club.ann.write("club", "more")) == 1204
    sent = {"sendID": "imAdmin", "groupID": "club", "contentType": 101, "sessionType": 3, "content": {"content": "hi"}}
    assert (await club.rest.post("/msg/send_msg", sent))["errCode"] == 1204
    assert [message.seq for message in (await club.cid.pull(CHAT, 1, 9)).Msgs][:2] == [1, 2]


async def test_who_left_neither_writes_nor_reads_on(club: Club):
    await club.ann.write("club", "before")
    await club.do("quit_group", user="bob")
    assert await code_of(club.bob.write("club", "hello")) == 1203
    left = (await club.bob.max_seqs())[CHAT]
    await club.ann.write("club", "after")
    assert (await club.bob.max_seqs())[CHAT] == left
    assert [message.seq for message in (await club.bob.pull(CHAT, 1, 99)).Msgs] == [*range(1, left + 1)]
    assert [message.seq for message in (await club.bob.by_seqs(CHAT, 1, left + 1)).Msgs] == [1]
    assert (await club.bob.read_and_max(CHAT))[CHAT][1] == left
    assert (await said(club.bob))[1].clientMsgID == "ann-before"
    await club.ann.send("bob", "the end")
    assert (await said(club.bob))[1].clientMsgID == "ann-the end"


async def test_administrators_of_the_server_write_in_any_group_and_get_no_conversation(club: Club):
    sent = {"sendID": "imAdmin", "groupID": "club", "contentType": 101, "sessionType": 3, "content": {"content": "hi"}}
    await club.rest.data("/msg/send_msg", sent)
    conversation, received = await club.bob.pushed()
    assert (conversation, received.sendID, received.seq, received.msgFrom) == (CHAT, "imAdmin", 2, 200)
    own = await club.rest.data("/conversation/get_all_conversations", {"ownerUserID": "imAdmin"})
    assert own["conversations"] == []
    assert (await club.rest.post("/msg/send_msg", {**sent, "sendID": "ghost"}))["errCode"] == 1203
    assert (await club.rest.post("/msg/send_msg", {**sent, "groupID": "ghost"}))["errCode"] == 1004


async def test_a_notification_type_is_refused(club: Club):
    for content_type in (1000, 1511, 2101, 5000):
        assert await code_of(club.ann.write("club", "forged", contentType=content_type)) == 1001
    assert await club.bob.max_seqs() == {CHAT: 1}


async def test_typing_and_messages_for_who_is_online_are_pushed_and_not_stored(club: Club, connect: Connect):
    await club.ann.write("club", "typing", contentType=113)
    assert (await club.bob.pushed())[1].seq == 0
    await club.ann.write("club", "now", options={"history": False})
    assert (await club.cid.pushed())[1].clientMsgID == "ann-typing"
    assert (await club.cid.pushed())[1].clientMsgID == "ann-now"
    assert await club.bob.max_seqs() == {CHAT: 1}
    await club.do("quit_group", user="cid")
    assert await code_of(club.cid.write("club", "typing", contentType=113)) == 1203


async def test_a_message_brings_back_what_members_have_deleted(club: Club):
    deleted = {"ownerUserID": "bob", "conversationIDs": [CHAT]}
    await club.rest.data("/conversation/delete_conversations", deleted, user="bob")
    assert await club.bob.max_seqs() == {}
    before = await club.rest.data(
        "/conversation/get_incremental_conversations", {"userID": "bob", "versionID": "", "version": 0}, user="bob"
    )
    await club.ann.write("club", "hello")
    assert await club.bob.max_seqs() == {CHAT: 2}
    asked = {"userID": "bob", "versionID": before["versionID"], "version": before["version"]}
    after = await club.rest.data("/conversation/get_incremental_conversations", asked, user="bob")
    assert [each["conversationID"] for each in after["insert"] + after["update"]] == [CHAT]


async def test_who_left_and_deleted_the_conversation_does_not_get_it_back(club: Club):
    await club.do("quit_group", user="bob")
    deleted = {"ownerUserID": "bob", "conversationIDs": [CHAT]}
    await club.rest.data("/conversation/delete_conversations", deleted, user="bob")
    await club.ann.write("club", "hello")
    assert await club.bob.max_seqs() == {}


async def test_whoever_writes_has_read_what_was_there(club: Club, connect: Connect):
    await club.ann.write("club", "hello")
    await club.ann.write("club", "more")
    other = await connect("bob", 5)
    assert await club.bob.read_and_max(CHAT) == {CHAT: (0, 3)}
    await club.bob.write("club", "thanks")
    assert await club.bob.read_and_max(CHAT) == {CHAT: (4, 4)}
    assert await club.cid.read_and_max(CHAT) == {CHAT: (0, 4)}
    told = await other.notified_of(2200)
    assert (told["markAsReadUserID"], told["conversationID"], told["hasReadSeq"]) == ("bob", CHAT, 3)


async def test_a_newcomer_who_sees_no_history_reads_from_its_joining_on(club: Club, connect: Connect, start_server):
    await club.ann.write("club", "before")
    await club.rest.register("dan")
    await club.do("invite_user_to_group", invitedUserIDs=["dan"])
    dan = await connect("dan")
    seqs = [message.seq for message in (await dan.pull(CHAT, 1, 99)).Msgs]
    assert seqs == [1, 2, 3]  # all, as the settings say by default
    await dan.write("club", "hello")
    assert (await dan.pushed())[1].seq == 4
