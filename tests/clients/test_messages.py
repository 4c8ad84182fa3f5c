"""OpenIM's released clients write to each other: what one sends the other shows, connected or later, and has read."""

import json

import pytest

from tests.clients.client import JAVASCRIPT, LINUX, NATIVE, NATIVE_10, WASM

PAIRS = {
    "native to web": (NATIVE, WASM),
    "web to native": (WASM, NATIVE),
    "an older native to native": (NATIVE_10, NATIVE),
    "native to JavaScript": (NATIVE, JAVASCRIPT),
    "JavaScript to native": (JAVASCRIPT, NATIVE),
}
RECEIVED = ("OnRecvNewMessage", "OnRecvNewMessages")
TEXT = 101


async def write(client, receiver, text):
    """Send a text, and return the message as the client has it then."""
    message = await client.call("createTextMessage", text)
    sending = {"recvID": receiver, "groupID": "", "message": message}
    return await client.call("sendMessage", sending)


def messages_of(data):
    """Return the messages that came with an event: a client tells of one, or of several at once."""
    data = json.loads(data) if isinstance(data, str) else data
    return data if isinstance(data, list) else [data]


def text_of(message):
    return message["textElem"]["content"]


async def received(client, text, within=5.0):
    """Return the message with this text once the client tells of it."""
    event = await client.event(
        *RECEIVED,
        where=lambda data: any(each["contentType"] == TEXT and text_of(each) == text for each in messages_of(data)),
        within=within,
    )
    return next(each for each in messages_of(event.data) if text_of(each) == text)


async def conversation(client, peer):
    """Return the client's conversation with a user."""
    everything = await client.call("getConversationListSplit", {"offset": 0, "count": 100})
    return next(each for each in everything if each["userID"] == peer)


@pytest.mark.parametrize(("sender", "receiver"), PAIRS.values(), ids=PAIRS)
async def test_a_message_is_shown_at_once_and_its_reading_told_to_who_sent_it(house, sender, receiver):
    ann, bob = await house.people(sender, receiver)
    sent = await write(ann, bob.name, "hello")
    came = await received(bob, "hello")
    assert (came["clientMsgID"], came["serverMsgID"], came["sendID"]) == (
        sent["clientMsgID"],
        sent["serverMsgID"],
        ann.name,
    )
    shown = await conversation(bob, ann.name)
    assert shown["unreadCount"] == 1
    await bob.call("markConversationMessageAsRead", shown["conversationID"])
    await ann.event(
        "OnRecvC2CReadReceipt",
        where=lambda data: sent["clientMsgID"] in json.dumps(data),
    )
    assert (await conversation(bob, ann.name))["unreadCount"] == 0


@pytest.mark.parametrize("kind", [NATIVE, WASM, JAVASCRIPT], ids=["native", "web", "JavaScript"])
async def test_messages_to_a_client_that_was_away_are_there_when_it_comes(house, kind):
    await house.rest.register("away", "writer")
    writer = await house.login(NATIVE, "writer")
    for number in range(3):
        await write(writer, "away", f"text {number}")
    away = await house.login(kind, "away")
    shown = await conversation(away, "writer")
    assert shown["unreadCount"] == 3
    asked = {"conversationID": shown["conversationID"], "startClientMsgID": "", "count": 20, "viewType": 0}
    history = await away.call("getAdvancedHistoryMessageList", asked)
    texts = [text_of(each) for each in history["messageList"] if each["contentType"] == TEXT]
    assert texts == ["text 0", "text 1", "text 2"]


async def test_the_other_device_of_who_sends_shows_the_message_too(house):
    await house.rest.register("twice", "friend")
    phone = await house.login(NATIVE, "twice", LINUX)
    browser = await house.login(WASM, "twice")
    sent = await write(phone, "friend", "from my phone")
    assert (await received(browser, "from my phone"))["clientMsgID"] == sent["clientMsgID"]
