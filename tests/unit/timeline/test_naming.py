"""As what a message was sent is told by the number that it is found by."""

import pytest

from amity.timeline.models import once_of
from amity.timeline.naming import SentAs, once_as, sent_as
from amity.wire.proto.sdkws_pb2 import MsgData

MESSAGE = MsgData(clientMsgID="m", serverMsgID="s", recvID="bob")


@pytest.mark.parametrize("each", SentAs)
@pytest.mark.parametrize("receiver_id", ["", "cid"])
def test_it_is_told_from_the_number(each, receiver_id):
    assert sent_as(once_as(each, 1, MESSAGE, receiver_id), 1, MESSAGE, receiver_id) == each


def test_a_message_that_was_sent_under_another_id_was_changed():
    assert sent_as(once_of(1, "another"), 1, MESSAGE) is SentAs.CHANGED


def test_each_has_a_number_of_its_own():
    assert len({once_as(each, 1, MESSAGE) for each in SentAs}) == len(SentAs)
