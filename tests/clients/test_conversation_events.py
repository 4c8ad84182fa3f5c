"""What OpenIM's released clients tell of settings, typing, notices and new friends."""

import json

import pytest

from tests.clients.client import LINUX
from tests.clients.crew import changed, chat_with, clients, many, parsed, received, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTICE = {"notificationName": "News", "notificationType": 1, "text": "sale", "mixType": 0}
OA_NOTICE, FRIENDS_NOW = 1400, 1201


@clients()
async def test_what_another_device_sets_is_told(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    await peer.write(client, "hello")
    for device in (client, other):
        await received(device, peer.name, "hello")
    chat = peer.chat(client)
    await other.call("setConversation", {"conversationID": chat, "isPinned": True})
    await changed(client, chat, isPinned=True)
    await other.call("setConversation", {"conversationID": chat, "recvMsgOpt": 2})
    await changed(client, chat, isPinned=True, recvMsgOpt=2)


@clients()
async def test_what_a_client_sets_is_told_on_another_device(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    await peer.write(client, "hello")
    for device in (client, other):
        await received(device, peer.name, "hello")
    await client.call("setConversation", {"conversationID": peer.chat(client), "isPinned": True})
    await changed(other, peer.chat(client), isPinned=True)


@clients()
async def test_a_chat_that_the_other_user_makes_private_is_private(crew, kind):
    client, peer = await crew.meet(kind)
    await peer.write(client, "hello")
    await received(client, peer.name, "hello")
    setting = {"conversationID": peer.chat(client), "conversationType": 1, "userID": client.name, "isPrivateChat": True}
    await peer.call("/conversation/set_conversations", userIDs=[peer.name], conversation=setting)
    await changed(client, peer.chat(client), isPrivateChat=True)


@clients()
async def test_who_types_is_told(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    text = f"before typing to {client.name}"
    await write(friend, client.name, text)
    await received(client, friend.name, text)
    chat = (await chat_with(friend, client.name))["conversationID"]
    await friend.call("changeInputStates", {"conversationID": chat, "focus": True})
    event = await client.event("OnConversationUserInputStatusChanged", where=lambda data: chat in json.dumps(data))
    told = parsed(event.data)
    assert (told["userID"], list(told["platformIDs"])) == (friend.name, [LINUX])


@clients()
async def test_a_client_that_types_is_told_of(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    text = f"before {client.name} types"
    await write(client, friend.name, text)
    await received(friend, client.name, text)
    chat = (await chat_with(friend, client.name))["conversationID"]
    await client.call("changeInputStates", {"conversationID": chat, "focus": True})
    event = await friend.event("OnConversationUserInputStatusChanged", where=lambda data: chat in json.dumps(data))
    assert parsed(event.data)["userID"] == client.name


@clients()
async def test_a_notification_of_the_app_is_told_as_it_was_sent(crew, kind):
    client, peer = await crew.meet(kind)
    order = {"key": "order", "data": f"of {peer.name}"}
    await peer.rest.data(
        "/msg/send_business_notification", {**order, "sendUserID": peer.name, "recvUserID": client.name}
    )
    event = await client.event("OnRecvCustomBusinessMessage", where=lambda data: order["data"] in json.dumps(data))
    assert parsed(event.data) == order


async def notify(crew, client, name):
    """Tell a client's user of something by a new notification account. Return the account's id."""
    account = {"userID": f"{name}-{client.name}", "nickName": name, "faceURL": "", "appMangerLevel": 3}
    await crew.house.rest.data("/user/add_notification_account", account)
    fields = {"contentType": OA_NOTICE, "sessionType": 4, "content": NOTICE}
    await crew.house.rest.data("/msg/send_msg", {"sendID": account["userID"], "recvID": client.name, **fields})
    return account["userID"]


@clients()
async def test_a_notice_of_a_notification_account_has_a_conversation_of_its_own(crew, kind):
    client = await crew.device(kind)
    account = await notify(crew, client, "shop")
    event = await client.event(
        "OnRecvNewMessage",
        "OnRecvNewMessages",
        where=lambda data: any(each["sendID"] == account for each in many(data)),
    )
    [came] = many(event.data)
    assert (came["sessionType"], came["contentType"]) == (4, OA_NOTICE)
    assert "sale" in json.dumps(came)
    shown = await chat_with(client, account)
    assert (shown["conversationType"], shown["unreadCount"], shown["showName"]) == (4, 1, "shop")


@clients("read on another device")
async def test_a_notice_that_the_user_reads_on_another_device_is_read(crew, kind):
    client, other = await crew.device(kind), await crew.other(kind)
    account = await notify(crew, client, "club")
    chat = "_".join(["sn", *sorted([account, client.name])])
    for device in (client, other):
        await changed(device, chat, "OnNewConversation")
    await other.call("markConversationMessageAsRead", chat)
    await changed(client, chat, unreadCount=0)


@clients()
async def test_a_new_friend_opens_a_chat(crew, kind):
    client, peer = await crew.meet(kind)
    await client.call("addFriend", {"toUserID": peer.name, "reqMsg": "hello", "ex": ""})
    await peer.call(
        "/friend/add_friend_response", fromUserID=client.name, toUserID=peer.name, handleResult=1, handleMsg="gladly"
    )
    shown = await changed(client, peer.chat(client), "OnNewConversation")
    assert parsed(shown["latestMsg"])["contentType"] == FRIENDS_NOW
