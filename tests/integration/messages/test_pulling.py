"""Messages are pulled by their numbers, each user within what it may see."""

import pytest

from tests.integration.messages.conftest import Connect, Talk

CHAT = "si_ann_bob"


@pytest.fixture
async def told(talk: Talk) -> Talk:
    """Ten messages of Ann to Bob."""
    for number in range(1, 11):
        await talk.ann.send("bob", f"m{number}")
    return talk


def seqs(pulled) -> list[int]:
    return [message.seq for message in pulled.Msgs]


async def test_of_a_range_the_newest_are_pulled_oldest_first(told: Talk):
    assert seqs(await told.bob.pull(CHAT, 1, 10, 3)) == [8, 9, 10]
    assert seqs(await told.bob.pull(CHAT, 3, 5)) == [3, 4, 5]
    assert seqs(await told.bob.pull(CHAT, -5, 500)) == list(range(1, 11))


@pytest.mark.parametrize(
    ("begin", "end", "order", "is_end"),
    [(1, 5, 0, False), (6, 10, 0, True), (6, 99, 0, True), (6, 10, 1, False), (1, 5, 1, True), (-3, 2, 1, True)],
)
async def test_the_end_is_said_in_the_direction_that_was_asked_for(told: Talk, begin, end, order, is_end):
    assert (await told.bob.pull(CHAT, begin, end, order=order)).isEnd is is_end


async def test_an_empty_range_and_anothers_conversation_are_left_out(told: Talk, connect: Connect):
    cid = await connect("cid")
    assert await told.bob.pull(CHAT, 11, 20) is None
    assert await told.bob.pull(CHAT, 5, 4) is None
    assert await cid.pull(CHAT, 1, 10) is None
    assert await told.bob.pull("si_bob_cid", 1, 10) is None
    assert await told.bob.pull("rubbish", 1, 10) is None


async def test_messages_are_pulled_by_number_and_what_lies_beyond_says_where_the_end_is(told: Talk):
    pulled = await told.bob.by_seqs(CHAT, 3, 1)
    assert (seqs(pulled), pulled.isEnd, pulled.endSeq) == ([1, 3], False, 0)
    above = await told.bob.by_seqs(CHAT, 10, 11)
    assert (seqs(above), above.isEnd, above.endSeq) == ([10], True, 10)
    below = await told.bob.by_seqs(CHAT, 1, 0, order=1)
    assert (seqs(below), below.isEnd, below.endSeq) == ([1], True, 1)


async def test_anothers_messages_are_not_pulled_by_number(told: Talk, connect: Connect):
    cid = await connect("cid")
    assert seqs(await cid.by_seqs(CHAT, 1, 2)) == []


async def test_an_answer_stays_below_what_a_client_can_receive(talk: Talk):
    text = "x" * 49_000
    for number in range(30):
        await talk.ann.send("bob", f"{number}", content=f'{{"content":"{text}"}}'.encode())
    pulled = await talk.bob.pull(CHAT, 1, 30)
    assert pulled.ByteSize() < 1_000_000
    assert seqs(pulled) == list(range(31 - len(pulled.Msgs), 31))
    assert not pulled.isEnd
    rest = await talk.bob.pull(CHAT, 1, 30 - len(pulled.Msgs))
    assert seqs(rest)[-1] == 30 - len(pulled.Msgs)


async def test_one_chat_has_the_ids_of_both_and_ids_with_underscores_are_kept_apart(talk: Talk, connect: Connect):
    await talk.rest.register("a", "b_c", "a_b", "c")
    one, other = await connect("a"), await connect("a_b")
    await one.send("b_c", "to b_c")
    await other.send("c", "to c")
    assert await one.max_seqs() == {"si_a_b_c": 1}
    assert await other.max_seqs() == {"si_a_b_c": 1}
    assert [message.clientMsgID for message in (await one.pull("si_a_b_c", 1, 9)).Msgs] == ["a-to b_c"]
    assert [message.clientMsgID for message in (await other.pull("si_a_b_c", 1, 9)).Msgs] == ["a_b-to c"]


async def test_the_rest_api_answers_the_same(told: Talk):
    asked = {"userID": "bob", "seqRanges": [{"conversationID": CHAT, "begin": 2, "end": 3, "num": 9}], "order": 0}
    for user in ("bob", "imAdmin"):
        pulled = (await told.rest.data("/msg/pull_msg_by_seq", asked, user=user))["msgs"][CHAT]
        assert [message["seq"] for message in pulled["Msgs"]] == [2, 3]
        assert (await told.rest.data("/msg/newest_seq", {"userID": "bob"}, user=user))["maxSeqs"] == {CHAT: 10}
    assert (await told.rest.post("/msg/pull_msg_by_seq", asked, user="ann"))["errCode"] == 1002
