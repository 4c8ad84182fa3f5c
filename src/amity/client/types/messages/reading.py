"""The requests that read messages, as on the wire, in JSON as in protobuf.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.messages import MsgData


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


class GetConversationMsgsRequest(Request):
    """The messages with ``num`` numbers from ``begin`` on; ``begin`` 0 asks for the last ones. ``user_id`` is one of
    who has the conversation, needed only where its id may be that of several."""

    conversation_id: str = ""
    user_id: str = ""
    begin: int = 0
    num: int = 50


class GetConversationMsgsResponse(Response):
    """Messages, oldest first, and the first and the last number that the conversation has. ``next``: the number from
    which the next call goes on, 0 at the end. ``user_ids`` are the two of a chat, ``group_id`` is the group's."""

    msgs: list[MsgData] = msgspec.field(default_factory=list)
    min_seq: int = 0
    max_seq: int = 0
    next: int = 0
    conversation_type: int = 0
    user_ids: list[str] = msgspec.field(default_factory=list)
    group_id: str = ""


class GetServerTimeRequest(Request):
    pass


class GetServerTimeResponse(Response):
    """``server_time`` in milliseconds since 1970."""

    server_time: int = 0


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
MSG_GET_CONVERSATION_MSGS = Operation(
    "/msg/get_conversation_msgs",
    GetConversationMsgsRequest,
    GetConversationMsgsResponse,
)
"""Get the messages of anybody's conversation by their numbers."""
MSG_GET_SERVER_TIME = Operation("/msg/get_server_time", GetServerTimeRequest, GetServerTimeResponse)
"""Get the server's time."""
