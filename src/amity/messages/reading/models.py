"""The requests that read messages, as on the wire, in JSON as in protobuf."""

from typing import Annotated, Final

import msgspec

from amity.calls.bounded import entries_up_to
from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.messages.message import MsgData
from amity.wire.integers import Int32

MOST_RANGES: Final = 1000
"""Ranges, or lists of numbers, that one request may have."""


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
    seq_ranges: Annotated[list[SeqRange], entries_up_to(MOST_RANGES)] | None = None
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


class GetConversationMsgsRequest(Request):
    """The messages with ``num`` numbers from ``begin`` on; ``begin`` 0 asks for the last ones. ``user_id`` is one of
    who has the conversation, needed only where its id may be that of several."""

    conversation_id: str = ""
    user_id: str = ""
    begin: int = 0
    num: Int32 = 50


class GetConversationMsgsResponse(Response):
    """Messages, oldest first, and the first and the last number that the conversation has. ``next``: the number from
    which the next call goes on, 0 at the end. ``user_ids`` are the two of a chat, ``group_id`` is the group's."""

    msgs: list[MsgData]
    min_seq: int
    max_seq: int
    next: int
    conversation_type: int
    user_ids: list[str]
    group_id: str


class GetServerTimeRequest(Request):
    pass


class GetServerTimeResponse(Response):
    """``server_time`` in milliseconds since 1970."""

    server_time: int
