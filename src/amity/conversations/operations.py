"""The HTTP operations of conversations."""

from amity.calls.operation import Operation
from amity.conversations.service import Conversations


def operations(conversations: Conversations) -> list[Operation]:
    """Declare the operations of conversations."""
    return [
        Operation(
            "/conversation/get_incremental_conversations",
            conversations.get_incremental_conversations,
            "Get what has changed in the list of a user's conversations",
            description="Since a version. `full`: fetch the whole list.",
        ),
        Operation(
            "/conversation/get_owner_conversation",
            conversations.get_owner_conversation,
            "List a user's conversations, page by page",
        ),
        Operation(
            "/conversation/get_full_conversation_ids",
            conversations.get_full_conversation_ids,
            "List the ids of all of a user's conversations",
            description="Left out where `idHash` is that of the list: `equal`.",
        ),
        Operation(
            "/conversation/get_all_conversations",
            conversations.get_all_conversations,
            "List all of a user's conversations",
        ),
        Operation(
            "/conversation/get_conversations",
            conversations.get_conversations,
            "Get conversations of a user by their ids",
            description="Unknown ids are left out.",
        ),
        Operation(
            "/conversation/get_conversation",
            conversations.get_conversation,
            "Get one conversation of a user",
            description="1004 for one that the user does not have.",
        ),
        Operation(
            "/conversation/get_not_notify_conversation_ids",
            conversations.get_not_notify_conversation_ids,
            "List the conversations of which a user wants to hear nothing",
        ),
        Operation(
            "/conversation/get_pinned_conversation_ids",
            conversations.get_pinned_conversation_ids,
            "List the conversations that a user has pinned",
        ),
    ]
