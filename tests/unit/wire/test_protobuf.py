"""Structs as protobuf messages and back."""

import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.calls.call import Request
from amity.errors import ImError
from amity.inbox.models import (
    ConversationsWithMessagesResponse,
    GetActiveConversationsRequest,
    GetConversationsWithMessagesRequest,
)
from amity.messages.reading.models import (
    GetConversationsHasReadAndMaxSeqRequest,
    GetLastMessageRequest,
    GetMaxSeqRequest,
    GetSeqMessageRequest,
    PullMessageBySeqsRequest,
)
from amity.wire.proto import jssdk_pb2, msg_pb2, sdkws_pb2
from amity.wire.protobuf import MOST_ENTRIES, MOST_IN_ALL, decode, encode

REQUESTS = [
    (sdkws_pb2.GetMaxSeqReq, GetMaxSeqRequest),
    (sdkws_pb2.PullMessageBySeqsReq, PullMessageBySeqsRequest),
    (msg_pb2.GetSeqMessageReq, GetSeqMessageRequest),
    (msg_pb2.GetConversationsHasReadAndMaxSeqReq, GetConversationsHasReadAndMaxSeqRequest),
    (msg_pb2.GetLastMessageReq, GetLastMessageRequest),
    (jssdk_pb2.GetActiveConversationsReq, GetActiveConversationsRequest),
    (jssdk_pb2.GetConversationsReq, GetConversationsWithMessagesRequest),
]


class Answer(msgspec.Struct):
    unreadCount: int  # noqa: N815
    conversations: list["Entry"]


class Entry(msgspec.Struct):
    lastMsg: "Last"  # noqa: N815
    user: None = None
    maxSeq: int = 0  # noqa: N815


class Last(msgspec.Struct):
    content: bytes
    options: dict[str, bool]


@pytest.mark.parametrize(("message", "struct"), REQUESTS)
def test_a_request_has_the_fields_of_its_message(message, struct):
    described = {field.name for field in message.DESCRIPTOR.fields}
    assert {field.encode_name for field in msgspec.structs.fields(struct)} == described


@pytest.mark.parametrize(("message", "struct"), REQUESTS)
def test_an_empty_message_is_a_request_with_nothing_in_it(message, struct):
    assert decode(b"", message, struct) == struct()


def test_what_is_nested_and_repeated_comes_along():
    sent = sdkws_pb2.PullMessageBySeqsReq(
        userID="ann",
        seqRanges=[sdkws_pb2.SeqRange(conversationID="si_ann_bob", begin=1, end=9_000_000_000, num=-1)],
        order=sdkws_pb2.PullOrder.PullOrderDesc,
    )
    found = decode(sent.SerializeToString(), sdkws_pb2.PullMessageBySeqsReq, PullMessageBySeqsRequest)
    assert msgspec.to_builtins(found) == {
        "userID": "ann",
        "seqRanges": [{"conversationID": "si_ann_bob", "begin": 1, "end": 9_000_000_000, "num": -1}],
        "order": 1,
    }


@pytest.mark.parametrize("data", [b"\xff", b"\x0a\x05ann", b"\x0a\x02\xc3\x28", b"{}"])
def test_bytes_that_are_no_such_message_are_refused(data):
    with pytest.raises(ImError) as caught:
        decode(data, sdkws_pb2.GetMaxSeqReq, GetMaxSeqRequest)
    assert caught.value.code == 1001
    assert "GetMaxSeqReq" in caught.value.detail


def test_a_text_that_cannot_be_stored_is_refused_by_name():
    sent = msg_pb2.GetSeqMessageReq(conversations=[msg_pb2.ConversationSeqs(conversationID="a\0b")])
    with pytest.raises(ImError, match="conversationID: must not hold"):
        decode(sent.SerializeToString(), msg_pb2.GetSeqMessageReq, GetSeqMessageRequest)


def test_a_list_that_is_too_long_is_refused_by_name():
    sent = msg_pb2.GetLastMessageReq(conversationIDs=[""] * (MOST_ENTRIES + 1))
    with pytest.raises(ImError, match=f"conversationIDs: {MOST_ENTRIES + 1} entries, and at most {MOST_ENTRIES} are"):
        decode(sent.SerializeToString(), msg_pb2.GetLastMessageReq, GetLastMessageRequest)


def test_many_lists_are_refused_that_are_too_long_together():
    one = msg_pb2.ConversationSeqs(seqs=range(MOST_ENTRIES))
    few, many = MOST_IN_ALL // MOST_ENTRIES - 1, MOST_IN_ALL // MOST_ENTRIES + 1
    sent = msg_pb2.GetSeqMessageReq(conversations=[one] * few).SerializeToString()
    assert len(decode(sent, msg_pb2.GetSeqMessageReq, GetSeqMessageRequest).conversations or ()) == few
    sent = msg_pb2.GetSeqMessageReq(conversations=[one] * many).SerializeToString()
    with pytest.raises(ImError, match=f"seqs: with it all lists have more than {MOST_IN_ALL} entries"):
        decode(sent, msg_pb2.GetSeqMessageReq, GetSeqMessageRequest)


def test_fields_that_nobody_knows_are_passed_over():
    sent = sdkws_pb2.GetMaxSeqReq(userID="ann").SerializeToString() + b"\x78\x00"
    assert decode(sent, sdkws_pb2.GetMaxSeqReq, GetMaxSeqRequest) == GetMaxSeqRequest(user_id="ann")


@given(st.binary(max_size=200), st.sampled_from(REQUESTS))
def test_whatever_the_bytes_are_nothing_else_is_raised(data, kind):
    message, struct = kind
    with contextlib.suppress(ImError):
        assert isinstance(decode(data, message, struct), Request)


def test_an_answer_is_the_message_with_the_same_names():
    answer = Answer(3, [Entry(Last(b"\x00\xff", {"unreadCount": False}), maxSeq=2**40)])
    found = jssdk_pb2.GetActiveConversationsResp.FromString(encode(answer, jssdk_pb2.GetActiveConversationsResp))
    assert found == jssdk_pb2.GetActiveConversationsResp(
        unreadCount=3,
        conversations=[
            jssdk_pb2.ConversationMsg(
                lastMsg=sdkws_pb2.MsgData(content=b"\x00\xff", options={"unreadCount": False}), maxSeq=2**40
            )
        ],
    )


def test_what_only_an_answer_has_is_left_out_of_its_message():
    class Own(msgspec.Struct):
        conversations: list[dict[str, object]]
        more: int = 7

    of_group = {"groupID": "g", "historyForNewMembers": 1}
    last = {"seq": 3, "options": {"unreadCount": False}, "own": "x"}
    answer = Own([{"group": of_group, "friend": None, "lastMsg": last, "maxSeq": 3}])
    found = jssdk_pb2.GetActiveConversationsResp.FromString(encode(answer, jssdk_pb2.GetActiveConversationsResp))
    assert found == jssdk_pb2.GetActiveConversationsResp(
        conversations=[
            jssdk_pb2.ConversationMsg(
                group=sdkws_pb2.GroupInfo(groupID="g"),
                lastMsg=sdkws_pb2.MsgData(seq=3, options={"unreadCount": False}),
                maxSeq=3,
            )
        ]
    )


def test_an_answer_with_nothing_in_it_still_has_bytes():
    empty = ConversationsWithMessagesResponse(unread_count=0, conversations=[])
    data = encode(empty, jssdk_pb2.GetConversationsResp)
    assert data
    found = jssdk_pb2.GetConversationsResp.FromString(data)
    assert (found.unreadCount, len(found.conversations)) == (0, 0)
