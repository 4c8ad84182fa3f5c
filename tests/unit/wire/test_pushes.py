from hypothesis import given
from hypothesis import strategies as st

from amity.wire.proto.sdkws_pb2 import MsgData, PullMsgs, PushMessages
from amity.wire.pushes import numbered, push_data

bodies = st.builds(
    MsgData,
    sendID=st.text(max_size=40),
    content=st.binary(max_size=40_000),
    sendTime=st.integers(0, 2**62),
    options=st.dictionaries(st.sampled_from(["history", "unreadCount"]), st.booleans()),
)


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
