"""Overviews of conversations and the requests about them, as on the wire, in JSON as in protobuf.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.conversations import Conversation
from amity.client.types.groups.models import GroupInfo
from amity.client.types.messages import MsgData
from amity.client.types.users.models import User


class GetSortedConversationListRequest(Request):
    """All conversations where none is named."""

    user_id: str = ""
    conversation_ids: list[str] | None = None
    pagination: Pagination | None = None


class MsgInfo(Response):
    """The newest message of a conversation, and who it is from."""

    server_msg_id: str = ""
    client_msg_id: str = ""
    session_type: int = 0
    send_id: str = ""
    recv_id: str = ""
    sender_name: str = ""
    face_url: str = ""
    group_id: str = ""
    group_name: str = ""
    group_face_url: str = ""
    group_type: int = 0
    group_member_count: int = 0
    latest_msg_recv_time: int = msgspec.field(default=0, name="LatestMsgRecvTime")
    msg_from: int = 0
    content_type: int = 0
    content: str = ""
    ex: str = ""


class SortedConversation(Response):
    conversation_id: str = ""
    recv_msg_opt: int = 0
    unread_count: int = 0
    is_pinned: bool = msgspec.field(default=False, name="IsPinned")
    msg_info: MsgInfo | None = None


class GetSortedConversationListResponse(Response):
    conversation_total: int = 0
    unread_total: int = 0
    conversation_elems: list[SortedConversation] = msgspec.field(default_factory=list)


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

    owner_user_id: str = ""
    friend_user_id: str = ""
    remark: str = ""
    create_time: int = 0
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""
    is_pinned: bool = False


class ConversationMsg(Response):
    """A conversation with all that is needed to show it: either ``user`` and, of a friend, ``friend``, or ``group``."""

    conversation: Conversation = msgspec.field(default_factory=Conversation)
    last_msg: MsgData = msgspec.field(default_factory=MsgData)
    user: User | None = None
    friend: FriendInfoOnly | None = None
    group: GroupInfo | None = None
    max_seq: int = 0
    read_seq: int = 0


class ConversationsWithMessagesResponse(Response):
    """``unread_count`` is of all conversations, also of those not shown; of the named ones where some are named."""

    unread_count: int = 0
    conversations: list[ConversationMsg] = msgspec.field(default_factory=list)


CONVERSATION_GET_SORTED_CONVERSATION_LIST = Operation(
    "/conversation/get_sorted_conversation_list",
    GetSortedConversationListRequest,
    GetSortedConversationListResponse,
)
"""List a user's conversations with their newest messages, page by page."""
JSSDK_GET_ACTIVE_CONVERSATIONS = Operation(
    "/jssdk/get_active_conversations",
    GetActiveConversationsRequest,
    ConversationsWithMessagesResponse,
)
"""Get the caller's newest conversations with all that is needed to show them."""
JSSDK_GET_CONVERSATIONS = Operation(
    "/jssdk/get_conversations",
    GetConversationsWithMessagesRequest,
    ConversationsWithMessagesResponse,
)
"""Get conversations of the caller by their ids, with all that is needed to show them."""
