"""A client of the gateway gets a message as bytes, and one of the HTTP API as JSON: both say the same."""

from hypothesis import given
from hypothesis import strategies as st

from amity.messages.forms import DELETED
from amity.messages.reading.shown import Shown, placeholder, shown
from amity.timeline.models import Message
from amity.wire import protobuf
from amity.wire.proto.sdkws_pb2 import MsgData, OfflinePushInfo

bodies = st.builds(
    MsgData,
    sendID=st.text(max_size=20),
    recvID=st.text(max_size=20),
    clientMsgID=st.text(max_size=20),
    senderPlatformID=st.integers(0, 11),
    contentType=st.sampled_from([101, 106, 114, 2101]),
    content=st.binary(max_size=500),
    sendTime=st.integers(0, 2**62),
    status=st.sampled_from([2, DELETED]),
    isRead=st.booleans(),
    options=st.dictionaries(st.sampled_from(["history", "unreadCount"]), st.booleans()),
    offlinePushInfo=st.none() | st.builds(OfflinePushInfo, title=st.text(max_size=9), iOSBadgeCount=st.booleans()),
    atUserIDList=st.lists(st.text(max_size=9), max_size=3),
    attachedInfo=st.text(max_size=20),
    ex=st.text(max_size=20),
)


def as_json_says(found: Shown) -> MsgData:
    return MsgData.FromString(protobuf.encode(found.struct(), MsgData))


@given(body=bodies, seq=st.integers(1, 2**62), is_read=st.booleans(), is_hidden=st.booleans())
def test_the_bytes_of_a_message_say_what_its_json_says(body, seq, is_read, is_hidden):
    found = shown(Message(seq, 1, 0, body.SerializeToString()), is_read=is_read, is_hidden=is_hidden)
    assert MsgData.FromString(found.encoded()) == as_json_says(found)


@given(body=bodies, content=st.binary(max_size=50))
def test_a_content_that_was_put_in_place_of_another_is_in_both(body, content):
    found = shown(Message(3, 1, 0, body.SerializeToString()), is_read=True)
    found.content = content
    assert MsgData.FromString(found.encoded()).content == content
    assert as_json_says(found).content == content


@given(body=bodies)
def test_a_hidden_message_has_no_content_in_its_bytes(body):
    body.content = b"do not tell"
    found = shown(Message(3, 1, 0, body.SerializeToString()), is_read=False, is_hidden=True)
    assert b"do not tell" not in found.encoded()
    assert MsgData.FromString(found.encoded()).status == DELETED


def test_a_placeholder_has_its_number_and_its_time_alone():
    expected = MsgData(seq=7, sendTime=5, status=DELETED)
    assert MsgData.FromString(placeholder(7, 5).encoded()) == expected == as_json_says(placeholder(7, 5))
