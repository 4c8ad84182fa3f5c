"""Stored notifications have numbers, are pushed in their order, and are pulled by who was away."""

import asyncio

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import GetSeqMessageReq, GetSeqMessageResp
from tests.integration.messages.conftest import Connect, Talk, detail_of

CHAT, NOTICES = "si_ann_bob", "n_ann_bob"


@pytest.fixture
async def read(talk: Talk) -> Talk:
    """Bob has read three messages of Ann, one after the other."""
    for number in range(1, 4):
        await talk.ann.send("bob", f"m{number}")
    for number in range(1, 4):
        mark = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": number}
        await talk.rest.data("/msg/mark_conversation_as_read", mark, user="bob")
    return talk


async def test_a_stored_notification_is_pushed_with_its_number_and_its_switches(read: Talk):
    for number in range(1, 4):
        for person in (read.ann, read.bob):
            conversation, message, detail = await person.notified()
            assert (conversation, message.seq, detail["hasReadSeq"]) == (NOTICES, number, number)
            assert {name for name, on in message.options.items() if on} == {"history", "persistent", "senderSync"}


async def test_who_was_away_learns_of_stored_notifications(read: Talk, connect: Connect):
    for user in ("ann", "bob"):
        tablet = await connect(user, 8)
        assert (await tablet.max_seqs())[NOTICES] == 3
        pulled = await tablet.pull_notices(NOTICES, 1, 3)
        assert [message.seq for message in pulled] == [1, 2, 3], "all of the range, whatever is asked for"
        assert [detail_of(message)["hasReadSeq"] for message in pulled] == [1, 2, 3]
        assert [message.seq for message in await tablet.pull_notices(NOTICES, 2, 9)] == [2, 3]


async def test_stored_notifications_are_pulled_by_number(read: Talk):
    asked = GetSeqMessageReq(userID="ann")
    asked.conversations.add(conversationID=NOTICES, seqs=[2, 3])
    answer = GetSeqMessageResp.FromString(await read.ann.ask(Identifier.PULL_BY_SEQS, asked.SerializeToString()))
    assert [message.seq for message in answer.notificationMsgs[NOTICES].Msgs] == [2, 3]
    assert not answer.msgs


async def test_nobody_else_gets_them(read: Talk, connect: Connect):
    cid = await connect("cid")
    assert await cid.pull_notices(NOTICES, 1, 3) == []
    assert await cid.max_seqs() == {}


async def test_notifications_of_one_timeline_are_pushed_in_the_order_of_their_numbers(talk: Talk):
    for number in range(1, 11):
        await talk.ann.send("bob", f"m{number}")
    path, count = "/msg/mark_conversation_as_read", 10
    marks = [{"conversationID": CHAT, "userID": "bob", "hasReadSeq": number} for number in range(1, count + 1)]
    await talk.rest.data(path, marks[0], user="bob")  # with it comes the token of the others
    await asyncio.gather(*(talk.rest.data(path, mark, user="bob") for mark in marks[1:]))
    newest = (await talk.ann.max_seqs())[NOTICES]
    assert [(await talk.ann.notified())[1].seq for _ in range(newest)] == list(range(1, newest + 1))
