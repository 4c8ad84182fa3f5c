"""What OpenIM's released clients have of conversations that went on without them."""

import pytest

from tests.clients.crew import changed, chat_with, clients, history, parsed, received, silent

pytestmark = pytest.mark.asyncio(loop_scope="session")


@clients()
async def test_a_new_device_has_conversations_what_is_unread_and_messages(crew, kind):
    house = crew.house
    user, half_read, answered, revoked = [await crew.peer() for _ in range(4)]
    for number in range(3):
        await half_read.write(user, f"text {number}")
    await house.rest.data(
        "/msg/mark_conversation_as_read",
        {"conversationID": half_read.chat(user), "userID": user.name, "hasReadSeq": 2, "seqs": [1, 2]},
    )
    await answered.write(user, "question")
    await user.write(answered, "answer")
    for text in ("kept", "regretted"):
        await revoked.write(user, text)
    await revoked.call("/msg/revoke_msg", conversationID=revoked.chat(user), seq=2)

    client = await house.login(kind, user.name)
    shown = {peer: await chat_with(client, peer.name) for peer in (half_read, answered, revoked)}
    assert {peer.name: chat["unreadCount"] for peer, chat in shown.items()} == {
        half_read.name: 1,
        answered.name: 0,
        revoked.name: 2,
    }
    assert parsed(await client.call("getTotalUnreadMsgCount")) == 3
    assert await history(client, half_read.chat(user)) == ["text 0", "text 1", "text 2"]
    assert await history(client, answered.chat(user)) == ["question", "answer"]
    assert await history(client, revoked.chat(user)) == ["kept"]


async def miss(crew, kind):
    """Have the client of a kind miss two messages of a user while it is logged out. Return it anew, and the user."""
    client, peer = await crew.meet(kind)
    await peer.write(client, "before")
    await received(client, peer.name, "before")
    await crew.leave(kind)
    for text in ("missed", "newest"):
        await peer.write(client, text)
    return await crew.again(kind), peer


@clients("messages missed while logged out")
async def test_who_logs_in_again_is_told_the_newest_message_and_has_all(crew, kind):
    client, peer = await miss(crew, kind)
    await client.event("OnSyncServerStart")
    await received(client, peer.name, "newest")
    await changed(client, peer.chat(client), unreadCount=3)
    assert await history(client, peer.chat(client)) == ["before", "missed", "newest"]


@silent("messages missed while logged out")
async def test_who_logs_in_again_has_all_messages_and_is_told_of_none(crew, kind):
    client, peer = await miss(crew, kind)
    await client.event("OnSyncServerStart")
    assert (await chat_with(client, peer.name))["unreadCount"] == 3
    assert await history(client, peer.chat(client)) == ["before", "missed", "newest"]
    assert not client.unasked("OnRecvNewMessage", "OnRecvNewMessages")
