"""The HTTP operations of overviews."""

from amity.calls.operation import Access, Operation, Protobuf
from amity.inbox.models import (
    ConversationsWithMessagesResponse,
    GetActiveConversationsRequest,
    GetConversationsWithMessagesRequest,
    GetSortedConversationListRequest,
    GetSortedConversationListResponse,
)
from amity.inbox.service import Inbox
from amity.wire.proto.jssdk_pb2 import (
    GetActiveConversationsReq,
    GetActiveConversationsResp,
    GetConversationsReq,
    GetConversationsResp,
)

_NOTHING_YET = "There are no conversations yet: sending messages, which makes them, is not built."


def operations(inbox: Inbox) -> list[Operation]:
    """Declare what callers may ask of overviews.

    Those of ``/jssdk`` are what OpenIM's pure JavaScript client, which has no database, asks for to show a list of
    conversations.
    """
    return [
        Operation(
            path="/conversation/get_sorted_conversation_list",
            request=GetSortedConversationListRequest,
            response=GetSortedConversationListResponse,
            access=Access.CALLER,
            handler=inbox.get_sorted_conversation_list,
            summary="List a user's conversations with their newest messages, page by page",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/jssdk/get_active_conversations",
            request=GetActiveConversationsRequest,
            response=ConversationsWithMessagesResponse,
            access=Access.CALLER,
            handler=inbox.get_active_conversations,
            summary="Get the caller's newest conversations with all that is needed to show them",
            description=_NOTHING_YET,
            protobuf=Protobuf(GetActiveConversationsReq, GetActiveConversationsResp),
        ),
        Operation(
            path="/jssdk/get_conversations",
            request=GetConversationsWithMessagesRequest,
            response=ConversationsWithMessagesResponse,
            access=Access.CALLER,
            handler=inbox.get_conversations_with_messages,
            summary="Get conversations of the caller by their ids, with all that is needed to show them",
            description=f"Unknown ids are left out. {_NOTHING_YET}",
            protobuf=Protobuf(GetConversationsReq, GetConversationsResp),
        ),
    ]
