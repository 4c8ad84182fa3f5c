"""What clients are told of friend requests: both users' devices are told.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from amity.delivery.push import Push
from amity.relations.pair.models import FriendRequest
from amity.wire.notification import ContentType, Detail, FromTo, Notification


class FriendApplication(Detail):
    """Somebody asks to be friends."""

    content_type = ContentType.FRIEND_APPLICATION
    from_to_user_id: FromTo
    request: FriendRequest


class FriendApplicationRejected(Detail):
    """A friend request was refused."""

    content_type = ContentType.FRIEND_APPLICATION_REJECTED
    from_to_user_id: FromTo
    handle_msg: str
    request: FriendRequest


def tell_applied(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Tell a user, and the applicant's own devices, of a friend request."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = FriendApplication(from_to_user_id=FromTo(applicant, to), request=request)
    push.notify([to, applicant], Notification(applicant, to, detail), operation_id)


def tell_refused(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Tell both that a friend request was refused."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = FriendApplicationRejected(
        from_to_user_id=FromTo(applicant, to), handle_msg=request.handle_msg, request=request
    )
    push.notify([applicant, to], Notification(to, applicant, detail), operation_id)
