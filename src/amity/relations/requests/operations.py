"""The HTTP operations of friend requests."""

from amity.calls.operation import Access, Operation
from amity.relations.requests.answering import Answering
from amity.relations.requests.applying import Applying
from amity.relations.requests.models import (
    AddFriendRequest,
    AddFriendResponseRequest,
    GetDesignatedFriendApplyRequest,
    GetDesignatedFriendApplyResponse,
    GetFriendApplyListRequest,
    GetFriendApplyListResponse,
    GetSelfFriendApplyListResponse,
    GetSelfUnhandledApplyCountRequest,
    GetSelfUnhandledApplyCountResponse,
)
from amity.relations.requests.reading import Applications


def operations(applying: Applying, answering: Answering, applications: Applications) -> list[Operation]:
    """Declare what callers may ask of friend requests."""
    return [
        Operation(
            path="/friend/add_friend",
            request=AddFriendRequest,
            response=None,
            access=Access.CALLER,
            handler=applying.add_friend,
            summary="Ask a user to be friends",
            description=(
                "Asking again begins the request anew. Where that user has asked already, the two are friends at once. "
                "Asks `beforeAddFriend`, raises `afterAddFriend`, and where it makes friends the callbacks of "
                "agreement as well. The user's clients are told."
            ),
        ),
        Operation(
            path="/friend/add_friend_response",
            request=AddFriendResponseRequest,
            response=None,
            access=Access.CALLER,
            handler=answering.add_friend_response,
            summary="Agree to a friend request, or refuse it",
            description=(
                "`toUserID`'s word on the request of `fromUserID`: `handleResult` 1 agrees and makes friends of the "
                "two, -1 refuses. Asks `beforeAddFriendAgree` and raises `afterAddFriendAgree` where it agrees. Both "
                "users' clients are told."
            ),
        ),
        Operation(
            path="/friend/get_friend_apply_list",
            request=GetFriendApplyListRequest,
            response=GetFriendApplyListResponse,
            access=Access.CALLER,
            handler=applications.get_friend_apply_list,
            summary="List friend requests to a user, page by page",
            description="The newest first; with `handleResults` only those with one of these results.",
        ),
        Operation(
            path="/friend/get_self_friend_apply_list",
            request=GetFriendApplyListRequest,
            response=GetSelfFriendApplyListResponse,
            access=Access.CALLER,
            handler=applications.get_self_friend_apply_list,
            summary="List a user's own friend requests, page by page",
            description="The newest first; with `handleResults` only those with one of these results.",
        ),
        Operation(
            path="/friend/get_designated_friend_apply",
            request=GetDesignatedFriendApplyRequest,
            response=GetDesignatedFriendApplyResponse,
            access=Access.CALLER,
            handler=applications.get_designated_friend_apply,
            summary="List the friend requests between two users",
            description="In either direction, the newest first.",
        ),
        Operation(
            path="/friend/get_self_unhandled_apply_count",
            request=GetSelfUnhandledApplyCountRequest,
            response=GetSelfUnhandledApplyCountResponse,
            access=Access.CALLER,
            handler=applications.get_self_unhandled_apply_count,
            summary="Count the friend requests that wait for a user",
            description="Those that came after `time`, in milliseconds since 1970; 0 counts all.",
        ),
    ]
