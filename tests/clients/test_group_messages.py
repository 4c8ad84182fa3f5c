"""What OpenIM's released clients tell of the messages of a group, and of its conversation."""

import json

import pytest

from tests.clients.client import CallFailedError
from tests.clients.crew import RECEIVED, changed, clients, history, many, parsed, texts, write
from tests.clients.groups import ADMIN, joined, made, told
from tests.clients.test_message_events import IN_BACKGROUND

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEMBER_MUTED, GROUP_MUTED = 1402, 1403
NOT_IN_GROUP = 1203


async def heard(client, group, text, *names):
    """Return the message with this text once a client tells of it."""

    def these(data):
        return [each for each in many(data) if each.get("groupID") == group.group_id and texts([each]) == [text]]

    event = await client.event(*names or RECEIVED, where=lambda data: bool(these(data)), within=10)
    return these(event.data)[0]


@clients()
async def test_a_new_group_is_a_new_conversation_with_its_name(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer, client, groupName="Choir", faceURL="choir.png")
    conversation = await changed(client, group.chat, "OnNewConversation", "OnConversationChanged", showName="Choir")
    assert (conversation["conversationType"], conversation["groupID"]) == (3, group.group_id)
    assert conversation["faceURL"] == "choir.png"
    await client.event(*RECEIVED, where=lambda data: any(each["contentType"] == 1501 for each in many(data)))


@clients()
async def test_the_first_message_of_a_group_that_was_made_without_one_is_a_new_conversation(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer, client, tells=False)
    await told(client, "OnJoinedGroupAdded", group.group_id)
    await group.write("first")
    await changed(client, group.chat, "OnNewConversation")
    await heard(client, group, "first")


@clients()
async def test_a_message_of_a_group_is_told_and_counts_as_unread(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    await changed(client, group.chat, "OnNewConversation")
    await client.call("markConversationMessageAsRead", group.chat)
    await changed(client, group.chat, unreadCount=0)
    await group.write("first")
    await group.write("second", by=third)
    came = await heard(client, group, "second")
    assert (came["sendID"], came["sessionType"]) == (third.name, 3)
    conversation = await changed(client, group.chat, unreadCount=2)
    assert parsed(conversation["latestMsg"])["textElem"]["content"] == "second"
    assert await history(client, group.chat) == ["first", "second"]


@clients()
async def test_a_client_writes_to_a_group_and_all_members_hear_it(crew, kind):
    client, friend, other = await crew.device(kind), await crew.friend(), await crew.other(kind)
    group = await joined(client, await crew.peer(), friend)
    sent = await write(client, "", "hello all", groupID=group.group_id)
    for device in (friend, other):
        assert (await heard(device, group, "hello all"))["clientMsgID"] == sent["clientMsgID"]


@clients()
async def test_a_member_has_the_name_that_is_set_for_the_group(crew, kind):
    client, friend, peer = await crew.device(kind), await crew.friend(), await crew.peer()
    group = await joined(client, peer, friend)
    await group.set_member(friend, nickname="The conductor")
    await told(client, "OnGroupMemberInfoChanged", group.group_id, nickname="The conductor")
    await write(friend, "", "hello", groupID=group.group_id)
    assert (await heard(client, group, "hello"))["senderNickname"] == "The conductor"


@clients()
async def test_what_the_user_reads_on_another_device_is_read_when_the_client_logs_in(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    group = await joined(client, peer)
    await group.write("read elsewhere")
    await heard(other, group, "read elsewhere")
    await heard(client, group, "read elsewhere")
    await other.call("markConversationMessageAsRead", group.chat)
    client = await crew.again(kind)
    read = await client.call("getOneConversation", {"sourceID": group.group_id, "sessionType": 3})
    assert read["unreadCount"] == 0


@clients("read on another device")
async def test_what_the_user_reads_on_one_device_is_read_on_the_other(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    group = await joined(client, peer)
    await group.write("read elsewhere")
    for device in (client, other):
        await heard(device, group, "read elsewhere")
    await other.call("markConversationMessageAsRead", group.chat)
    await changed(client, group.chat, unreadCount=0)


@clients()
async def test_a_message_that_the_owner_takes_back_is_gone(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    sent = await group.write("regretted", by=third)
    seq = (await heard(client, group, "regretted"))["seq"]
    await peer.call("/msg/revoke_msg", conversationID=group.chat, seq=seq)
    event = await client.event(
        "OnNewRecvMessageRevoked", where=lambda data: sent["clientMsgID"] in json.dumps(data), within=10
    )
    revoked = parsed(event.data)
    assert (revoked["revokerID"], revoked["sourceMessageSendID"]) == (peer.name, third.name)
    assert await history(client, group.chat) == []


@clients()
async def test_a_client_takes_back_what_ordinary_members_wrote_in_a_group_that_it_manages(crew, kind):
    client, friend, peer = await crew.device(kind), await crew.friend(), await crew.peer()
    group = await joined(client, peer, friend)
    await group.set_member(client, roleLevel=ADMIN)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=client.name, roleLevel=ADMIN)
    sent = await write(friend, "", "regretted", groupID=group.group_id)
    await heard(client, group, "regretted")
    await client.call("revokeMessage", {"conversationID": group.chat, "clientMsgID": sent["clientMsgID"]})
    for device in (client, friend):
        event = await device.event(
            "OnNewRecvMessageRevoked",
            where=lambda data: sent["clientMsgID"] in json.dumps(data),
            within=10,
        )
        assert parsed(event.data)["revokerID"] == client.name


@clients("OnRecvOfflineNewMessage")
async def test_a_message_to_an_app_in_the_background_is_told_as_one_to_notify_of(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await client.call("setAppBackgroundStatus", True)
    await group.write("look here")
    await heard(client, group, "look here", *IN_BACKGROUND)
    await client.call("setAppBackgroundStatus", False)


@clients()
async def test_what_a_muted_member_writes_fails_in_the_client(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    muting = {"groupID": group.group_id, "userID": client.name, "mutedSeconds": 600}
    await peer.rest.data("/group/mute_group_member", muting, user=peer.name)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=client.name)
    with pytest.raises(CallFailedError) as refusal:
        await write(client, "", "refused", groupID=group.group_id)
    assert refusal.value.code == MEMBER_MUTED


@clients()
async def test_what_is_written_to_a_muted_group_fails_in_the_client(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.call("mute_group")
    with pytest.raises(CallFailedError) as refusal:
        await write(client, "", "refused", groupID=group.group_id)
    assert refusal.value.code == GROUP_MUTED


@clients("the history of a group that was left")
async def test_who_has_left_reads_what_was_written_before_and_nothing_after(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.write("before")
    await heard(client, group, "before")
    await group.kick(client)
    await told(client, "OnJoinedGroupDeleted", group.group_id)
    await group.write("after")
    client = await crew.again(kind)
    assert await history(client, group.chat) == ["before"]
    assert not [each for each in client.unasked(*RECEIVED) if "after" in json.dumps(each.data)]
