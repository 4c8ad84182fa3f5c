"""Messages as the callbacks about them show them. Pure."""

from typing import Any

from amity.callbacks.filters import Subject
from amity.messages.content import NOTIFICATIONS
from amity.wire.events.messages import (
    AfterMsgSaveDB,
    AfterSendGroupMsg,
    AfterSendSingleMsg,
    BeforeMsgModify,
    BeforeSendGroupMsg,
    BeforeSendSingleMsg,
)
from amity.wire.message_kinds import TYPING
from amity.wire.proto.sdkws_pb2 import MsgData


def is_told(message: MsgData) -> bool:
    """Return whether callbacks are about a message: not about typing, nor about notifications."""
    return message.contentType != TYPING and message.contentType not in NOTIFICATIONS


def subject_of(message: MsgData) -> Subject:
    """Return what the filters of callbacks go by."""
    return Subject(message.contentType, [each for each in (message.sendID, message.groupID or message.recvID) if each])


def before_send_single(message: MsgData, operation_id: str) -> BeforeSendSingleMsg:
    """Return the question whether a message may be sent."""
    return BeforeSendSingleMsg(**_fields(message, operation_id, 0), recv_id=message.recvID)


def before_send_group(message: MsgData, operation_id: str) -> BeforeSendGroupMsg:
    """Return the question whether a message may be sent to a group."""
    return BeforeSendGroupMsg(**_fields(message, operation_id, 0), group_id=message.groupID)


def before_modify(message: MsgData, operation_id: str) -> BeforeMsgModify:
    """Return the question what is to be changed in a message."""
    return BeforeMsgModify(**_fields(message, operation_id, 0))


def after_send_single(message: MsgData, operation_id: str, seq: int) -> AfterSendSingleMsg:
    """Return what is told of a message that was sent; ``seq`` is 0 if it is not stored."""
    return AfterSendSingleMsg(**_fields(message, operation_id, seq), recv_id=message.recvID)


def after_send_group(message: MsgData, operation_id: str, seq: int) -> AfterSendGroupMsg:
    """Return what is told of a message that was sent to a group; ``seq`` is 0 if it is not stored."""
    return AfterSendGroupMsg(**_fields(message, operation_id, seq), group_id=message.groupID)


def after_save(message: MsgData, operation_id: str, seq: int) -> AfterMsgSaveDB:
    """Return what is told of a message that is stored."""
    fields = _fields(message, operation_id, seq)
    return AfterMsgSaveDB(**fields, recv_id=message.recvID, group_id=message.groupID)


def _fields(message: MsgData, operation_id: str, seq: int) -> dict[str, Any]:
    return {
        "send_id": message.sendID,
        "server_msg_id": message.serverMsgID,
        "client_msg_id": message.clientMsgID,
        "operation_id": operation_id,
        "sender_platform_id": message.senderPlatformID,
        "sender_nickname": message.senderNickname,
        "session_type": message.sessionType,
        "msg_from": message.msgFrom,
        "content_type": message.contentType,
        "status": message.status,
        "send_time": message.sendTime,
        "create_time": message.createTime,
        "content": message.content.decode(errors="replace"),
        "seq": seq,
        "at_user_list": tuple(message.atUserIDList) or None,
        "face_url": message.senderFaceURL,
        "ex": message.ex,
    }
