"""What a business server is asked and told of single chats that begin."""

import asyncio

import pytest

from tests.integration.messages.conftest import Refusal
from tests.integration.messages.sending.test_callbacks import CHAT, REFUSAL, Asked, commands
from tests.support.behaviour import Answer

BEFORE = "callbackBeforeCreateSingleChatConversationsCommand"
AFTER = "callbackAfterCreateSingleChatConversationsCommand"
SENT = "callbackAfterSendSingleMsgCommand"
SETTINGS = {
    "recvMsgOpt": 0,
    "isPinned": False,
    "isPrivateChat": False,
    "burnDuration": 0,
    "groupAtType": 0,
    "attachedInfo": "",
    "ex": "",
}


@pytest.fixture
def asked(start_server, business) -> Asked:
    return Asked(start_server, business)


def row(owner: str, peer: str, **settings: object) -> dict[str, object]:
    about = {"ownerUserId": owner, "conversationId": CHAT, "conversationType": 1, "userId": peer}
    return {**about, **SETTINGS, **settings}


async def conversation(talk, owner):
    asked = {"ownerUserID": owner, "conversationID": CHAT}
    return (await talk.rest.data("/conversation/get_conversation", asked, user=owner))["conversation"]


async def test_each_owner_s_row_is_asked_about_once_and_told_before_the_message(asked, business):
    talk = await asked(
        "beforeCreateSingleChatConversations", "afterCreateSingleChatConversations", "afterSendSingleMsg"
    )
    await talk.ann.send("bob", "one")
    await talk.bob.send("ann", "two")
    await business.wait_for(6)
    assert commands(business) == [BEFORE, BEFORE, AFTER, AFTER, SENT, SENT]
    rows = [row("ann", "bob"), row("bob", "ann")]
    shown = [{"callbackCommand": command, **each} for command in (BEFORE, AFTER) for each in rows]
    assert [request.json for request in business.requests[:4]] == shown


async def test_each_row_gets_the_settings_that_the_app_gave_it(asked, business):
    talk = await asked("beforeCreateSingleChatConversations", "afterCreateSingleChatConversations")
    business.then({"isPinned": True, "recvMsgOpt": 2, "ex": "e", "burnDuration": 7, "isPrivateChat": True}, {})
    await talk.ann.send("bob", "hello")
    changed = {"isPinned": True, "recvMsgOpt": 2, "ex": "e", "burnDuration": 7, "isPrivateChat": True}
    assert {name: (await conversation(talk, "ann"))[name] for name in SETTINGS} == {**SETTINGS, **changed}
    assert {name: (await conversation(talk, "bob"))[name] for name in SETTINGS} == SETTINGS
    await business.wait_for(4)
    told = [request.json for request in business.requests[2:]]
    assert told == [
        {"callbackCommand": AFTER, **row("ann", "bob", **changed)},
        {"callbackCommand": AFTER, **row("bob", "ann")},
    ]


@pytest.mark.parametrize("refused", [0, 1])
async def test_who_refuses_a_row_refuses_the_message(asked, business, refused):
    talk = await asked("beforeCreateSingleChatConversations", "afterCreateSingleChatConversations")
    business.then(*[{}] * refused, REFUSAL)
    with pytest.raises(Refusal, match="5001 NotAllowed"):
        await talk.ann.send("bob", "hello")
    assert await talk.ann.max_seqs() == await talk.bob.max_seqs() == {}
    assert commands(business) == [BEFORE] * (refused + 1)


@pytest.mark.parametrize(
    "change",
    [{"recvMsgOpt": 3}, {"burnDuration": -1}, {"groupAtType": 1}, {"ex": "x" * 65_537}, {"isPinned": 1}],
    ids=lambda change: next(iter(change)),
)
async def test_settings_that_no_conversation_has_refuse_the_message(asked, business, change):
    talk = await asked("beforeCreateSingleChatConversations")
    business.reaction = change
    with pytest.raises(Refusal, match="90007"):
        await talk.ann.send("bob", "hello")
    assert await talk.ann.max_seqs() == {}


async def test_two_first_messages_at_once_ask_once(asked, business):
    talk = await asked("beforeCreateSingleChatConversations", timeout=60)
    let = asyncio.Event()
    business.then(Answer({"isPinned": True}, after=let))
    first = asyncio.create_task(talk.ann.send("bob", "one"))
    await business.wait_for(1)
    second = asyncio.create_task(talk.bob.send("ann", "two"))
    await talk.rest.data("/msg/get_server_time", {})
    assert not second.done()
    let.set()
    await asyncio.gather(first, second)
    assert commands(business) == [BEFORE, BEFORE]
    assert (await conversation(talk, "ann"))["isPinned"] is True


async def test_a_note_to_oneself_is_one_row(asked, business):
    talk = await asked("beforeCreateSingleChatConversations", "afterCreateSingleChatConversations")
    await talk.ann.send("ann", "note")
    await business.wait_for(2)
    assert commands(business) == [BEFORE, AFTER]
    assert [request.json["userId"] for request in business.requests] == ["ann", "ann"]


async def test_a_message_that_is_not_stored_begins_nothing(asked, business):
    talk = await asked("beforeCreateSingleChatConversations", "afterCreateSingleChatConversations")
    await talk.ann.send("bob", "hello", options={"history": False})
    await talk.bob.pushed()
    assert business.requests == []
