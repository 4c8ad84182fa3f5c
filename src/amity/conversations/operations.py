"""The HTTP operations of conversations."""

from amity.calls.operation import Access, Operation, Protobuf
from amity.conversations.models import (
    ConversationIdsRequest,
    ConversationIdsResponse,
    ConversationsResponse,
    ConversationsWithMessagesResponse,
    GetActiveConversationsRequest,
    GetAllConversationsRequest,
    GetConversationRequest,
    GetConversationResponse,
    GetConversationsRequest,
    GetConversationsWithMessagesRequest,
    GetFullConversationIdsRequest,
    GetFullConversationIdsResponse,
    GetIncrementalConversationsRequest,
    GetIncrementalConversationsResponse,
    GetOwnerConversationRequest,
    GetOwnerConversationResponse,
    GetSortedConversationListRequest,
    GetSortedConversationListResponse,
)
from amity.conversations.service import Conversations
from amity.wire.proto.jssdk_pb2 import (
    GetActiveConversationsReq,
    GetActiveConversationsResp,
    GetConversationsReq,
    GetConversationsResp,
)

_NOTHING_YET = "There are no conversations yet: sending messages, which makes them, is not built."


def operations(conversations: Conversations) -> list[Operation]:
    """Declare what callers may ask of conversations."""
    return [*_lists(conversations), *_of_the_javascript_client(conversations)]


def _lists(conversations: Conversations) -> list[Operation]:
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
            path="/conversation/get_sorted_conversation_list",
            request=GetSortedConversationListRequest,
            response=GetSortedConversationListResponse,
            access=Access.CALLER,
            handler=conversations.get_sorted_conversation_list,
            summary="List a user's conversations with their newest messages, page by page",
            description=_NOTHING_YET,
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


def _of_the_javascript_client(conversations: Conversations) -> list[Operation]:
    """What OpenIM's pure JavaScript client, which has no database, asks for to show a list of conversations."""
    return [
        Operation(
            path="/jssdk/get_active_conversations",
            request=GetActiveConversationsRequest,
            response=ConversationsWithMessagesResponse,
            access=Access.CALLER,
            handler=conversations.get_active_conversations,
            summary="Get the caller's newest conversations with all that is needed to show them",
            description=_NOTHING_YET,
            protobuf=Protobuf(GetActiveConversationsReq, GetActiveConversationsResp),
        ),
        Operation(
            path="/jssdk/get_conversations",
            request=GetConversationsWithMessagesRequest,
            response=ConversationsWithMessagesResponse,
            access=Access.CALLER,
            handler=conversations.get_conversations_with_messages,
            summary="Get conversations of the caller by their ids, with all that is needed to show them",
            description=f"Unknown ids are left out. {_NOTHING_YET}",
            protobuf=Protobuf(GetConversationsReq, GetConversationsResp),
        ),
    ]
