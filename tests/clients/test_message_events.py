"""What OpenIM's released clients tell of the messages that reach them."""

import json

import pytest

from tests.clients.client import CallFailedError
from tests.clients.crew import (
    changed,
    chat_with,
    clients,
    history,
    many,
    parsed,
    received,
    silent,
    write,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

BLACKED = 1302
IN_BACKGROUND = ("OnRecvOfflineNewMessage", "OnRecvOfflineNewMessages", "onRecvOfflineNewMessages")
"""Cores tell of one message or of several, and the packages of some write the name with a small letter."""


@clients()
async def test_the_first_message_of_a_user_is_a_new_conversation(crew, kind):
    client, peer = await crew.meet(kind)
    await peer.write(client, "first")
    shown = await changed(client, peer.chat(client), "OnNewConversation")
    assert (shown["userID"], shown["showName"]) == (peer.name, peer.name)
    await received(client, peer.name, "first")
    assert (await chat_with(client, peer.name))["unreadCount"] == 1


@clients()
async def test_the_next_message_of_a_user_changes_the_conversation(crew, kind):
    client, peer = await crew.meet(kind)
    await peer.write(client, "first")
    await received(client, peer.name, "first")
    await peer.write(client, "second")
    shown = await changed(client, peer.chat(client), unreadCount=2)
    assert parsed(shown["latestMsg"])["textElem"]["content"] == "second"


@clients()
async def test_a_message_that_the_server_refuses_fails_in_the_client(crew, kind):
    client, peer = await crew.meet(kind)
    await peer.call("/friend/add_black", ownerUserID=peer.name, blackUserID=client.name)
    with pytest.raises(CallFailedError) as refusal:
        await write(client, peer.name, "refused")
    assert refusal.value.code == BLACKED


@clients()
async def test_what_a_user_writes_on_another_device_is_told_and_counts_as_read(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    sent = await write(other, peer.name, "from my other device")
    assert (await received(client, peer.name, "from my other device"))["clientMsgID"] == sent["clientMsgID"]
    assert (await chat_with(client, peer.name))["unreadCount"] == 0


@clients()
async def test_a_message_adds_to_the_sum_of_what_is_unread_and_reading_takes_it_away(crew, kind):
    client, peer = await crew.meet(kind)
    chat = peer.chat(client)
    await peer.write(client, "first")  # The JavaScript client does not count the first message of a conversation.
    await received(client, peer.name, "first")
    await client.call("markConversationMessageAsRead", chat)
    await changed(client, chat, unreadCount=0)
    before = parsed(await client.call("getTotalUnreadMsgCount"))
    await peer.write(client, "second")
    await received(client, peer.name, "second")
    await client.event("OnTotalUnreadMessageCountChanged", where=lambda data: parsed(data) == before + 1)
    await client.call("markConversationMessageAsRead", chat)
    await client.event("OnTotalUnreadMessageCountChanged", where=lambda data: parsed(data) == before)


@clients()
async def test_a_message_that_its_sender_revokes_is_gone(crew, kind):
    client, peer = await crew.meet(kind)
    sent = await peer.write(client, "regretted")
    seq = (await received(client, peer.name, "regretted"))["seq"]
    await peer.call("/msg/revoke_msg", conversationID=peer.chat(client), seq=seq)
    event = await client.event("OnNewRecvMessageRevoked", where=lambda data: sent["clientMsgID"] in json.dumps(data))
    assert parsed(event.data)["revokerID"] == peer.name
    assert await history(client, peer.chat(client)) == []


@clients()
async def test_a_message_that_one_device_revokes_is_gone_on_the_other(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    sent = await write(other, peer.name, "regretted")
    await received(client, peer.name, "regretted")
    await other.call("revokeMessage", {"conversationID": peer.chat(client), "clientMsgID": sent["clientMsgID"]})
    event = await client.event("OnNewRecvMessageRevoked", where=lambda data: sent["clientMsgID"] in json.dumps(data))
    assert parsed(event.data)["revokerID"] == client.name


@clients()
async def test_what_a_client_revokes_is_gone_for_who_received_it(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    text = f"regretted by {client.name}"
    sent = await write(client, friend.name, text)
    chat = (await received(friend, client.name, text), await chat_with(friend, client.name))[1]["conversationID"]
    await client.call("revokeMessage", {"conversationID": chat, "clientMsgID": sent["clientMsgID"]})
    event = await friend.event("OnNewRecvMessageRevoked", where=lambda data: sent["clientMsgID"] in json.dumps(data))
    assert parsed(event.data)["revokerID"] == client.name
    assert text not in await history(friend, chat)


async def delete(client, peer, text):
    """Have the user delete a message of the peer on all its devices. Return the message."""
    await peer.write(client, "kept")
    await received(client, peer.name, "kept")
    await peer.write(client, text)
    message = await received(client, peer.name, text)
    deletion = {"conversationID": peer.chat(client), "seqs": [message["seq"]], "userID": client.name}
    await peer.rest.data("/msg/delete_msgs", deletion | {"deleteSyncOpt": {"IsSyncSelf": True}})
    return message


@clients("OnMsgDeleted")
async def test_a_message_that_the_user_deletes_elsewhere_is_told_as_deleted(crew, kind):
    client, peer = await crew.meet(kind)
    message = await delete(client, peer, "deleted")
    names = ("OnMsgDeleted", "UnUsedEvent")  # The older package for Electron calls the core's event so.
    await client.event(*names, where=lambda data: message["clientMsgID"] in json.dumps(data))
    assert await history(client, peer.chat(client)) == ["kept"]


@silent("OnMsgDeleted")
async def test_a_message_that_the_user_deleted_elsewhere_is_not_there_for_who_logs_in_anew(crew, kind):
    client, peer = await crew.meet(kind)
    await delete(client, peer, "deleted")
    client = await crew.again(kind)
    assert await history(client, peer.chat(client)) == ["kept"]


@clients()
async def test_who_wrote_is_told_that_its_message_was_read(crew, kind):
    client, peer = await crew.meet(kind)
    sent = await write(client, peer.name, "read me")
    await peer.call("/msg/mark_conversation_as_read", conversationID=peer.chat(client), hasReadSeq=1, seqs=[1])
    event = await client.event("OnRecvC2CReadReceipt", where=lambda data: sent["clientMsgID"] in json.dumps(data))
    [receipt] = many(event.data)
    assert (receipt["userID"], receipt["msgIDList"]) == (peer.name, [sent["clientMsgID"]])


@silent("read on another device")
async def test_what_a_user_read_on_one_device_is_read_on_the_other_once_it_logs_in(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    await peer.write(client, "read elsewhere")
    await received(other, peer.name, "read elsewhere")
    await other.call("markConversationMessageAsRead", peer.chat(client))
    client = await crew.again(kind)
    assert (await chat_with(client, peer.name))["unreadCount"] == 0


@clients("read on another device")
async def test_what_a_user_reads_on_one_device_is_read_on_the_other(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    await peer.write(client, "read elsewhere")
    for device in (client, other):
        await received(device, peer.name, "read elsewhere")
    await other.call("markConversationMessageAsRead", peer.chat(client))
    await changed(client, peer.chat(client), unreadCount=0)


@clients("OnRecvOnlineOnlyMessage")
async def test_a_message_for_who_is_online_is_told_and_not_kept(crew, kind):
    client, peer = await crew.meet(kind)
    await peer.write(client, "kept")
    await received(client, peer.name, "kept")
    await peer.write(client, "just now", isOnlineOnly=True)
    await received(client, peer.name, "just now", "OnRecvOnlineOnlyMessage")
    await peer.write(client, "last")
    await received(client, peer.name, "last")
    assert await history(client, peer.chat(client)) == ["kept", "last"]
    assert (await chat_with(client, peer.name))["unreadCount"] == 2
    assert not [each for each in client.unasked("OnRecvNewMessage") if "just now" in json.dumps(each.data)]


@silent("OnRecvOnlineOnlyMessage")
async def test_a_message_for_who_is_online_is_not_kept_by_a_client_that_has_no_event_for_it(crew, kind):
    client, peer = await crew.meet(kind)
    await peer.write(client, "just now", isOnlineOnly=True)
    await peer.write(client, "kept")
    await changed(client, peer.chat(client), "OnNewConversation", "OnConversationChanged", unreadCount=1)
    assert await history(client, peer.chat(client)) == ["kept"]


@clients()
async def test_a_client_sends_a_message_for_who_is_online(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    text = f"now from {client.name}"
    await write(client, friend.name, text, isOnlineOnly=True)
    came = await received(friend, client.name, text, "OnRecvOnlineOnlyMessage")
    assert (came["sendID"], came["seq"]) == (client.name, 0)


@clients("OnRecvOfflineNewMessage")
async def test_a_message_to_an_app_in_the_background_is_told_as_one_to_notify_of(crew, kind):
    client, peer = await crew.meet(kind)
    await client.call("setAppBackgroundStatus", True)
    await peer.write(client, "look here")
    await received(client, peer.name, "look here", *IN_BACKGROUND)
    await client.call("setAppBackgroundStatus", False)
    assert await history(client, peer.chat(client)) == ["look here"]
