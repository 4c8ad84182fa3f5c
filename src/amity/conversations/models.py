"""Conversations and the requests about them, as on the wire, in JSON as in protobuf."""

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.users.rules import FewIds
from amity.wire.integers import Int32, Uint64


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


class ConversationSettings(Request):
    """A conversation and what to set of it: a field that is ``None`` is left as it is. ``min_seq`` and ``max_seq`` are
    accepted and ignored."""

    conversation_id: str = ""
    conversation_type: Int32 = 0
    user_id: str = ""
    group_id: str = ""
    recv_msg_opt: Int32 | None = None
    is_pinned: bool | None = None
    attached_info: str | None = None
    is_private_chat: bool | None = None
    ex: str | None = None
    burn_duration: Int32 | None = None
    min_seq: int | None = None
    max_seq: int | None = None
    group_at_type: Int32 | None = None
    msg_destruct_time: int | None = None
    is_msg_destruct: bool | None = None


class SetConversationsRequest(Request):
    user_ids: FewIds | None = None
    conversation: ConversationSettings | None = None


class UpdateConversationsByUserRequest(Request):
    """``ex`` is left as it is where it is ``None``."""

    user_id: str = ""
    ex: str | None = None


class DeleteConversationsRequest(Request):
    """Either ``conversation_ids``, or all that had no message for ``need_delete_time`` days."""

    owner_user_id: str = ""
    conversation_ids: list[str] | None = None
    need_delete_time: int = 0
