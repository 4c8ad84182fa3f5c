"""The requests that send messages, as on the wire."""

from typing import Annotated

import msgspec

from amity.calls.bounded import characters_up_to
from amity.calls.call import Request, Response
from amity.messages.message import OfflinePushInfo
from amity.messages.sending.limits import MOST_PUSH
from amity.wire.integers import Int32


class PushInfo(Request):
    title: str = ""
    desc: str = ""
    ex: Annotated[str, characters_up_to(MOST_PUSH)] = ""
    ios_push_sound: str = msgspec.field(default="", name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(default=False, name="iOSBadgeCount")
    signal_info: str = ""


class SendMsgRequest(Request, kw_only=True):
    """A message from anybody. ``content`` is an object; ``send_time`` in milliseconds since 1970, 0 for now."""

    send_id: str = ""
    recv_id: str = ""
    group_id: str = ""
    sender_nickname: str = ""
    sender_face_url: str = ""
    sender_platform_id: Int32 = 0
    content: msgspec.Raw
    content_type: Int32 = 0
    session_type: Int32 = 0
    is_online_only: bool = False
    not_offline_push: bool = False
    send_time: int = 0
    offline_push_info: PushInfo | None = None
    ex: str = ""


class ModifiedMessage(Response, omit_defaults=True):
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
    options: dict[str, bool] | None = None
    offline_push_info: OfflinePushInfo | None = None
    at_user_id_list: list[str] | None = None
    attached_info: str | None = None
    ex: str | None = None


class SendMsgResponse(Response, omit_defaults=True):
    """``send_time`` in milliseconds since 1970. ``modify`` is there if the business server has changed the message."""

    server_msg_id: str
    client_msg_id: str
    send_time: int
    modify: ModifiedMessage | None = None


class BatchSendMsgRequest(SendMsgRequest, kw_only=True):
    """A message to each of ``recv_ids``, or to all users if ``is_send_all``; ``recv_id`` does not count."""

    recv_ids: list[str] | None = None
    is_send_all: bool = False


class BatchSent(Response):
    """What one receiver was sent; ``send_time`` in milliseconds since 1970."""

    server_msg_id: str
    client_msg_id: str
    send_time: int
    recv_id: str


class BatchFailure(Response):
    """Why one receiver was sent nothing."""

    user_id: str
    err_code: int
    err_msg: str
    err_dlt: str


class BatchSendMsgResponse(Response):
    """``failures`` says why, for each of ``failed_user_ids``."""

    results: list[BatchSent]
    failed_user_ids: list[str]
    failures: list[BatchFailure]


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

    status: int
