"""Stored messages as clients get them."""

from amity.messages.forms import DELETED, is_deleted
from amity.messages.message import MsgData, OfflinePushInfo
from amity.timeline.models import Message
from amity.wire.proto.sdkws_pb2 import MsgData as StoredData


def shown(message: Message, *, is_read: bool, is_hidden: bool = False) -> MsgData:
    """Return a stored message with its number. Of one that is hidden there is no content."""
    data = StoredData.FromString(message.body)
    if is_deleted(data):
        return placeholder(message.seq, data.sendTime)
    push = data.offlinePushInfo if data.HasField("offlinePushInfo") else None
    return MsgData(
        send_id=data.sendID,
        recv_id=data.recvID,
        group_id=data.groupID,
        client_msg_id=data.clientMsgID,
        server_msg_id=data.serverMsgID,
        sender_platform_id=data.senderPlatformID,
        sender_nickname=data.senderNickname,
        sender_face_url=data.senderFaceURL,
        session_type=data.sessionType,
        msg_from=data.msgFrom,
        content_type=data.contentType,
        content=b"" if is_hidden else data.content,
        seq=message.seq,
        send_time=data.sendTime,
        create_time=data.createTime,
        status=DELETED if is_hidden else data.status,
        is_read=is_read,
        options=dict(data.options),
        offline_push_info=None
        if push is None
        else OfflinePushInfo(
            title=push.title,
            desc=push.desc,
            ex=push.ex,
            ios_push_sound=push.iOSPushSound,
            ios_badge_count=push.iOSBadgeCount,
            signal_info=push.signalInfo,
        ),
        at_user_id_list=list(data.atUserIDList),
        attached_info=data.attachedInfo,
        ex=data.ex,
    )


def placeholder(seq: int, send_time: int = 0) -> MsgData:
    """Return what stands in the place of a number that has no message; ``send_time`` in milliseconds since 1970."""
    return MsgData(
        send_id="",
        recv_id="",
        group_id="",
        client_msg_id="",
        server_msg_id="",
        sender_platform_id=0,
        sender_nickname="",
        sender_face_url="",
        session_type=0,
        msg_from=0,
        content_type=0,
        content=b"",
        seq=seq,
        send_time=send_time,
        create_time=0,
        status=DELETED,
        is_read=False,
        options={},
        offline_push_info=None,
        at_user_id_list=[],
        attached_info="",
        ex="",
    )
