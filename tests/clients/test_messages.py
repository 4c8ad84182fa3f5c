"""OpenIM's released clients write to each other: what one sends the other shows, connected or later, and has read."""

import json

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM
from tests.clients.crew import chat_with, clients, history, received, write

PAIRS = {
    "native to web": (NATIVE, WASM),
    "web to native": (WASM, NATIVE),
    "an older native to native": (NATIVE_10, NATIVE),
    "native to JavaScript": (NATIVE, JAVASCRIPT),
    "JavaScript to native": (JAVASCRIPT, NATIVE),
}


@pytest.mark.parametrize(("sender", "receiver"), PAIRS.values(), ids=PAIRS)
async def test_a_message_is_shown_at_once_and_its_reading_told_to_who_sent_it(shared_house, sender, receiver):
    ann, bob = await shared_house.people(sender, receiver)
    sent = await write(ann, bob.name, "hello")
    came = await received(bob, "hello")
    assert (came["clientMsgID"], came["serverMsgID"], came["sendID"]) == (
        sent["clientMsgID"],
        sent["serverMsgID"],
        ann.name,
    )
    shown = await chat_with(bob, ann.name)
    assert shown["unreadCount"] == 1
    await bob.call("markConversationMessageAsRead", shown["conversationID"])
    await ann.event(
        "OnRecvC2CReadReceipt",
        where=lambda data: sent["clientMsgID"] in json.dumps(data),
    )
    assert (await chat_with(bob, ann.name))["unreadCount"] == 0


@clients()
async def test_messages_to_a_client_that_was_away_are_there_when_it_comes(shared_house, kind):
    [writer] = await shared_house.people(NATIVE)
    away = f"away-{writer.name}"
    await shared_house.rest.register(away)
    for number in range(3):
        await write(writer, away, f"text {number}")
    client = await shared_house.login(kind, away)
    shown = await chat_with(client, writer.name)
    assert shown["unreadCount"] == 3
    assert await history(client, shown["conversationID"]) == ["text 0", "text 1", "text 2"]


async def test_the_other_device_of_who_sends_shows_the_message_too(shared_house):
    phone, friend = await shared_house.people(NATIVE, NATIVE)
    browser = await shared_house.login(WASM, phone.name)
    sent = await write(phone, friend.name, "from my phone")
    assert (await received(browser, "from my phone"))["clientMsgID"] == sent["clientMsgID"]
