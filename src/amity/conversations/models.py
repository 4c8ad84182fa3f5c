"""Conversations and the requests about them, as on the wire, in JSON as in protobuf."""

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.wire.integers import Uint64


class Conversation(Response):
    """A conversation as its owner has it: with ``user_id``, or in the group ``group_id``."""

    owner_user_id: str
    conversation_id: str
    recv_msg_opt: int
    conversation_type: int
    user_id: str
    group_id: str
    is_pinned: bool
    attached_info: str
    is_private_chat: bool
    group_at_type: int
    ex: str
    burn_duration: int
    min_seq: int
    max_seq: int
    msg_destruct_time: int
    latest_msg_destruct_time: int
    is_msg_destruct: bool


class GetIncrementalConversationsRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalConversationsResponse(Response):
    version: int
    version_id: str
    full: bool
    delete: list[str]
    insert: list[Conversation]
    update: list[Conversation]


class GetOwnerConversationRequest(Request):
    user_id: str = ""
    pagination: Pagination | None = None


class GetOwnerConversationResponse(Response):
    total: int
    conversations: list[Conversation]


class GetFullConversationIdsRequest(Request):
    id_hash: Uint64 = 0
    user_id: str = ""


class GetFullConversationIdsResponse(Response):
    version: int
    version_id: str
    equal: bool
    conversation_ids: list[str]


class GetAllConversationsRequest(Request):
    owner_user_id: str = ""


class GetConversationsRequest(Request):
    owner_user_id: str = ""
    conversation_ids: list[str] | None = None


class ConversationsResponse(Response):
    conversations: list[Conversation]


class GetConversationRequest(Request):
    conversation_id: str = ""
    owner_user_id: str = ""


class GetConversationResponse(Response):
    conversation: Conversation


class ConversationIdsRequest(Request):
    user_id: str = ""


class ConversationIdsResponse(Response):
    conversation_ids: list[str]
