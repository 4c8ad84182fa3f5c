"""Messages and the requests about them, as on the wire, in JSON as in protobuf.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType
from typing import Any

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


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


class SendBusinessNotificationRequest(Request):
    """``reliability_level``: 2 is stored, any other is for who is connected."""

    key: str = ""
    data: str = ""
    send_user_id: str = ""
    recv_user_id: str = ""
    recv_group_id: str = ""
    send_msg: bool = False
    reliability_level: int | None = None


class PullMsgs(Response):
    """Messages of one conversation; ``is_end``: there are no more in the direction asked for, and ``end_seq`` is the
    last one there."""

    msgs: list[MsgData] = msgspec.field(default_factory=list, name="Msgs")
    is_end: bool = False
    end_seq: int = 0


class GetMaxSeqRequest(Request):
    user_id: str = ""


class GetMaxSeqResponse(Response):
    """By conversation. ``min_seqs`` is not used, in OpenIM neither."""

    max_seqs: dict[str, int] = msgspec.field(default_factory=dict)
    min_seqs: dict[str, int] = msgspec.field(default_factory=dict)


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
    order: int = 0


class PullMessageBySeqsResponse(Response):
    """By conversation; one that has nothing in its range is left out."""

    msgs: dict[str, PullMsgs] = msgspec.field(default_factory=dict)
    notification_msgs: dict[str, PullMsgs] = msgspec.field(default_factory=dict)


class GetConversationsHasReadAndMaxSeqRequest(Request):
    """All conversations where none is named."""

    user_id: str = ""
    conversation_ids: list[str] | None = None
    return_pinned: bool = False


class Seqs(Response):
    """``max_seq_time`` in milliseconds since 1970."""

    max_seq: int = 0
    has_read_seq: int = 0
    max_seq_time: int = 0


class GetConversationsHasReadAndMaxSeqResponse(Response):
    seqs: dict[str, Seqs] = msgspec.field(default_factory=dict)
    pinned_conversation_ids: list[str] = msgspec.field(default_factory=list)


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
    user_id: str = ""
    is_read: bool = False


class GetReadStateResponse(Response):
    """One page of those whom a message is for, with how many they are, and how many of them have read it."""

    total: int = 0
    read_total: int = 0
    users: list[ReadState] = msgspec.field(default_factory=list)


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

    server_time: int = 0


class SearchMsgRequest(Request):
    """``send_time`` is a day in UTC, as 2026-01-31. ``keyword`` is amity's own. What is empty or 0 is not looked at."""

    send_id: str = ""
    recv_id: str = ""
    keyword: str = ""
    content_type: int = 0
    send_time: str = ""
    session_type: int = 0
    pagination: Pagination | None = None


class SearchedMessage(Response):
    """A message that was found. ``content`` is a text here; times in milliseconds since 1970."""

    server_msg_id: str = ""
    client_msg_id: str = ""
    send_id: str = ""
    recv_id: str = ""
    group_id: str = ""
    recv_nickname: str = ""
    sender_platform_id: int = 0
    sender_nickname: str = ""
    sender_face_url: str = ""
    group_name: str = ""
    session_type: int = 0
    msg_from: int = 0
    content_type: int = 0
    content: str = ""
    status: int = 0
    send_time: int = 0
    create_time: int = 0
    ex: str = ""
    group_face_url: str = ""
    group_member_count: int = 0
    seq: int = 0
    group_owner: str = ""
    group_type: int = 0


class ChatLog(Response):
    chat_log: SearchedMessage = msgspec.field(default_factory=SearchedMessage)
    is_revoked: bool = False


class SearchMsgResponse(Response):
    """A page, and the number of all messages that were found."""

    chat_logs: list[ChatLog] = msgspec.field(default_factory=list)
    chat_logs_num: int = 0


MSG_SEND_BUSINESS_NOTIFICATION = Operation(
    "/msg/send_business_notification",
    SendBusinessNotificationRequest,
    SendMsgResponse,
)
"""Notify a user of something of the app's own."""
MSG_SEND_MSG = Operation("/msg/send_msg", SendMsgRequest, SendMsgResponse)
"""Send a message as anybody."""
MSG_SEARCH_MSG = Operation("/msg/search_msg", SearchMsgRequest, SearchMsgResponse)
"""Search messages by sender, receiver, type, day and text."""
MSG_NEWEST_SEQ = Operation("/msg/newest_seq", GetMaxSeqRequest, GetMaxSeqResponse)
"""Get the number of the last message of each conversation."""
MSG_PULL_MSG_BY_SEQ = Operation("/msg/pull_msg_by_seq", PullMessageBySeqsRequest, PullMessageBySeqsResponse)
"""Get the messages of conversations by their numbers."""
MSG_GET_CONVERSATIONS_HAS_READ_AND_MAX_SEQ = Operation(
    "/msg/get_conversations_has_read_and_max_seq",
    GetConversationsHasReadAndMaxSeqRequest,
    GetConversationsHasReadAndMaxSeqResponse,
)
"""Get how far a user has read in its conversations."""
MSG_MARK_CONVERSATION_AS_READ = Operation("/msg/mark_conversation_as_read", MarkConversationAsReadRequest, NoneType)
"""Note how far a user has read in a conversation."""
MSG_MARK_MSGS_AS_READ = Operation("/msg/mark_msgs_as_read", MarkMsgsAsReadRequest, NoneType)
"""Note which messages of a conversation a user has read."""
MSG_SET_CONVERSATION_HAS_READ_SEQ = Operation(
    "/msg/set_conversation_has_read_seq",
    SetConversationHasReadSeqRequest,
    NoneType,
)
"""Set how far a user has read in a conversation."""
MSG_GET_READ_STATE = Operation("/msg/get_read_state", GetReadStateRequest, GetReadStateResponse)
"""Say who has read a message, page by page."""
MSG_GET_SERVER_TIME = Operation("/msg/get_server_time", GetServerTimeRequest, GetServerTimeResponse)
"""Get the server's time."""
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
MSG_REVOKE_MSG = Operation("/msg/revoke_msg", RevokeMsgRequest, NoneType)
"""Revoke a message."""
MSG_DELETE_MSGS = Operation("/msg/delete_msgs", DeleteMsgsRequest, NoneType)
"""Delete messages for a user, or for both users of a chat."""
MSG_CLEAR_CONVERSATION_MSG = Operation("/msg/clear_conversation_msg", ClearConversationsMsgRequest, NoneType)
"""Clear conversations of a user."""
MSG_USER_CLEAR_ALL_MSG = Operation("/msg/user_clear_all_msg", UserClearAllMsgRequest, NoneType)
"""Clear all conversations of a user."""
MSG_DELETE_MSG_PHSICAL_BY_SEQ = Operation("/msg/delete_msg_phsical_by_seq", DeleteMsgPhysicalBySeqRequest, NoneType)
"""Delete messages of a chat from the database."""
MSG_DELETE_MSG_PHYSICAL = Operation("/msg/delete_msg_physical", DeleteMsgPhysicalRequest, NoneType)
"""Delete the messages of chats that were sent up to a time from the database."""
