"""What the app's business server is told of a message that is about to be pushed."""

from typing import Any

from amity.wire.platforms import platform_name
from amity.wire.proto.sdkws_pb2 import MsgData


def described(message: MsgData, operation_id: str) -> dict[str, Any]:
    """Return the fields that all events before a push have in common, by their names."""
    return {
        "operation_id": operation_id,
        "platform_id": message.senderPlatformID,
        "platform": platform_name(message.senderPlatformID),
        "client_msg_id": message.clientMsgID,
        "send_id": message.sendID,
        "group_id": message.groupID,
        "content_type": message.contentType,
        "session_type": message.sessionType,
        "at_user_id_list": tuple(message.atUserIDList) or None,
        "content": message.content.decode(errors="replace"),
    }
