"""What clients are told of profiles, and who is told.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go`` (``UserInfoUpdated`` and ``FriendInfoUpdated``).
"""

from collections.abc import Sequence

from amity.delivery.push import Push
from amity.wire.notification import ContentType, Detail, Notification

FRIENDS = "friends"
"""The name of the friend list, which shows profiles: clients fetch it."""


class UserInfoUpdated(Detail):
    """A user's own profile has changed."""

    content_type = ContentType.USER_INFO_UPDATED
    user_id: str


class FriendInfoUpdated(Detail):
    """The profile of a user on a friend list has changed."""

    content_type = ContentType.FRIEND_INFO_UPDATED
    user_id: str


def notify_profile_changed(push: Push, operator: str, user: str, friends: Sequence[str], operation_id: str) -> None:
    """Tell a user that its own profile has changed, and ``friends`` that the one of a user on their lists has.

    The friends are told with one notification for all. OpenIM names each as its receiver, which no client looks at.
    """
    push.notify([user], Notification(operator, user, UserInfoUpdated(user_id=user)), operation_id)
    notify_profile_shown(push, operator, user, friends, operation_id)


def notify_profile_shown(push: Push, operator: str, user: str, friends: Sequence[str], operation_id: str) -> None:
    """Tell ``friends`` that the profile of a user on their lists has changed."""
    if reached := [friend for friend in friends if push.reaches(friend)]:
        told = Notification(operator, user, FriendInfoUpdated(user_id=user), coalesces=FRIENDS)
        push.notify(reached, told, operation_id)
