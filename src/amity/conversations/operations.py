"""The HTTP operations of conversations."""

from amity.calls.operation import Access, Operation
from amity.conversations.deleting import Deleting
from amity.conversations.service import Conversations
from amity.conversations.setting import Setting


def operations(conversations: Conversations, setting: Setting, deleting: Deleting) -> list[Operation]:
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
        Operation(
            "/conversation/set_conversations",
            setting.set_conversations,
            "Set a conversation for one or several of its users",
            description="A private chat is private for both of its users. Fields that are absent stay as they are.",
        ),
        Operation(
            "/conversation/update_conversations_by_user",
            deleting.update_conversations_by_user,
            "Set `ex` in the conversations that others have with a user",
            access=Access.ADMIN,
        ),
        Operation(
            "/conversation/delete_conversations",
            deleting.delete_conversations,
            "Delete conversations from a user's list",
            description="Messages stay: the next one brings a conversation back. Unknown ids are ignored.",
        ),
    ]
