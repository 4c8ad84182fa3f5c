"""What stands in the place of a message that was taken back. Pure.

Its ids and times stay: so a client that repeats it gets the first answer.
"""

from typing import Final

import msgspec

from amity.wire.naming import wire_name
from amity.wire.notification import ContentType
from amity.wire.proto.sdkws_pb2 import MsgData

DELETED: Final = 4
"""``status`` of what stands for a message that is not there."""
_encode = msgspec.json.encode


class Revoked(msgspec.Struct, kw_only=True, rename=wire_name):
    """What is shown in the place of a revoked message; times in milliseconds since 1970."""

    revoker_id: str
    revoker_role: int
    client_msg_id: str
    revoker_nickname: str
    revoke_time: int
    source_message_send_time: int
    source_message_send_id: str
    source_message_sender_nickname: str
    session_type: int
    seq: int
    ex: str


def is_deleted(message: MsgData) -> bool:
    return message.status == DELETED


def is_revoked(message: MsgData) -> bool:
    return message.contentType == ContentType.MSG_REVOKE


def deleted(message: MsgData) -> bytes:
    """Return the body of what stands for a message that was deleted for everybody."""
    made = _ids_of(message)
    made.status = DELETED
    return made.SerializeToString()


def revoked(message: MsgData, seq: int, revoker_id: str, nickname: str, role: int, now: int) -> bytes:
    """Return the body of what stands for a message that was revoked; ``now`` in milliseconds since 1970."""
    detail = Revoked(
        revoker_id=revoker_id,
        revoker_role=role,
        client_msg_id=message.clientMsgID,
        revoker_nickname=nickname,
        revoke_time=now,
        source_message_send_time=message.sendTime,
        source_message_send_id=message.sendID,
        source_message_sender_nickname=message.senderNickname,
        session_type=message.sessionType,
        seq=seq,
        ex="",
    )
    made = _ids_of(message)
    made.senderNickname = message.senderNickname
    made.senderFaceURL = message.senderFaceURL
    made.status = message.status
    made.contentType = ContentType.MSG_REVOKE
    made.content = _encode({"detail": _encode(detail).decode()})
    made.options.update(message.options)
    return made.SerializeToString()


def _ids_of(message: MsgData) -> MsgData:
    return MsgData(
        sendID=message.sendID,
        recvID=message.recvID,
        groupID=message.groupID,
        clientMsgID=message.clientMsgID,
        serverMsgID=message.serverMsgID,
        senderPlatformID=message.senderPlatformID,
        sessionType=message.sessionType,
        msgFrom=message.msgFrom,
        sendTime=message.sendTime,
        createTime=message.createTime,
    )
