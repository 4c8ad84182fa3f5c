"""The HTTP operations of conversations."""

from amity.calls.operation import Access, Operation
from amity.conversations.models import (
    ConversationIdsRequest,
    ConversationIdsResponse,
    ConversationsResponse,
    GetAllConversationsRequest,
    GetConversationRequest,
    GetConversationResponse,
    GetConversationsRequest,
    GetFullConversationIdsRequest,
    GetFullConversationIdsResponse,
    GetIncrementalConversationsRequest,
    GetIncrementalConversationsResponse,
    GetOwnerConversationRequest,
    GetOwnerConversationResponse,
)
from amity.conversations.service import Conversations

_NOTHING_YET = "There are no conversations yet: sending messages, which makes them, is not built."


def operations(conversations: Conversations) -> list[Operation]:
    """Declare what callers may ask of conversations."""
    return [
        Operation(
            path="/conversation/get_incremental_conversations",
            request=GetIncrementalConversationsRequest,
            response=GetIncrementalConversationsResponse,
            access=Access.CALLER,
            handler=conversations.get_incremental_conversations,
            summary="Get what has changed in the list of a user's conversations",
            description=f"Since a version. `full`: fetch the whole list. {_NOTHING_YET}",
        ),
        Operation(
            path="/conversation/get_owner_conversation",
            request=GetOwnerConversationRequest,
            response=GetOwnerConversationResponse,
            access=Access.CALLER,
            handler=conversations.get_owner_conversation,
            summary="List a user's conversations, page by page",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/conversation/get_full_conversation_ids",
            request=GetFullConversationIdsRequest,
            response=GetFullConversationIdsResponse,
            access=Access.CALLER,
            handler=conversations.get_full_conversation_ids,
            summary="List the ids of all of a user's conversations",
            description=f"Left out where `idHash` is that of the list: `equal`. {_NOTHING_YET}",
        ),
        Operation(
            path="/conversation/get_all_conversations",
            request=GetAllConversationsRequest,
            response=ConversationsResponse,
            access=Access.CALLER,
            handler=conversations.get_all_conversations,
            summary="List all of a user's conversations",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/conversation/get_conversations",
            request=GetConversationsRequest,
            response=ConversationsResponse,
            access=Access.CALLER,
            handler=conversations.get_conversations,
            summary="Get conversations of a user by their ids",
            description=f"Unknown ids are left out. {_NOTHING_YET}",
        ),
        Operation(
            path="/conversation/get_conversation",
            request=GetConversationRequest,
            response=GetConversationResponse,
            access=Access.CALLER,
            handler=conversations.get_conversation,
            summary="Get one conversation of a user",
            description=f"1004 for one that the user does not have. {_NOTHING_YET}",
        ),
        Operation(
            path="/conversation/get_not_notify_conversation_ids",
            request=ConversationIdsRequest,
            response=ConversationIdsResponse,
            access=Access.CALLER,
            handler=conversations.get_not_notify_conversation_ids,
            summary="List the conversations of which a user wants to hear nothing",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/conversation/get_pinned_conversation_ids",
            request=ConversationIdsRequest,
            response=ConversationIdsResponse,
            access=Access.CALLER,
            handler=conversations.get_pinned_conversation_ids,
            summary="List the conversations that a user has pinned",
            description=_NOTHING_YET,
        ),
    ]
