"""The notifications of friend requests. The devices of both users get them.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from amity.delivery.push import Push
from amity.relations.pair.models import FriendRequest
from amity.wire.notification import ContentType, Detail, FromTo, Notification


class FriendApplication(Detail):
    """A friend request was made."""

    content_type = ContentType.FRIEND_APPLICATION
    from_to_user_id: FromTo
    request: FriendRequest


class FriendApplicationRejected(Detail):
    """A friend request was refused."""

    content_type = ContentType.FRIEND_APPLICATION_REJECTED
    from_to_user_id: FromTo
    handle_msg: str
    request: FriendRequest


def notify_applied(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Notify a user, and the applicant's own devices, of a friend request."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = FriendApplication(from_to_user_id=FromTo(applicant, to), request=request)
    push.notify([to, applicant], Notification(applicant, to, detail), operation_id)


def notify_refused(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Notify both users that a friend request was refused."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = FriendApplicationRejected(
        from_to_user_id=FromTo(applicant, to), handle_msg=request.handle_msg, request=request
    )
    push.notify([applicant, to], Notification(to, applicant, detail), operation_id)
