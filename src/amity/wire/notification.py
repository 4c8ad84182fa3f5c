"""Notifications: what the server tells clients unasked, in the form of a message that is no chat message. Pure.

Source: open-im-server 3.8 ``pkg/notification``, ``openimsdk/protocol`` ``constant`` (numbers and names).
"""

import secrets
from collections.abc import Mapping
from enum import IntEnum
from typing import ClassVar

import msgspec

from amity.wire.naming import wire_name
from amity.wire.proto.sdkws_pb2 import MsgData, PullMsgs, PushMessages

SYSTEM = 200
"""``msgFrom`` of a message that no user wrote."""
SINGLE_CHAT = 1
"""``sessionType`` of a message from one user to another."""

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
    """One notification. ``send_id`` and ``recv_id`` name the conversation that it comes in, not who is told."""

    send_id: str
    recv_id: str
    detail: Detail
    coalesces: str = ""
    """The name of the list to fetch, if all that OpenIM's Go core does with it is to fetch what has changed on one. A
    core that has still to do so for an earlier one of that name need not be told."""


def conversation_of(send_id: str, recv_id: str) -> str:
    """Return the id of the conversation that notifications between two users come in."""
    return "n_" + "_".join(sorted((send_id, recv_id)))


def message_of(notification: Notification, now: int, *, is_stored: bool = False) -> MsgData:
    """Return a notification as a message; ``now`` in milliseconds since 1970.

    It has no ``seq``: clients take one that is not stored as it comes.
    """
    detail = _encode(notification.detail).decode()
    return MsgData(
        sendID=notification.send_id,
        recvID=notification.recv_id,
        clientMsgID=secrets.token_hex(16),
        serverMsgID=secrets.token_hex(16),
        sessionType=SINGLE_CHAT,
        msgFrom=SYSTEM,
        contentType=notification.detail.content_type,
        content=_encode({"detail": detail}),
        sendTime=now,
        createTime=now,
        options={**_OPTIONS, **dict.fromkeys(_STORED, True)} if is_stored else _OPTIONS,
    )


def push_messages(notification: Notification, now: int) -> bytes:
    """Return the ``data`` of a push frame; ``now`` in milliseconds since 1970."""
    conversation = conversation_of(notification.send_id, notification.recv_id)
    message = message_of(notification, now)
    return PushMessages(notificationMsgs={conversation: PullMsgs(Msgs=[message])}).SerializeToString()
