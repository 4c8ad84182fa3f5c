"""A message, as on the wire, in JSON as in protobuf.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Response


class OfflinePushInfo(Response):
    title: str = ""
    desc: str = ""
    ex: str = ""
    ios_push_sound: str = msgspec.field(default="", name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(default=False, name="iOSBadgeCount")
    signal_info: str = ""


class MsgData(Response):
    """A message; times in milliseconds since 1970, ``content`` in base64."""

    send_id: str = ""
    recv_id: str = ""
    group_id: str = ""
    client_msg_id: str = ""
    server_msg_id: str = ""
    sender_platform_id: int = 0
    sender_nickname: str = ""
    sender_face_url: str = ""
    session_type: int = 0
    msg_from: int = 0
    content_type: int = 0
    content: bytes = b""
    seq: int = 0
    send_time: int = 0
    create_time: int = 0
    status: int = 0
    is_read: bool = False
    options: dict[str, bool] = msgspec.field(default_factory=dict)
    offline_push_info: OfflinePushInfo | None = None
    at_user_id_list: list[str] = msgspec.field(default_factory=list)
    attached_info: str = ""
    ex: str = ""
