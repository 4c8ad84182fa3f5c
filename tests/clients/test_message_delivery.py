"""What OpenIM's released clients have of messages when a connection loses some, or breaks: each message once."""

import asyncio
import contextlib
import json
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from tests.clients.client import JAVASCRIPT, CallFailedError, Client
from tests.clients.crew import (
    KINDS,
    RECEIVED,
    Crew,
    Peer,
    chat_with,
    clients,
    history,
    many,
    parsed,
    received,
    silent,
    texts,
    write,
)
from tests.clients.test_catching_up import DEAF, RECONNECTS
from tests.clients.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALREADY_SENT = 10204
GIVES_UP = 15.0
"""Seconds after which every client has given up waiting for an answer."""


class Line(NamedTuple):
    """A client, and what connects it to the gateway."""

    client: Client
    wire: Wire


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lines(crew: Crew):
    """One client of each kind, on a connection of its own, that would sync when it connects again."""
    async with contextlib.AsyncExitStack() as stack:

        async def lay(kind):
            wire = await stack.enter_async_context(Wire(crew.house.server.gateway_port))
            user = (await crew.peer()).name
            return kind, Line(await crew.house.login(kind, user, gateway=wire.port), wire)

        laid = dict(await asyncio.gather(*(lay(kind) for kind in KINDS.values())))
        await asyncio.sleep(DEAF)
        yield laid
        for client, _ in laid.values():
            await client.close()


async def told(client: Client, sender: str, last: str) -> list[str]:
    """Return the texts of a sender that the client told of, sorted, once it has told of the last."""

    def of(data: Any) -> list[str]:
        return texts([each for each in many(data) if each["sendID"] == sender])

    event = await client.event(*RECEIVED, where=lambda data: last in of(data), within=RECONNECTS)
    return sorted(text for each in [*client.unasked(*RECEIVED), event] for text in of(each.data))


async def lose_a_push(crew: Crew, line: Line) -> Peer:
    """Have a user write two messages, of which the push of the first is lost."""
    peer = await crew.peer()
    line.wire.lose(1)
    await peer.write(line.client, "lost")
    await line.wire.lost()
    await peer.write(line.client, "came")
    return peer


@clients("a message whose push was lost")
async def test_a_message_whose_push_was_lost_is_told_with_the_next_each_once(crew, lines, kind):
    client, _ = lines[kind]
    peer = await lose_a_push(crew, lines[kind])
    await peer.write(client, "last")
    assert await told(client, peer.name, "last") == ["came", "last", "lost"]
    assert await history(client, peer.chat(client)) == ["lost", "came", "last"]
    assert (await chat_with(client, peer.name))["unreadCount"] == 3


@silent("a message whose push was lost")
async def test_a_message_whose_push_was_lost_is_in_the_history(crew, lines, kind):
    client, _ = lines[kind]
    peer = await lose_a_push(crew, lines[kind])
    await received(client, peer.name, "came")
    assert await history(client, peer.chat(client)) == ["lost", "came"]


@clients()
async def test_a_client_is_not_told_of_the_message_that_it_sends(crew, lines, kind):
    client, wire = lines[kind]
    peer = await crew.peer()
    # If an answer and a push come together, the JavaScript client on Node.js handles the push first, and takes its own
    # message for another's. In Chromium it does not.
    wire.apart = 0.05
    sent = await write(client, peer.name, "sent")
    await peer.write(client, "answered")
    await received(client, peer.name, "answered")
    wire.apart = 0
    assert not [each for each in client.unasked(*RECEIVED) if sent["clientMsgID"] in json.dumps(each.data)]
    assert await history(client, peer.chat(client)) == ["sent", "answered"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reconnected(crew: Crew, lines: dict[Any, Line]):
    """Who wrote two messages to each client while it was disconnected."""

    async def miss(kind):
        client, wire = lines[kind]
        peer = await crew.peer()
        await peer.write(client, "before")
        await received(client, peer.name, "before")
        client.forget("OnSyncServerStart", "OnSyncServerFinish")
        wire.cut()
        for text in ("missed", "newest"):
            await peer.write(client, text)
        wire.mend()
        await client.event("OnSyncServerStart", within=RECONNECTS)
        await client.event("OnSyncServerFinish", within=RECONNECTS)
        return kind, peer

    return dict(await asyncio.gather(*(miss(kind) for kind in KINDS.values() if kind is not JAVASCRIPT)))


@clients("messages missed while disconnected")
async def test_who_connects_again_is_told_the_newest_message_and_has_all(lines, reconnected, kind):
    client, peer = lines[kind].client, reconnected[kind]
    await peer.write(client, "then")
    found = await told(client, peer.name, "then")
    assert set(found) >= {"newest", "then"}
    assert len(found) == len(set(found))
    assert await history(client, peer.chat(client)) == ["before", "missed", "newest", "then"]
    assert (await chat_with(client, peer.name))["unreadCount"] == 4


async def begin_to_send(crew: Crew, line: Line, text: str) -> tuple[dict[str, Any], asyncio.Task[Any]]:
    """Have a client send a text to the friend; return what it sends, and its call, when the answer is lost."""
    message = await line.client.call("createTextMessage", text)
    sending = {"recvID": (await crew.friend()).name, "groupID": "", "message": message}
    line.wire.lose(2)  # The answer, and the push of the user's own message.
    call = asyncio.create_task(line.client.call("sendMessage", sending, within=GIVES_UP))
    call.add_done_callback(lambda ended: ended.exception())
    await line.wire.lost()
    return sending, call


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def resent(crew: Crew, lines: dict[Any, Line], reconnected: Any):
    """What each client sent again, because its connection broke before the answer, and the text.

    Less than ``DEAF`` after ``reconnected`` no client learns by a sync that its message is stored.
    """

    async def resend(kind):
        client, wire = lines[kind]
        text = f"once from {client.name}"
        sending, call = await begin_to_send(crew, lines[kind], text)
        if kind is JAVASCRIPT:  # It waits for ever, and keeps all later messages waiting.
            await client.close()
            client = await crew.house.login(kind, client.name, gateway=wire.port)
            lines[kind] = Line(client, wire)
        else:
            wire.cut()
            wire.mend()
        with contextlib.suppress(CallFailedError):
            await call
        try:
            await client.call("sendMessage", sending)
        except CallFailedError as refusal:  # It has learned by a sync that the message is stored.
            if refusal.code != ALREADY_SENT:
                raise
        return kind, (text, parsed(sending["message"])["clientMsgID"])

    await crew.friend()
    return dict(await asyncio.gather(*(resend(kind) for kind in KINDS.values())))


@clients()
async def test_a_message_that_is_sent_again_as_the_connection_broke_before_the_answer_is_there_once(
    crew, lines, resent, kind
):
    client, friend = lines[kind].client, await crew.friend()
    text, client_msg_id = resent[kind]
    assert (await received(friend, client.name, text))["clientMsgID"] == client_msg_id
    chat = (await chat_with(friend, client.name))["conversationID"]
    assert await history(friend, chat) == [text]
    assert await history(client, chat) == [text]
    assert not [event for event in friend.unasked(*RECEIVED) if text in json.dumps(event.data)]
