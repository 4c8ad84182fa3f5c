"""The notifications of conversations.

Source: open-im-server 3.8 ``internal/rpc/conversation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from collections.abc import Sequence

from amity.delivery.push import Push
from amity.wire.notification import ContentType, Detail, Notification


class ConversationChange(Detail):
    """A user's own rows of conversations have changed."""

    content_type = ContentType.CONVERSATION_CHANGE
    user_id: str
    conversation_id_list: Sequence[str]


def notify_changed(push: Push, owner: str, conversation_ids: Sequence[str], operation_id: str) -> None:
    """Notify a user's devices that its rows of these conversations have changed. They fetch the list's changes."""
    detail = ConversationChange(user_id=owner, conversation_id_list=conversation_ids)
    push.notify([owner], Notification(owner, owner, detail), operation_id)
