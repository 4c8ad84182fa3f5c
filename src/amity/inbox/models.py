"""Overviews of conversations and the requests about them, as on the wire, in JSON as in protobuf."""

import msgspec

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.conversations.models import Conversation
from amity.groups.models import GroupInfo
from amity.messages.message import MsgData
from amity.users.models import User


class GetSortedConversationListRequest(Request):
    """All conversations where none is named."""

    user_id: str = ""
    conversation_ids: list[str] | None = None
    pagination: Pagination | None = None


class MsgInfo(Response):
    """The newest message of a conversation, and who it is from."""

    server_msg_id: str
    client_msg_id: str
    session_type: int
    send_id: str
    recv_id: str
    sender_name: str
    face_url: str
    group_id: str
    group_name: str
    group_face_url: str
    group_type: int
    group_member_count: int
    latest_msg_recv_time: int = msgspec.field(name="LatestMsgRecvTime")
    msg_from: int
    content_type: int
    content: str
    ex: str


class SortedConversation(Response):
    conversation_id: str
    recv_msg_opt: int
    unread_count: int
    is_pinned: bool = msgspec.field(name="IsPinned")
    msg_info: MsgInfo | None


class GetSortedConversationListResponse(Response):
    conversation_total: int
    unread_total: int
    conversation_elems: list[SortedConversation]


class GetActiveConversationsRequest(Request):
    """``owner_user_id`` is accepted and ignored: it is the caller. ``count`` conversations at most."""

    owner_user_id: str = ""
    count: int = 0


class GetConversationsWithMessagesRequest(Request):
    """``owner_user_id`` is accepted and ignored: it is the caller."""

    owner_user_id: str = ""
    conversation_ids: list[str] | None = None


class FriendInfoOnly(Response):
    """A friend without its profile; ``create_time`` in milliseconds since 1970."""

    owner_user_id: str
    friend_user_id: str
    remark: str
    create_time: int
    add_source: int
    operator_user_id: str
    ex: str
    is_pinned: bool


class ConversationMsg(Response):
    """A conversation with all that is needed to show it: either ``user`` and, of a friend, ``friend``, or ``group``."""

    conversation: Conversation
    last_msg: MsgData
    user: User | None
    friend: FriendInfoOnly | None
    group: GroupInfo | None
    max_seq: int
    read_seq: int


class ConversationsWithMessagesResponse(Response):
    """``unread_count`` is of all conversations, also of those not shown; of the named ones where some are named."""

    unread_count: int
    conversations: list[ConversationMsg]
