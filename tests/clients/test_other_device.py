"""What a user does with messages on one device, as its other device shows it."""

import json

import pytest

from tests.clients.crew import changed, clients, history, many, received, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = {"startClientMsgID": "", "count": 100, "viewType": 0}


async def both_have(crew, kind, *texts):
    """Have a new user write to both devices of the user of a client. Return the devices and the writer."""
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    for text in texts:
        await peer.write(client, text)
        for device in (client, other):
            await received(device, peer.name, text)
    return client, other, peer


@clients("OnMsgDeleted")
async def test_a_message_deleted_on_one_device_is_told_as_deleted_on_the_other(crew, kind):
    client, other, peer = await both_have(crew, kind, "kept", "deleted")
    chat = peer.chat(client)
    [message] = [
        each
        for each in (await other.call("getAdvancedHistoryMessageList", PAGE | {"conversationID": chat}))["messageList"]
        if "deleted" in json.dumps(each)
    ]
    await other.call("deleteMessage", {"conversationID": chat, "clientMsgID": message["clientMsgID"]})
    names = ("OnMsgDeleted", "UnUsedEvent")  # The older package for Electron calls the core's event so.
    await client.event(*names, where=lambda data: message["clientMsgID"] in json.dumps(data))
    assert await history(client, chat) == ["kept"]


@clients("read on another device")
async def test_who_answers_on_one_device_has_nothing_unread_on_the_other(crew, kind):
    client, other, peer = await both_have(crew, kind, "first", "second")
    await write(other, peer.name, "answer")
    await changed(client, peer.chat(client), unreadCount=0)
    await received(client, peer.name, "answer")
    assert await history(client, peer.chat(client)) == ["first", "second", "answer"]


@clients("a conversation cleared on another device")
async def test_a_conversation_cleared_on_one_device_is_empty_on_the_other(crew, kind):
    client, other, peer = await both_have(crew, kind, "first", "second")
    chat = peer.chat(client)
    client.forget("OnConversationChanged")
    await other.call("clearConversationAndDeleteAllMsg", chat)
    await client.event(
        "OnConversationChanged",
        where=lambda data: any(each["conversationID"] == chat and not each["latestMsg"] for each in many(data)),
    )
    assert await history(client, chat) == []
