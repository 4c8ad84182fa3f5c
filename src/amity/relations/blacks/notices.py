"""The notifications of blacklists. Only the owner's devices get them, because a block must not be visible to the
blocked user.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from amity.delivery.push import Push
from amity.wire.notification import ContentType, Detail, FromTo, Notification


class BlackAdded(Detail):
    """A user was added to a blacklist."""

    content_type = ContentType.BLACK_ADDED
    from_to_user_id: FromTo


class BlackDeleted(Detail):
    """A user was removed from a blacklist."""

    content_type = ContentType.BLACK_DELETED
    from_to_user_id: FromTo


def notify_black_added(push: Push, owner: str, black: str, operation_id: str) -> None:
    """Notify an owner that a user was added to its blacklist. The user is not notified."""
    detail = BlackAdded(from_to_user_id=FromTo(owner, black))
    push.notify([owner], Notification(owner, black, detail), operation_id)


def notify_black_removed(push: Push, owner: str, black: str, operation_id: str) -> None:
    """Notify an owner that a user was removed from its blacklist."""
    detail = BlackDeleted(from_to_user_id=FromTo(owner, black))
    push.notify([owner], Notification(owner, black, detail), operation_id)
