"""The notifications about conversations.

Source: open-im-server 3.8 ``internal/rpc/conversation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from collections.abc import Collection, Sequence

from amity.conversations.store import CONVERSATIONS
from amity.delivery.push import Push
from amity.wire.notification import ContentType, Detail, Notification


class ConversationUpdate(Detail):
    """The settings of conversations have changed, for their owner."""

    content_type = ContentType.CONVERSATION_CHANGE
    user_id: str
    conversation_id_list: Sequence[str]


class ConversationPrivateChat(Detail):
    """A chat has become private for both of its users, or has ceased to be."""

    content_type = ContentType.CONVERSATION_PRIVATE_CHAT
    recv_id: str
    send_id: str
    is_private: bool
    conversation_id: str


def notify_changed(push: Push, owner: str, conversation_ids: Sequence[str], operation_id: str) -> None:
    """Notify an owner's devices that settings of its conversations have changed."""
    push.notify([owner], changed(owner, conversation_ids), operation_id)


def changed(owner: str, conversation_ids: Sequence[str]) -> Notification:
    """Return what tells an owner's devices that settings of its conversations have changed."""
    detail = ConversationUpdate(user_id=owner, conversation_id_list=conversation_ids)
    return Notification(owner, owner, detail, coalesces=CONVERSATIONS.name)


def notify_marked(
    push: Push, members: Collection[str], group_id: str, conversation_id: str, by: str, operation_id: str
) -> None:
    """Notify members of a group that its conversation is marked, since ``by`` has named them or announced something.
    OpenIM's clients take the mark from the list of conversations alone."""
    detail = ConversationUpdate(user_id="", conversation_id_list=[conversation_id])
    notification = Notification(by, group_id, detail, coalesces=CONVERSATIONS.name, is_of_group=True)
    push.notify(members, notification, operation_id)


def notify_private(push: Push, detail: ConversationPrivateChat, operation_id: str) -> None:
    """Notify both users' devices that a chat has become private, or has ceased to be."""
    users = list(dict.fromkeys((detail.send_id, detail.recv_id)))
    push.notify(users, Notification(detail.send_id, detail.recv_id, detail), operation_id)
