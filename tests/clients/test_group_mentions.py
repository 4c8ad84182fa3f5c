"""Whom a message of a group names, and what is announced: what OpenIM's released clients mark the conversation with."""

import pytest

from tests.clients.client import becomes
from tests.clients.crew import changed, clients, many
from tests.clients.groups import joined

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY, ME, EVERYBODY, EVERYBODY_AND_ME, ANNOUNCED = 0, 1, 2, 3, 4
AT_TEXT = 106
AT_ALL = "AtAllTag"


async def mention(group, *named):
    """Have the owner of a group write a message that names members."""
    content = {"text": "hey", "atUserList": list(named), "isAtSelf": False}
    await group.write("", content=content, contentType=AT_TEXT)


async def mark_of(client, group):
    """Return what a client marks a group's conversation with."""
    shown = await client.call("getOneConversation", {"sourceID": group.group_id, "sessionType": 3})
    return shown["groupAtType"]


@pytest.mark.parametrize(
    ("named", "kind_of_mention"),
    [(["me"], ME), ([AT_ALL], EVERYBODY), ([AT_ALL, "me"], EVERYBODY_AND_ME)],
    ids=["me", "everybody", "everybody and me"],
)
@clients()
async def test_a_conversation_is_marked_where_a_message_names(crew, kind, named, kind_of_mention):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await mention(group, *[client.name if each == "me" else each for each in named])
    await changed(client, group.chat, groupAtType=kind_of_mention)


@clients()
async def test_a_conversation_is_not_marked_where_a_message_names_another(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    await mention(group, third.name)
    await client.event(
        "OnRecvNewMessage",
        "OnRecvNewMessages",
        where=lambda data: any(
            each.get("groupID") == group.group_id and each["contentType"] == AT_TEXT for each in many(data)
        ),
    )
    assert await mark_of(client, group) == NOBODY


@clients()
async def test_a_conversation_is_marked_where_something_is_announced(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.call("set_group_info_ex", notification="We sing on Friday")
    await changed(client, group.chat, groupAtType=ANNOUNCED)


@clients()
async def test_a_client_takes_the_mark_away_and_names_a_member(crew, kind):
    client, friend, peer = await crew.device(kind), await crew.friend(), await crew.peer()
    group = await joined(client, peer, friend)
    await mention(group, client.name)
    await changed(client, group.chat, groupAtType=ME)
    await client.call("setConversation", {"conversationID": group.chat, "groupAtType": NOBODY})
    await changed(client, group.chat, groupAtType=NOBODY)
    message = await client.call(
        "createTextAtMessage", {"text": "hey", "atUserIDList": [friend.name], "atUsersInfo": []}
    )
    await client.call("sendMessage", {"recvID": "", "groupID": group.group_id, "message": message})
    await changed(friend, group.chat, groupAtType=ME)


@clients()
async def test_a_conversation_is_marked_for_who_was_away(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await crew.leave(kind)
    await mention(group, client.name)
    client = await crew.again(kind)
    # It looks at what it has missed after it says that it has synced, and not every client tells of the mark.
    await becomes(lambda: mark_of(client, group), ME)
