"""The notifications of profiles, and who gets them.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go`` (``UserInfoUpdated`` and ``FriendInfoUpdated``).
"""

from collections.abc import Sequence

from amity.delivery.push import Push
from amity.wire.notification import ContentType, Detail, Notification

FRIENDS = "friends"
"""The name of the friend list. It shows profiles, so clients fetch it after a change of one."""


class UserInfoUpdated(Detail):
    """A user's own profile has changed."""

    content_type = ContentType.USER_INFO_UPDATED
    user_id: str


class FriendInfoUpdated(Detail):
    """The profile of a user on a friend list has changed."""

    content_type = ContentType.FRIEND_INFO_UPDATED
    user_id: str


def notify_profile_changed(push: Push, operator: str, user: str, friends: Sequence[str], operation_id: str) -> None:
    """Notify a user of a change of its profile, and ``friends`` of a change of a user on their lists.

    All friends get the same notification. OpenIM names each friend as its receiver, but no client reads the receiver.
    """
    push.notify([user], Notification(operator, user, UserInfoUpdated(user_id=user)), operation_id)
    notify_friend_info_updated(push, operator, user, friends, operation_id)


def notify_friend_info_updated(push: Push, operator: str, user: str, friends: Sequence[str], operation_id: str) -> None:
    """Notify ``friends`` that the profile of a user on their lists has changed."""
    if reached := [friend for friend in friends if push.reaches(friend)]:
        notification = Notification(operator, user, FriendInfoUpdated(user_id=user), coalesces=FRIENDS)
        push.notify(reached, notification, operation_id)
