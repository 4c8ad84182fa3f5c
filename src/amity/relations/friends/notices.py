"""The notifications of friend lists, and who gets them.

Each is about one list and goes to the devices of its owner. An import changes the friends' lists too, so each friend
gets one. OpenIM sends all of them to the other user as well; that user's client ignores most, and the user need not
learn of a deletion or a remark. The versions are 0 in OpenIM too, and no client reads them: a notification says that
there is something to fetch, and a client knows from which version.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from collections.abc import Sequence

from amity.delivery.push import Push
from amity.relations.pair.lists import FRIENDS
from amity.relations.pair.notices import FriendApplicationApproved
from amity.wire.notification import ContentType, Detail, FromTo, Notification


class FriendDeleted(Detail):
    """A friend was removed from a list."""

    content_type = ContentType.FRIEND_DELETED
    from_to_user_id: FromTo
    friend_version: int = 0
    friend_version_id: str = ""


class FriendRemarkSet(Detail):
    """The remark of a friend has changed."""

    content_type = ContentType.FRIEND_REMARK_SET
    from_to_user_id: FromTo
    friend_version: int = 0
    friend_version_id: str = ""
    friend_sort_version: int = 0


class FriendsInfoUpdate(Detail):
    """Pin, remark or ex of friends have changed."""

    content_type = ContentType.FRIENDS_INFO_UPDATE
    from_to_user_id: FromTo
    friend_ids: Sequence[str]
    friend_version: int = 0
    friend_version_id: str = ""


def notify_imported(push: Push, owner: str, friends: Sequence[str], operation_id: str) -> None:
    """Notify an owner once of all its new friends, and each of ``friends`` (at least one) of the owner."""
    first = friends[0]
    if push.reaches(owner) or push.reaches(first):
        push.notify([owner, first], approved(owner, first), operation_id)
    for friend in friends[1:]:
        if push.reaches(friend):
            push.notify([friend], approved(owner, friend), operation_id)


def notify_more(push: Push, owner: str, platform_id: int, operation_id: str) -> None:
    """Notify an owner's client on one platform that there is more to fetch than it got."""
    push.notify([owner], approved(owner, owner), operation_id, platform_id=platform_id)


def notify_deleted(push: Push, owner: str, friend: str, operation_id: str) -> None:
    """Notify an owner that a friend was removed from its list."""
    _notify_owner(push, owner, friend, FriendDeleted(from_to_user_id=FromTo(owner, friend)), operation_id)


def notify_remark_set(push: Push, owner: str, friend: str, operation_id: str) -> None:
    """Notify an owner that the remark of a friend has changed."""
    _notify_owner(push, owner, friend, FriendRemarkSet(from_to_user_id=FromTo(owner, friend)), operation_id)


def notify_friends_updated(push: Push, owner: str, friends: Sequence[str], operation_id: str) -> None:
    """Notify an owner that pin, remark or ex of these friends have changed."""
    detail = FriendsInfoUpdate(from_to_user_id=FromTo("", owner), friend_ids=friends)
    _notify_owner(push, owner, owner, detail, operation_id)


def _notify_owner(push: Push, owner: str, other: str, detail: Detail, operation_id: str) -> None:
    push.notify([owner], Notification(owner, other, detail, coalesces=FRIENDS.name), operation_id)


def approved(owner: str, friend: str) -> Notification:
    """Return the notification of an accepted friend request from the owner, without the request."""
    detail = FriendApplicationApproved(from_to_user_id=FromTo(owner, friend))
    return Notification(friend, owner, detail, coalesces=FRIENDS.name)
