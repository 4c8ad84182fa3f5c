"""What clients are told of blacklists: the owner's devices alone, as a block does not show.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from amity.delivery.push import Push
from amity.wire.notification import ContentType, Detail, FromTo, Notification


class BlackAdded(Detail):
    """A user was put on a blacklist."""

    content_type = ContentType.BLACK_ADDED
    from_to_user_id: FromTo


class BlackDeleted(Detail):
    """A user was taken from a blacklist."""

    content_type = ContentType.BLACK_DELETED
    from_to_user_id: FromTo


def tell_black_added(push: Push, owner: str, black: str, operation_id: str) -> None:
    """Tell an owner that a user is on its blacklist. The user is not told."""
    detail = BlackAdded(from_to_user_id=FromTo(owner, black))
    push.notify([owner], Notification(owner, black, detail), operation_id)


def tell_black_removed(push: Push, owner: str, black: str, operation_id: str) -> None:
    """Tell an owner that a user is no longer on its blacklist."""
    detail = BlackDeleted(from_to_user_id=FromTo(owner, black))
    push.notify([owner], Notification(owner, black, detail), operation_id)
