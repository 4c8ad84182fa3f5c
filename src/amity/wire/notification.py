"""Notifications: what the server tells clients unasked, in the form of a message that is no chat message. Pure.

Source: open-im-server 3.8 ``pkg/notification``, ``openimsdk/protocol`` ``constant`` (numbers and names).
"""

import secrets
from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar

import msgspec

from amity.wire.conversation_ids import NOTIFICATIONS, group_notices_id
from amity.wire.message_kinds import GROUP_CHAT, SINGLE_CHAT
from amity.wire.naming import wire_name
from amity.wire.proto.sdkws_pb2 import MsgData, PullMsgs, PushMessages

SYSTEM = 200
"""``msgFrom`` of a message that no user wrote."""

_encode = msgspec.json.encode
# A switch that is absent is on, and a message without switches one of a chat: stored, unread, on top of its list.
_OPTIONS: Mapping[str, bool] = {
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
_STORED = ("history", "persistent")


class ContentType(IntEnum):
    """``contentType`` of a notification."""

    FRIEND_APPLICATION_APPROVED = 1201
    FRIEND_APPLICATION_REJECTED = 1202
    FRIEND_APPLICATION = 1203
    FRIEND_DELETED = 1205
    FRIEND_REMARK_SET = 1206
    BLACK_ADDED = 1207
    BLACK_DELETED = 1208
    FRIEND_INFO_UPDATED = 1209
    FRIENDS_INFO_UPDATE = 1210
    CONVERSATION_CHANGE = 1300
    USER_INFO_UPDATED = 1303
    OF_ACCOUNT = 1400
    GROUP_CREATED = 1501
    GROUP_INFO_SET = 1502
    JOIN_GROUP_APPLICATION = 1503
    MEMBER_QUIT = 1504
    GROUP_APPLICATION_ACCEPTED = 1505
    GROUP_APPLICATION_REJECTED = 1506
    GROUP_OWNER_TRANSFERRED = 1507
    MEMBER_KICKED = 1508
    MEMBER_INVITED = 1509
    MEMBER_ENTER = 1510
    GROUP_DISMISSED = 1511
    GROUP_MEMBER_MUTED = 1512
    GROUP_MEMBER_CANCEL_MUTED = 1513
    GROUP_MUTED = 1514
    GROUP_CANCEL_MUTED = 1515
    GROUP_MEMBER_INFO_SET = 1516
    GROUP_MEMBER_SET_TO_ADMIN = 1517
    GROUP_MEMBER_SET_TO_ORDINARY = 1518
    GROUP_INFO_SET_ANNOUNCEMENT = 1519
    GROUP_INFO_SET_NAME = 1520
    CONVERSATION_PRIVATE_CHAT = 1701
    CLEAR_CONVERSATION = 1703
    BUSINESS = 2001
    MSG_REVOKE = 2101
    DELETE_MSGS = 2102
    MARK_AS_READ = 2200


class Detail(msgspec.Struct, kw_only=True, rename=wire_name):
    """What a kind of notification says, as OpenIM's JSON. Each kind is a struct, with its fields in OpenIM's order."""

    content_type: ClassVar[int]


class FromTo(msgspec.Struct, frozen=True, rename=wire_name):
    """Whose list a detail is about, and who on it."""

    from_user_id: str
    to_user_id: str


class Notification(msgspec.Struct, frozen=True):
    """One notification. ``send_id`` and ``recv_id`` name the conversation that it comes in, not who is told. One of a
    group has its id as ``recv_id``, and with ``is_message`` there is a message of the group that tells the same."""

    send_id: str
    recv_id: str
    detail: Detail
    coalesces: str = ""
    """The name of the list to fetch, if all that OpenIM's Go core does with it is to fetch what has changed on one. A
    core that has still to do so for an earlier one of that name need not be told."""
    is_of_group: bool = False
    is_message: bool = False
    sender_nickname: str = ""
    sender_face_url: str = ""


def conversation_of(send_id: str, recv_id: str) -> str:
    """Return the id of the conversation that notifications between two users come in."""
    return NOTIFICATIONS + "_".join(sorted((send_id, recv_id)))


def message_of(notification: Notification, now: int, *, is_stored: bool = False) -> MsgData:
    """Return a notification as a message; ``now`` in milliseconds since 1970.

    It has no ``seq``: clients take one that is not stored as it comes.
    """
    detail = _encode(notification.detail).decode()
    options = {**_OPTIONS, **dict.fromkeys(_STORED, True)} if is_stored else _OPTIONS
    return MsgData(
        sendID=notification.send_id,
        recvID=notification.recv_id,
        groupID=notification.recv_id if notification.is_of_group else "",
        clientMsgID=secrets.token_hex(16),
        serverMsgID=secrets.token_hex(16),
        senderNickname=notification.sender_nickname,
        senderFaceURL=notification.sender_face_url,
        sessionType=GROUP_CHAT if notification.is_of_group else SINGLE_CHAT,
        msgFrom=SYSTEM,
        contentType=notification.detail.content_type,
        content=_encode({"detail": detail}),
        sendTime=now,
        createTime=now,
        options={**options, "isSendMsg": True} if notification.is_message else options,
    )


def copy_of(notice: MsgData) -> MsgData:
    """Return the message of a chat that tells what a notification tells: stored, unread, without a number yet."""
    copy = MsgData()
    copy.CopyFrom(notice)
    copy.options.clear()
    copy.options.update({"offlinePush": False, "unreadCount": True})
    copy.seq = 0
    return copy


def push_messages(notification: Notification, now: int) -> bytes:
    """Return the ``data`` of a push frame; ``now`` in milliseconds since 1970."""
    return pushed(message_of(notification, now))


def pushed(message: MsgData) -> bytes:
    """Return the ``data`` of a push frame with a notification that is a message already."""
    group_id = message.groupID
    conversation = group_notices_id(group_id) if group_id else conversation_of(message.sendID, message.recvID)
    return PushMessages(notificationMsgs={conversation: PullMsgs(Msgs=[message])}).SerializeToString()
