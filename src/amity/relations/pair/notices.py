"""What clients are told of friend lists, friend requests and blacklists, and who is told.

Each is about one list and goes to its owner's devices; an import has changed the friends' lists too, and a friend
request is both users'. OpenIM sends all of them to the other user as well, whose client does nothing with the rest, and
who need not learn of a deletion, a remark or a block.

Source: open-im-server 3.8 ``internal/rpc/relation/notification.go``, ``openimsdk/protocol`` ``sdkws``. The versions are
0 there too, and no client reads them: a notification says that there is something to fetch, clients know from where on.
"""

from collections.abc import Sequence
from typing import Any

from amity.relations.pair.models import FriendRequest
from amity.wire.notification import ContentType, Notification, Push


def tell_imported(push: Push, owner: str, friends: Sequence[str], operation_id: str) -> None:
    """Tell an owner of all its new friends at once, and each of ``friends`` (at least one) of the owner."""
    first = friends[0]
    if push.reaches(owner) or push.reaches(first):
        push.notify([owner, first], _approved(owner, first), operation_id)
    for friend in friends[1:]:
        if push.reaches(friend):
            push.notify([friend], _approved(owner, friend), operation_id)


def tell_more(push: Push, owner: str, platform_id: int, operation_id: str) -> None:
    """Tell an owner's client on one platform that there is more to fetch than it was given."""
    push.notify([owner], _approved(owner, owner), operation_id, platform_id=platform_id)


def tell_deleted(push: Push, owner: str, friend: str, operation_id: str) -> None:
    """Tell an owner that a friend is no longer on its list."""
    detail = {"fromToUserID": _from_to(owner, friend), "friendVersion": 0, "friendVersionID": ""}
    push.notify(
        [owner], Notification(ContentType.FRIEND_DELETED, owner, friend, detail, only_fetches=True), operation_id
    )


def tell_remark_set(push: Push, owner: str, friend: str, operation_id: str) -> None:
    """Tell an owner that it calls a friend something else."""
    detail = {
        "fromToUserID": _from_to(owner, friend),
        "friendVersion": 0,
        "friendVersionID": "",
        "friendSortVersion": 0,
    }
    push.notify(
        [owner], Notification(ContentType.FRIEND_REMARK_SET, owner, friend, detail, only_fetches=True), operation_id
    )


def tell_friends_updated(push: Push, owner: str, friends: Sequence[str], operation_id: str) -> None:
    """Tell an owner that pin, remark or ex of these friends have changed."""
    detail = {
        "fromToUserID": _from_to("", owner),
        "friendIDs": friends,
        "friendVersion": 0,
        "friendVersionID": "",
    }
    push.notify(
        [owner], Notification(ContentType.FRIENDS_INFO_UPDATE, owner, owner, detail, only_fetches=True), operation_id
    )


def tell_applied(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Tell a user, and the applicant's own devices, of a friend request."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = {"fromToUserID": _from_to(applicant, to), "request": request}
    push.notify([to, applicant], Notification(ContentType.FRIEND_APPLICATION, applicant, to, detail), operation_id)


def tell_agreed(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Tell both that a friend request was agreed to: their clients fetch the new friend."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = {
        "fromToUserID": _from_to(applicant, to),
        "handleMsg": request.handle_msg,
        "friendVersion": 0,
        "friendVersionID": "",
        "request": request,
    }
    told = Notification(ContentType.FRIEND_APPLICATION_APPROVED, to, applicant, detail)
    push.notify([applicant, to], told, operation_id)


def tell_refused(push: Push, request: FriendRequest, operation_id: str) -> None:
    """Tell both that a friend request was refused."""
    applicant, to = request.from_user_id, request.to_user_id
    detail = {"fromToUserID": _from_to(applicant, to), "handleMsg": request.handle_msg, "request": request}
    told = Notification(ContentType.FRIEND_APPLICATION_REJECTED, to, applicant, detail)
    push.notify([applicant, to], told, operation_id)


def tell_black_added(push: Push, owner: str, black: str, operation_id: str) -> None:
    """Tell an owner that a user is on its blacklist. The user is not told: a block does not show."""
    detail = {"fromToUserID": _from_to(owner, black)}
    push.notify([owner], Notification(ContentType.BLACK_ADDED, owner, black, detail), operation_id)


def tell_black_removed(push: Push, owner: str, black: str, operation_id: str) -> None:
    """Tell an owner that a user is no longer on its blacklist."""
    detail = {"fromToUserID": _from_to(owner, black)}
    push.notify([owner], Notification(ContentType.BLACK_DELETED, owner, black, detail), operation_id)


def _approved(owner: str, friend: str) -> Notification:
    """As if the friend had accepted a request of the owner's, but for the request."""
    detail = {
        "fromToUserID": _from_to(owner, friend),
        "handleMsg": "",
        "friendVersion": 0,
        "friendVersionID": "",
        "request": None,
    }
    return Notification(ContentType.FRIEND_APPLICATION_APPROVED, friend, owner, detail, only_fetches=True)


def _from_to(from_user: str, to_user: str) -> dict[str, Any]:
    return {"fromUserID": from_user, "toUserID": to_user}
