"""OpenIM's released clients write to each other: each shows what the other sends, and learns of its reading."""

import json

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM
from tests.clients.crew import chat_with, received, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAIRS = {
    "native to web": (NATIVE, WASM),
    "web to native": (WASM, NATIVE),
    "an older native to native": (NATIVE_10, NATIVE),
    "native to JavaScript": (NATIVE, JAVASCRIPT),
    "JavaScript to native": (JAVASCRIPT, NATIVE),
}


@pytest.mark.parametrize("pair", PAIRS)
async def test_a_message_is_shown_at_once_and_its_reading_told_to_who_sent_it(crew, pair):
    ann, bob = [await crew.device(kind) for kind in PAIRS[pair]]
    sent = await write(ann, bob.name, pair)
    came = await received(bob, ann.name, pair)
    ids = ("clientMsgID", "serverMsgID", "sendID")
    assert [came[name] for name in ids] == [sent["clientMsgID"], sent["serverMsgID"], ann.name]
    shown = await chat_with(bob, ann.name)
    assert shown["unreadCount"] == 1
    await bob.call("markConversationMessageAsRead", shown["conversationID"])
    await ann.event("OnRecvC2CReadReceipt", where=lambda data: sent["clientMsgID"] in json.dumps(data))
    assert (await chat_with(bob, ann.name))["unreadCount"] == 0
