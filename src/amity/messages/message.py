"""A message, as on the wire, in JSON as in protobuf."""

import msgspec

from amity.calls.call import Response
from amity.wire.proto.sdkws_pb2 import OfflinePushInfo as PushInfo


class OfflinePushInfo(Response):
    title: str
    desc: str
    ex: str
    ios_push_sound: str = msgspec.field(name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(name="iOSBadgeCount")
    signal_info: str


def push_info_of(push: PushInfo) -> OfflinePushInfo:
    """Return what an offline push shows, which a message has."""
    return OfflinePushInfo(
        title=push.title,
        desc=push.desc,
        ex=push.ex,
        ios_push_sound=push.iOSPushSound,
        ios_badge_count=push.iOSBadgeCount,
        signal_info=push.signalInfo,
    )


class MsgData(Response):
    """A message; times in milliseconds since 1970, ``content`` in base64."""

    send_id: str
    recv_id: str
    group_id: str
    client_msg_id: str
    server_msg_id: str
    sender_platform_id: int
    sender_nickname: str
    sender_face_url: str
    session_type: int
    msg_from: int
    content_type: int
    content: bytes
    seq: int
    send_time: int
    create_time: int
    status: int
    is_read: bool
    options: dict[str, bool]
    offline_push_info: OfflinePushInfo | None
    at_user_id_list: list[str]
    attached_info: str
    ex: str
