from hypothesis import given
from hypothesis import strategies as st

from amity.wire.message_bytes import last_messages, marked, numbered, pull_msgs, pulled, push_data
from amity.wire.proto.msg_pb2 import GetLastMessageResp, GetSeqMessageResp
from amity.wire.proto.sdkws_pb2 import MsgData, PullMessageBySeqsResp, PullMsgs, PushMessages

seqs = st.integers(0, 2**63 - 1)
bodies = st.builds(
    MsgData,
    sendID=st.text(max_size=40),
    content=st.binary(max_size=40_000),
    sendTime=st.integers(0, 2**62),
    options=st.dictionaries(st.sampled_from(["history", "unreadCount"]), st.booleans()),
)
messages = st.builds(
    MsgData,
    sendID=st.text(max_size=40),
    content=st.binary(max_size=20_000),
    seq=seqs,
    isRead=st.booleans(),
    options=st.dictionaries(st.sampled_from(["history", "unreadCount"]), st.booleans()),
)
parts = st.builds(PullMsgs, Msgs=st.lists(messages, max_size=5), isEnd=st.booleans(), endSeq=seqs)
by_conversation = st.dictionaries(st.text(max_size=300), parts, max_size=4)


def encoded(part: PullMsgs) -> bytes:
    return pull_msgs([each.SerializeToString() for each in part.Msgs], is_end=part.isEnd, end_seq=part.endSeq)


@given(message=bodies, seq=st.integers(1, 2**62))
def test_a_stored_message_gets_its_number(message, seq):
    found = MsgData.FromString(numbered(message.SerializeToString(), seq))
    message.seq = seq
    assert found == message


def test_a_message_that_is_not_stored_has_no_number():
    body = MsgData(sendID="ann").SerializeToString()
    assert numbered(body, 0) == body


@given(conversation_id=st.text(max_size=300), message=bodies, notifies=st.booleans())
def test_the_bytes_of_a_push_are_those_of_the_protobuf_message(conversation_id, message, notifies):
    pulled = {conversation_id: PullMsgs(Msgs=[message])}
    expected = PushMessages(notificationMsgs=pulled) if notifies else PushMessages(msgs=pulled)
    made = push_data(conversation_id, message.SerializeToString(), notifies=notifies)
    assert PushMessages.FromString(made) == expected


@given(message=messages, seq=st.integers(1, 2**63 - 1), is_read=st.booleans())
def test_a_stored_message_gets_its_number_and_whether_it_was_read_whatever_it_says_itself(message, seq, is_read):
    found = MsgData.FromString(marked(message.SerializeToString(), seq, is_read=is_read))
    message.seq, message.isRead = seq, is_read
    assert found == message


@given(msgs=by_conversation, notification_msgs=by_conversation)
def test_the_bytes_of_a_pull_are_those_of_the_protobuf_message(msgs, notification_msgs):
    made = pulled(
        {name: encoded(part) for name, part in msgs.items()},
        {name: encoded(part) for name, part in notification_msgs.items()},
    )
    for answer in (PullMessageBySeqsResp, GetSeqMessageResp):
        assert answer.FromString(made) == answer(msgs=msgs, notificationMsgs=notification_msgs)


@given(msgs=st.dictionaries(st.text(max_size=300), messages, max_size=5))
def test_the_bytes_of_last_messages_are_those_of_the_protobuf_message(msgs):
    made = last_messages({name: message.SerializeToString() for name, message in msgs.items()})
    assert GetLastMessageResp.FromString(made) == GetLastMessageResp(msgs=msgs)
