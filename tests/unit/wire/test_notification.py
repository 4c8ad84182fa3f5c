"""The bytes of a push: a message that clients take for a notification, and for nothing else."""

import json

from amity.wire.notification import ContentType, Detail, Notification, conversation_of, push_messages
from amity.wire.proto.sdkws_pb2 import PushMessages

DETAIL = {"fromToUserID": {"fromUserID": "bob"}, "request": None}


class Deleted(Detail):
    content_type = ContentType.FRIEND_DELETED
    from_to_user_id: dict[str, str]
    request: None = None


DELETED = Notification("bob", "ann", Deleted(from_to_user_id={"fromUserID": "bob"}))


def only_message(data):
    """The one message of a push, which is in no chat."""
    pushed = PushMessages.FromString(data)
    assert not pushed.msgs
    ((conversation, pull),) = pushed.notificationMsgs.items()
    (message,) = pull.Msgs
    return conversation, message


def test_a_push_is_one_message_of_the_two_users_notification_conversation():
    conversation, message = only_message(push_messages(DELETED, 1_700_000_000_123))
    assert conversation == "n_ann_bob"
    assert (message.sendID, message.recvID, message.groupID) == ("bob", "ann", "")
    assert (message.contentType, message.sessionType, message.msgFrom) == (1205, 1, 200)
    assert (message.sendTime, message.createTime) == (1_700_000_000_123, 1_700_000_000_123)
    assert (message.status, message.isRead) == (0, False)


def test_it_has_no_seq_as_it_is_not_stored():
    assert only_message(push_messages(DELETED, 1))[1].seq == 0


def test_its_content_is_json_in_json():
    content = only_message(push_messages(DELETED, 1))[1].content
    assert content == rb'{"detail":"{\"fromToUserID\":{\"fromUserID\":\"bob\"},\"request\":null}"}'
    assert json.loads(json.loads(content)["detail"]) == DETAIL


def test_it_says_of_every_switch_that_it_is_no_chat_message():
    assert dict(only_message(push_messages(DELETED, 1))[1].options) == {
        "isNotNotification": False,
        "isSendMsg": False,
        "history": False,
        "persistent": False,
        "offlinePush": False,
        "unreadCount": False,
        "conversationUpdate": False,
        "senderSync": True,
        "notPrivate": False,
        "senderConversationUpdate": False,
        "reactionFromCache": False,
    }


def test_every_push_has_ids_of_its_own():
    messages = [only_message(push_messages(DELETED, 1))[1] for _ in range(3)]
    ids = {each for message in messages for each in (message.clientMsgID, message.serverMsgID)}
    assert len(ids) == 6
    assert {len(each) for each in ids} == {32}


def test_a_conversation_with_oneself_has_the_id_twice():
    assert conversation_of("ann", "ann") == "n_ann_ann"


def test_ids_are_sorted_as_openim_does_it_by_their_bytes():
    assert conversation_of("a", "B") == "n_B_a"
    assert conversation_of("\U0001f600", "￼") == "n_￼_\U0001f600"
