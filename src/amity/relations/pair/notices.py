"""The notification that two users have become friends.

OpenIM sends notifications about a list to both users; a client ignores one about the other's list. The versions are 0
in OpenIM too, and no client reads them: a notification says that there is something to fetch, and a client knows from
which version.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from amity.delivery.push import Push
from amity.relations.pair.models import FriendRequest
from amity.wire.notification import ContentType, Detail, FromTo, Notification


class FriendApplicationApproved(Detail):
    """A friend request was agreed to; ``request`` is ``None`` if there was none, as after an import."""

    content_type = ContentType.FRIEND_APPLICATION_APPROVED
    from_to_user_id: FromTo
    handle_msg: str = ""
    friend_version: int = 0
    friend_version_id: str = ""
    request: FriendRequest | None = None


def agreed(request: FriendRequest) -> Notification:
    """Return the notification that a friend request was agreed to."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = FriendApplicationApproved(
        from_to_user_id=FromTo(applicant, to), handle_msg=request.handle_msg, request=request
    )
    return Notification(to, applicant, detail)


def notify_agreed(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Notify both users that a friend request was agreed to. Their clients fetch the new friend."""
    push.notify([request.from_user_id, request.to_user_id], agreed(request), operation_id)
