"""OpenIM's released clients show what a notification account tells their user, and what is unread of it."""

import json

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM

KINDS = {"native": NATIVE, "an older native": NATIVE_10, "web": WASM, "JavaScript": JAVASCRIPT}
OF_ACCOUNT = 1400
RECEIVED = ("OnRecvNewMessage", "OnRecvNewMessages")
EVERY_KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


async def tell(house, receiver, text):
    """Let the account tell a user something."""
    content = {"notificationName": "News", "notificationType": 1, "text": text, "mixType": 0}
    message = {"sendID": "shop", "recvID": receiver, "contentType": OF_ACCOUNT, "sessionType": 4, "content": content}
    return await house.rest.data("/msg/send_msg", message)


def messages_of(data):
    """Return the messages that came with an event: a client tells of one, or of several at once."""
    data = json.loads(data) if isinstance(data, str) else data
    return data if isinstance(data, list) else [data]


async def conversation(client):
    """Return the client's conversation with the account."""
    everything = await client.call("getConversationListSplit", {"offset": 0, "count": 100})
    return next(each for each in everything if each["userID"] == "shop")


@pytest.fixture(autouse=True)
async def shop(house):
    account = {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3}
    await house.rest.data("/user/add_notification_account", account)


@EVERY_KIND
async def test_a_notice_is_shown_in_the_account_s_conversation_and_can_be_read(house, kind):
    (ann,) = await house.people(kind)
    sent = await tell(house, ann.name, "hello")
    event = await ann.event(*RECEIVED)
    (came,) = messages_of(event.data)
    assert (came["contentType"], came["sessionType"], came["sendID"]) == (OF_ACCOUNT, 4, "shop")
    assert came["serverMsgID"] == sent["serverMsgID"]
    assert json.loads(came["notificationElem"]["detail"])["text"] == "hello"
    shown = await conversation(ann)
    assert (shown["conversationType"], shown["unreadCount"], shown["showName"]) == (4, 1, "Shop")
    await ann.call("markConversationMessageAsRead", shown["conversationID"])
    assert (await conversation(ann))["unreadCount"] == 0


@EVERY_KIND
async def test_notices_to_a_client_that_was_away_are_there_when_it_comes(house, kind):
    await house.rest.register("away")
    for number in range(2):
        await tell(house, "away", f"news {number}")
    away = await house.login(kind, "away")
    shown = await conversation(away)
    assert (shown["conversationType"], shown["unreadCount"]) == (4, 2)
    asked = {"conversationID": shown["conversationID"], "startClientMsgID": "", "count": 20, "viewType": 0}
    history = await away.call("getAdvancedHistoryMessageList", asked)
    texts = [json.loads(each["notificationElem"]["detail"])["text"] for each in history["messageList"]]
    assert texts == ["news 0", "news 1"]
