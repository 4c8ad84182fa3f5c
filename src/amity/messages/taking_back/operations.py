"""The operations that take messages back.

Source: open-im-server 3.8 ``internal/api/msg.go``.
"""

from amity.calls.operation import Access, Operation
from amity.messages.taking_back.clearing import Clearing
from amity.messages.taking_back.deleting import Deleting
from amity.messages.taking_back.revoking import Revoking


def operations(revoking: Revoking, deleting: Deleting, clearing: Clearing) -> list[Operation]:
    """Declare the operations that take messages back."""
    return [
        Operation(
            "/msg/revoke_msg",
            revoking.revoke_msg,
            "Revoke a message",
            description="One's own, or as an administrator any. 1404 for one that is revoked already.",
        ),
        Operation(
            "/msg/delete_msgs",
            deleting.delete_msgs,
            "Delete messages for a user, or for both users of a chat",
            description="With `IsSyncOther`: the user's own messages, or as an administrator any.",
        ),
        Operation(
            "/msg/clear_conversation_msg",
            clearing.clear_conversation_msg,
            "Clear conversations of a user",
            description="With `IsSyncOther`, for administrators, everybody's.",
        ),
        Operation(
            "/msg/user_clear_all_msg",
            clearing.user_clear_all_msg,
            "Clear all conversations of a user",
            description="With `IsSyncOther`, for administrators, everybody's.",
        ),
        Operation(
            "/msg/delete_msg_phsical_by_seq",
            deleting.delete_msg_phsical_by_seq,
            "Delete messages of a chat from the database",
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/delete_msg_physical",
            deleting.delete_msg_physical,
            "Delete the messages of chats that were sent up to a time from the database",
            access=Access.ADMIN,
        ),
    ]
