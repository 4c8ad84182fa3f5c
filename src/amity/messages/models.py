"""Messages and the requests about them, as on the wire, in JSON as in protobuf."""

from typing import Annotated

import msgspec

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.wire.integers import Int32


class OfflinePushInfo(Response):
    title: str
    desc: str
    ex: str
    ios_push_sound: str = msgspec.field(name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(name="iOSBadgeCount")
    signal_info: str


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


class PushInfo(Request):
    title: str = ""
    desc: str = ""
    ex: str = ""
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


class SendBusinessNotificationRequest(Request):
    """``reliability_level``: 2 is stored, any other is for who is connected."""

    key: str = ""
    data: str = ""
    send_user_id: str = ""
    recv_user_id: str = ""
    recv_group_id: str = ""
    send_msg: bool = False
    reliability_level: Int32 | None = None


class PullMsgs(Response):
    """Messages of one conversation; ``is_end``: there are no more in the direction asked for, and ``end_seq`` is the
    last one there."""

    msgs: list[MsgData] = msgspec.field(name="Msgs")
    is_end: bool
    end_seq: int


class GetMaxSeqRequest(Request):
    user_id: str = ""


class GetMaxSeqResponse(Response):
    """By conversation. ``min_seqs`` is not used, in OpenIM neither."""

    max_seqs: dict[str, int]
    min_seqs: dict[str, int]


class SeqRange(Request):
    """Messages from ``begin`` to ``end``, ``num`` of them at most."""

    conversation_id: str = ""
    begin: int = 0
    end: int = 0
    num: int = 0


class PullMessageBySeqsRequest(Request):
    """``order``: 0 the oldest first, 1 the newest."""

    user_id: str = ""
    seq_ranges: list[SeqRange] | None = None
    order: Int32 = 0


class PullMessageBySeqsResponse(Response):
    """By conversation; one that has nothing in its range is left out."""

    msgs: dict[str, PullMsgs]
    notification_msgs: dict[str, PullMsgs]


class ConversationSeqs(Request):
    conversation_id: str = ""
    seqs: list[int] | None = None


class GetSeqMessageRequest(Request):
    """``order``: 0 the oldest first, 1 the newest."""

    user_id: str = ""
    conversations: list[ConversationSeqs] | None = None
    order: Int32 = 0


class GetSeqMessageResponse(Response):
    """By conversation; each that was asked for has an entry."""

    msgs: dict[str, PullMsgs]
    notification_msgs: dict[str, PullMsgs]


class GetConversationsHasReadAndMaxSeqRequest(Request):
    """All conversations where none is named."""

    user_id: str = ""
    conversation_ids: list[str] | None = None
    return_pinned: bool = False


class Seqs(Response):
    """``max_seq_time`` in milliseconds since 1970."""

    max_seq: int
    has_read_seq: int
    max_seq_time: int


class GetConversationsHasReadAndMaxSeqResponse(Response):
    seqs: dict[str, Seqs]
    pinned_conversation_ids: list[str]


class GetLastMessageRequest(Request):
    user_id: str = ""
    conversation_ids: list[str] | None = None


class GetLastMessageResponse(Response):
    """By conversation; one without a message is left out."""

    msgs: dict[str, MsgData]


class MarkConversationAsReadRequest(Request):
    conversation_id: str = ""
    user_id: str = ""
    has_read_seq: int = 0
    seqs: list[int] | None = None


class MarkMsgsAsReadRequest(Request):
    conversation_id: str = ""
    seqs: list[int] | None = None
    user_id: str = ""


class SetConversationHasReadSeqRequest(Request):
    conversation_id: str = ""
    user_id: str = ""
    has_read_seq: int = 0
    no_notification: bool = False


class GetReadStateRequest(Request):
    """``user_id`` is one who has the conversation."""

    user_id: str = ""
    conversation_id: str = ""
    seq: int = 0
    pagination: Pagination | None = None


class ReadState(Response):
    user_id: str
    is_read: bool


class GetReadStateResponse(Response):
    """One page of those whom a message is for, with how many they are, and how many of them have read it."""

    total: int
    read_total: int
    users: list[ReadState]


class RevokeMsgRequest(Request):
    conversation_id: str = ""
    seq: int = 0
    user_id: str = ""


class DeleteSyncOpt(Request):
    """Who is to hear of it, and to lose the messages too: the user's own devices, the other user."""

    is_sync_self: bool = msgspec.field(default=False, name="IsSyncSelf")
    is_sync_other: bool = msgspec.field(default=False, name="IsSyncOther")


class DeleteMsgsRequest(Request):
    conversation_id: str = ""
    seqs: list[int] | None = None
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class ClearConversationsMsgRequest(Request):
    conversation_ids: list[str] | None = None
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class UserClearAllMsgRequest(Request):
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class DeleteMsgPhysicalBySeqRequest(Request):
    conversation_id: str = ""
    seqs: list[int] | None = None


class DeleteMsgPhysicalRequest(Request):
    """``timestamp`` in milliseconds since 1970."""

    conversation_ids: list[str] | None = None
    timestamp: int = 0


class GetServerTimeRequest(Request):
    pass


class GetServerTimeResponse(Response):
    """``server_time`` in milliseconds since 1970."""

    server_time: int


class SearchMsgRequest(Request):
    """``send_time`` is a day in UTC, as 2026-01-31. ``keyword`` is amity's own. What is empty or 0 is not looked at."""

    send_id: str = ""
    recv_id: str = ""
    keyword: str = ""
    content_type: Int32 = 0
    send_time: Annotated[str, msgspec.Meta(max_length=64)] = ""
    session_type: Int32 = 0
    pagination: Pagination | None = None


class SearchedMessage(Response):
    """A message that was found. ``content`` is a text here; times in milliseconds since 1970."""

    server_msg_id: str
    client_msg_id: str
    send_id: str
    recv_id: str
    group_id: str
    recv_nickname: str
    sender_platform_id: int
    sender_nickname: str
    sender_face_url: str
    group_name: str
    session_type: int
    msg_from: int
    content_type: int
    content: str
    status: int
    send_time: int
    create_time: int
    ex: str
    group_face_url: str
    group_member_count: int
    seq: int
    group_owner: str
    group_type: int


class ChatLog(Response):
    chat_log: SearchedMessage
    is_revoked: bool


class SearchMsgResponse(Response):
    """A page, and the number of all messages that were found."""

    chat_logs: list[ChatLog]
    chat_logs_num: int
