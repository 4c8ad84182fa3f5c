"""Messages are pulled by their numbers, each user within what it may see."""

import asyncio

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import GetConversationsHasReadAndMaxSeqReq, GetLastMessageReq, GetSeqMessageReq
from amity.wire.proto.sdkws_pb2 import PullMessageBySeqsReq, PullMessageBySeqsResp
from tests.integration.messages.conftest import Connect, Refusal, Talk
from tests.support.rest import Rest

CHAT = "si_ann_bob"


@pytest.fixture
async def rest(start_server) -> Rest:
    """A server on which a test may send as fast as it can."""
    server: Rest = await start_server(messages={"perSecond": 0, "perMinute": 0})
    return server


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
    assert await told.bob.pull(CHAT, 1, 3, 0) is None
    assert await cid.pull(CHAT, 1, 10) is None
    assert await told.bob.pull("si_bob_cid", 1, 10) is None
    assert await told.bob.pull("rubbish", 1, 10) is None


async def test_messages_are_pulled_by_number_and_what_lies_beyond_says_where_the_end_is(told: Talk):
    pulled = await told.bob.by_seqs(CHAT, 3, 1, 3)
    assert (seqs(pulled), pulled.isEnd, pulled.endSeq) == ([3, 1], False, 0)
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


async def test_an_answer_about_many_conversations_stays_below_what_a_client_can_receive(talk: Talk):
    peers = [f"peer{number}" for number in range(12)]
    await talk.rest.register(*peers)
    for peer in peers:
        await talk.ann.send(peer, peer, ex="x" * 60_000, attachedInfo="y" * 60_000, content=b"z" * 48_000)
    conversations = [f"si_ann_{peer}" for peer in peers]
    ranges = PullMessageBySeqsReq(userID="ann")
    numbers = GetSeqMessageReq(userID="ann")
    for each in conversations:
        ranges.seqRanges.add(conversationID=each, begin=1, end=1, num=1)
        numbers.conversations.add(conversationID=each, seqs=[1])
    for identifier, asked in ((Identifier.PULL_BY_RANGES, ranges), (Identifier.PULL_BY_SEQS, numbers)):
        data = await talk.ann.ask(identifier, asked.SerializeToString())
        assert len(data) < 1 << 20
        answer = PullMessageBySeqsResp.FromString(data).msgs
        left_out = [each for each in conversations if not answer[each].Msgs]
        assert left_out
        assert not any(answer[each].isEnd for each in left_out)
    last = GetLastMessageReq(userID="ann", conversationIDs=conversations).SerializeToString()
    assert len(await talk.ann.ask(Identifier.GET_LAST_MESSAGE, last)) < 1 << 20


async def test_who_asks_for_more_than_an_answer_may_have_is_told_that_there_is_more(talk: Talk):
    for first in range(0, 1010, 10):
        await asyncio.gather(*(talk.ann.send("bob", str(number)) for number in range(first, first + 10)))
    for order in (0, 1):
        pulled = await talk.bob.pull("si_ann_bob", 1, 1010, 1010, order)
        assert (len(pulled.Msgs), pulled.Msgs[0].seq, pulled.isEnd) == (1000, 11, False)
        rest = await talk.bob.pull("si_ann_bob", 1, 10, 10, order)
        assert [each.seq for each in rest.Msgs] == [*range(1, 11)]


async def test_a_request_names_so_many_conversations_and_no_more(talk: Talk):
    asked = PullMessageBySeqsReq(userID="ann")
    for number in range(1001):
        asked.seqRanges.add(conversationID=f"si_ann_{number}", begin=1, end=1, num=1)
    with pytest.raises(Refusal, match="seqRanges: 1001 entries"):
        await talk.ann.ask(Identifier.PULL_BY_RANGES, asked.SerializeToString())


async def test_ten_thousand_ids_that_nobody_has_hold_up_nobody(talk: Talk):
    unknown = [f"si_ann_zz{number}" for number in range(10_000)]
    asked = GetConversationsHasReadAndMaxSeqReq(userID="ann", conversationIDs=unknown)
    await talk.ann.ask(Identifier.GET_READ_AND_MAX_SEQ, asked.SerializeToString())  # each turn of the loop is watched
    last = GetLastMessageReq(userID="ann", conversationIDs=unknown)
    await talk.ann.ask(Identifier.GET_LAST_MESSAGE, last.SerializeToString())


async def test_of_two_chats_with_one_id_a_client_is_shown_neither(talk: Talk):
    await talk.rest.register("a_b_a", "b_a", "a_b")
    for sender in ("b_a", "a_b"):
        message = {"sendID": sender, "recvID": "a_b_a", "sessionType": 1, "contentType": 101, "senderPlatformID": 1}
        await talk.rest.data("/msg/send_msg", message | {"content": {"content": "hi"}})
    assert (await talk.rest.data("/msg/newest_seq", {"userID": "a_b_a"}))["maxSeqs"] == {}
    shown = await talk.rest.data("/jssdk/get_active_conversations", {}, user="a_b_a")
    assert shown == {"unreadCount": 0, "conversations": []}
