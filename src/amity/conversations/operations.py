"""The HTTP operations of conversations."""

from amity.calls.operation import Operation
from amity.conversations.service import Conversations

_NOTHING_YET = "There are no conversations yet: sending messages, which makes them, is not built."


def operations(conversations: Conversations) -> list[Operation]:
    """Declare the operations of conversations."""
    return [
        Operation(
            "/conversation/get_incremental_conversations",
            conversations.get_incremental_conversations,
            "Get what has changed in the list of a user's conversations",
            description=f"Since a version. `full`: fetch the whole list. {_NOTHING_YET}",
        ),
        Operation(
            "/conversation/get_owner_conversation",
            conversations.get_owner_conversation,
            "List a user's conversations, page by page",
            description=_NOTHING_YET,
        ),
        Operation(
            "/conversation/get_full_conversation_ids",
            conversations.get_full_conversation_ids,
            "List the ids of all of a user's conversations",
            description=f"Left out where `idHash` is that of the list: `equal`. {_NOTHING_YET}",
        ),
        Operation(
            "/conversation/get_all_conversations",
            conversations.get_all_conversations,
            "List all of a user's conversations",
            description=_NOTHING_YET,
        ),
        Operation(
            "/conversation/get_conversations",
            conversations.get_conversations,
            "Get conversations of a user by their ids",
            description=f"Unknown ids are left out. {_NOTHING_YET}",
        ),
        Operation(
            "/conversation/get_conversation",
            conversations.get_conversation,
            "Get one conversation of a user",
            description=f"1004 for one that the user does not have. {_NOTHING_YET}",
        ),
        Operation(
            "/conversation/get_not_notify_conversation_ids",
            conversations.get_not_notify_conversation_ids,
            "List the conversations of which a user wants to hear nothing",
            description=_NOTHING_YET,
        ),
        Operation(
            "/conversation/get_pinned_conversation_ids",
            conversations.get_pinned_conversation_ids,
            "List the conversations that a user has pinned",
            description=_NOTHING_YET,
        ),
    ]
