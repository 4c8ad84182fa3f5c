"""The requests that send messages, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from typing import Any

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.messages import OfflinePushInfo


class PushInfo(Request):
    title: str = ""
    desc: str = ""
    ex: str = ""
    ios_push_sound: str = msgspec.field(default="", name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(default=False, name="iOSBadgeCount")
    signal_info: str = ""


class SendMsgRequest(Request):
    """A message from anybody. ``content`` is an object; ``send_time`` in milliseconds since 1970, 0 for now."""

    send_id: str = ""
    recv_id: str = ""
    group_id: str = ""
    sender_nickname: str = ""
    sender_face_url: str = ""
    sender_platform_id: int = 0
    content: Any = None
    content_type: int = 0
    session_type: int = 0
    is_online_only: bool = False
    not_offline_push: bool = False
    send_time: int = 0
    offline_push_info: PushInfo | None = None
    ex: str = ""


class ModifiedMessage(Response):
    """What the app's business server has changed in a message. Fields that it has not changed are left out."""

    content: str | None = None
    recv_id: str | None = None
    group_id: str | None = None
    client_msg_id: str | None = None
    server_msg_id: str | None = None
    sender_platform_id: int | None = None
    sender_nickname: str | None = None
    sender_face_url: str | None = None
    session_type: int | None = None
    msg_from: int | None = None
    content_type: int | None = None
    options: dict[str, bool] = msgspec.field(default_factory=dict)
    offline_push_info: OfflinePushInfo | None = None
    at_user_id_list: list[str] = msgspec.field(default_factory=list)
    attached_info: str | None = None
    ex: str | None = None


class SendMsgResponse(Response):
    """``send_time`` in milliseconds since 1970. ``modify`` is there if the business server has changed the message."""

    server_msg_id: str = ""
    client_msg_id: str = ""
    send_time: int = 0
    modify: ModifiedMessage | None = None


class BatchSendMsgRequest(Request):
    """A message to each of ``recv_ids``, or to all users if ``is_send_all``; ``recv_id`` does not count."""

    send_id: str = ""
    recv_id: str = ""
    group_id: str = ""
    sender_nickname: str = ""
    sender_face_url: str = ""
    sender_platform_id: int = 0
    content: Any = None
    content_type: int = 0
    session_type: int = 0
    is_online_only: bool = False
    not_offline_push: bool = False
    send_time: int = 0
    offline_push_info: PushInfo | None = None
    ex: str = ""
    recv_ids: list[str] | None = None
    is_send_all: bool = False


class BatchSent(Response):
    """What one receiver was sent; ``send_time`` in milliseconds since 1970."""

    server_msg_id: str = ""
    client_msg_id: str = ""
    send_time: int = 0
    recv_id: str = ""


class BatchFailure(Response):
    """Why one receiver was sent nothing."""

    user_id: str = ""
    err_code: int = 0
    err_msg: str = ""
    err_dlt: str = ""


class BatchSendMsgResponse(Response):
    """``failures`` says why, for each of ``failed_user_ids``."""

    results: list[BatchSent] = msgspec.field(default_factory=list)
    failed_user_ids: list[str] = msgspec.field(default_factory=list)
    failures: list[BatchFailure] = msgspec.field(default_factory=list)


class SendSimpleMsgRequest(Request):
    """An answer to a message. ``send_id`` is who answers in a group; in a single chat the receiver does."""

    send_id: str = ""
    content: str = ""
    offline_push_info: PushInfo | None = None
    ex: str = ""


class CheckMsgIsSendSuccessRequest(Request):
    pass


class CheckMsgIsSendSuccessResponse(Response):
    """``status``: 2 sent, 0 not known."""

    status: int = 0


MSG_SEND_MSG = Operation("/msg/send_msg", SendMsgRequest, SendMsgResponse)
"""Send a message as anybody."""
MSG_BATCH_SEND_MSG = Operation("/msg/batch_send_msg", BatchSendMsgRequest, BatchSendMsgResponse)
"""Send a message to many users."""
MSG_SEND_SIMPLE_MSG = Operation("/msg/send_simple_msg", SendSimpleMsgRequest, SendMsgResponse)
"""Answer a message."""
MSG_CHECK_MSG_IS_SEND_SUCCESS = Operation(
    "/msg/check_msg_is_send_success",
    CheckMsgIsSendSuccessRequest,
    CheckMsgIsSendSuccessResponse,
)
"""Say whether a call has sent its message."""
