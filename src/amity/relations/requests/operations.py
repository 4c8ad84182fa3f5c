"""The HTTP operations of friend requests."""

from amity.calls.operation import Operation
from amity.relations.requests.answering import Answering
from amity.relations.requests.applying import Applying
from amity.relations.requests.reading import Applications


def operations(applying: Applying, answering: Answering, applications: Applications) -> list[Operation]:
    """Declare the operations of friend requests."""
    return [
        Operation(
            "/friend/add_friend",
            applying.add_friend,
            "Ask a user to be friends",
            description=(
                "Asking again begins the request anew. Where that user has asked already, the two are friends at once. "
                "Asks `beforeAddFriend`, raises `afterAddFriend`, and where it makes friends the callbacks of "
                "agreement as well. The user's clients are told."
            ),
        ),
        Operation(
            "/friend/add_friend_response",
            answering.add_friend_response,
            "Agree to a friend request, or refuse it",
            description=(
                "`toUserID`'s word on the request of `fromUserID`: `handleResult` 1 agrees and makes friends of the "
                "two, -1 refuses. Asks `beforeAddFriendAgree` and raises `afterAddFriendAgree` where it agrees. Both "
                "users' clients are told."
            ),
        ),
        Operation(
            "/friend/get_friend_apply_list",
            applications.get_friend_apply_list,
            "List friend requests to a user, page by page",
            description="The newest first; with `handleResults` only those with one of these results.",
        ),
        Operation(
            "/friend/get_self_friend_apply_list",
            applications.get_self_friend_apply_list,
            "List a user's own friend requests, page by page",
            description="The newest first; with `handleResults` only those with one of these results.",
        ),
        Operation(
            "/friend/get_designated_friend_apply",
            applications.get_designated_friend_apply,
            "List the friend requests between two users",
            description="In either direction, the newest first.",
        ),
        Operation(
            "/friend/get_self_unhandled_apply_count",
            applications.get_self_unhandled_apply_count,
            "Count the friend requests that wait for a user",
            description="Those that came after `time`, in milliseconds since 1970; 0 counts all.",
        ),
    ]
