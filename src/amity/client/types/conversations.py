"""Conversations and the requests about them, as on the wire, in JSON as in protobuf.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class Conversation(Response):
    """A conversation as its owner has it: with ``user_id``, or in the group ``group_id``."""

    owner_user_id: str = ""
    conversation_id: str = ""
    recv_msg_opt: int = 0
    conversation_type: int = 0
    user_id: str = ""
    group_id: str = ""
    is_pinned: bool = False
    attached_info: str = ""
    is_private_chat: bool = False
    group_at_type: int = 0
    ex: str = ""
    burn_duration: int = 0
    min_seq: int = 0
    max_seq: int = 0
    msg_destruct_time: int = 0
    latest_msg_destruct_time: int = 0
    is_msg_destruct: bool = False


class GetIncrementalConversationsRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalConversationsResponse(Response):
    version: int = 0
    version_id: str = ""
    full: bool = False
    delete: list[str] = msgspec.field(default_factory=list)
    insert: list[Conversation] = msgspec.field(default_factory=list)
    update: list[Conversation] = msgspec.field(default_factory=list)


class GetOwnerConversationRequest(Request):
    user_id: str = ""
    pagination: Pagination | None = None


class GetOwnerConversationResponse(Response):
    total: int = 0
    conversations: list[Conversation] = msgspec.field(default_factory=list)


class GetFullConversationIdsRequest(Request):
    id_hash: int = 0
    user_id: str = ""


class GetFullConversationIdsResponse(Response):
    version: int = 0
    version_id: str = ""
    equal: bool = False
    conversation_ids: list[str] = msgspec.field(default_factory=list)


class GetAllConversationsRequest(Request):
    owner_user_id: str = ""


class GetConversationsRequest(Request):
    owner_user_id: str = ""
    conversation_ids: list[str] | None = None


class ConversationsResponse(Response):
    conversations: list[Conversation] = msgspec.field(default_factory=list)


class GetConversationRequest(Request):
    conversation_id: str = ""
    owner_user_id: str = ""


class GetConversationResponse(Response):
    conversation: Conversation = msgspec.field(default_factory=Conversation)


class ConversationIdsRequest(Request):
    user_id: str = ""


class ConversationIdsResponse(Response):
    conversation_ids: list[str] = msgspec.field(default_factory=list)


class ConversationSettings(Request):
    """A conversation and what to set of it: a field that is ``None`` is left as it is. ``min_seq`` and ``max_seq`` are
    accepted and ignored."""

    conversation_id: str = ""
    conversation_type: int = 0
    user_id: str = ""
    group_id: str = ""
    recv_msg_opt: int | None = None
    is_pinned: bool | None = None
    attached_info: str | None = None
    is_private_chat: bool | None = None
    ex: str | None = None
    burn_duration: int | None = None
    min_seq: int | None = None
    max_seq: int | None = None
    group_at_type: int | None = None
    msg_destruct_time: int | None = None
    is_msg_destruct: bool | None = None


class SetConversationsRequest(Request):
    user_ids: list[str] | None = None
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


CONVERSATION_GET_INCREMENTAL_CONVERSATIONS = Operation(
    "/conversation/get_incremental_conversations",
    GetIncrementalConversationsRequest,
    GetIncrementalConversationsResponse,
)
"""Get what has changed in the list of a user's conversations."""
CONVERSATION_GET_OWNER_CONVERSATION = Operation(
    "/conversation/get_owner_conversation",
    GetOwnerConversationRequest,
    GetOwnerConversationResponse,
)
"""List a user's conversations, page by page."""
CONVERSATION_GET_FULL_CONVERSATION_IDS = Operation(
    "/conversation/get_full_conversation_ids",
    GetFullConversationIdsRequest,
    GetFullConversationIdsResponse,
)
"""List the ids of all of a user's conversations."""
CONVERSATION_GET_ALL_CONVERSATIONS = Operation(
    "/conversation/get_all_conversations",
    GetAllConversationsRequest,
    ConversationsResponse,
)
"""List all of a user's conversations."""
CONVERSATION_GET_CONVERSATIONS = Operation(
    "/conversation/get_conversations",
    GetConversationsRequest,
    ConversationsResponse,
)
"""Get conversations of a user by their ids."""
CONVERSATION_GET_CONVERSATION = Operation(
    "/conversation/get_conversation",
    GetConversationRequest,
    GetConversationResponse,
)
"""Get one conversation of a user."""
CONVERSATION_GET_NOT_NOTIFY_CONVERSATION_IDS = Operation(
    "/conversation/get_not_notify_conversation_ids",
    ConversationIdsRequest,
    ConversationIdsResponse,
)
"""List the conversations of which a user wants to hear nothing."""
CONVERSATION_GET_PINNED_CONVERSATION_IDS = Operation(
    "/conversation/get_pinned_conversation_ids",
    ConversationIdsRequest,
    ConversationIdsResponse,
)
"""List the conversations that a user has pinned."""
CONVERSATION_SET_CONVERSATIONS = Operation("/conversation/set_conversations", SetConversationsRequest, NoneType)
"""Set a conversation for one or several of its users."""
CONVERSATION_UPDATE_CONVERSATIONS_BY_USER = Operation(
    "/conversation/update_conversations_by_user",
    UpdateConversationsByUserRequest,
    NoneType,
)
"""Set `ex` in the conversations that others have with a user."""
CONVERSATION_DELETE_CONVERSATIONS = Operation(
    "/conversation/delete_conversations",
    DeleteConversationsRequest,
    NoneType,
)
"""Delete conversations from a user's list."""
