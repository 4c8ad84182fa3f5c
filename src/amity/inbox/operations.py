"""The HTTP operations of overviews."""

from amity.calls.operation import Operation, Protobuf
from amity.inbox.service import Inbox
from amity.wire.proto.jssdk_pb2 import (
    GetActiveConversationsReq,
    GetActiveConversationsResp,
    GetConversationsReq,
    GetConversationsResp,
)


def operations(inbox: Inbox) -> list[Operation]:
    """Declare the operations of overviews.

    Those of ``/jssdk`` are for OpenIM's pure JavaScript client: it has no database, and asks for all that it needs to
    show a list of conversations.
    """
    return [
        Operation(
            "/conversation/get_sorted_conversation_list",
            inbox.get_sorted_conversation_list,
            "List a user's conversations with their newest messages, page by page",
        ),
        Operation(
            "/jssdk/get_active_conversations",
            inbox.get_active_conversations,
            "Get the caller's newest conversations with all that is needed to show them",
            protobuf=Protobuf(GetActiveConversationsReq, GetActiveConversationsResp),
        ),
        Operation(
            "/jssdk/get_conversations",
            inbox.get_conversations_with_messages,
            "Get conversations of the caller by their ids, with all that is needed to show them",
            description="Unknown ids are left out.",
            protobuf=Protobuf(GetConversationsReq, GetConversationsResp),
        ),
    ]
