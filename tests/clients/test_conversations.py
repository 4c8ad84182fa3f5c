"""OpenIM's released native client sets conversations: its other devices, and the peer of a private chat, hear of it."""

import json

import pytest

from tests.clients.client import LINUX, NATIVE, NATIVE_10
from tests.clients.test_messages import conversation, received, write

OTHER = 4
"""Another platform of the same user: macOS."""


async def changed(client, **settings):
    """Return when the client tells of a conversation with these settings."""

    def has_them(data):
        found = json.loads(data) if isinstance(data, str) else data
        return any(settings.items() <= each.items() for each in found)

    await client.event("OnConversationChanged", where=has_them)


@pytest.mark.parametrize("kind", [NATIVE, NATIVE_10], ids=["native", "an older native"])
async def test_a_pin_and_a_mute_are_told_to_the_other_device(house, kind):
    await house.rest.register("owner", "writer")
    here = await house.login(kind, "owner", LINUX)
    there = await house.login(kind, "owner", OTHER)
    writer = await house.login(NATIVE, "writer")
    await write(writer, "owner", "hello")
    await received(here, "hello")
    await received(there, "hello")
    chat = (await conversation(here, "writer"))["conversationID"]
    await here.call("setConversation", {"conversationID": chat, "isPinned": True})
    await changed(there, conversationID=chat, isPinned=True)
    await here.call("setConversation", {"conversationID": chat, "recvMsgOpt": 2})
    await changed(there, conversationID=chat, recvMsgOpt=2, isPinned=True)


async def test_a_private_chat_is_private_for_the_other_user_too(house):
    ann, bob = await house.people(NATIVE, NATIVE)
    await write(ann, bob.name, "hello")
    await received(bob, "hello")
    chat = (await conversation(ann, bob.name))["conversationID"]
    await ann.call("setConversation", {"conversationID": chat, "isPrivateChat": True})
    await changed(bob, conversationID=chat, isPrivateChat=True)
    await changed(ann, conversationID=chat, isPrivateChat=True)
