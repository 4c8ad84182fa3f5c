"""The requests and answers about friend requests, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.relations.pair import FriendRequest


class AddFriendRequest(Request):
    from_user_id: str = ""
    to_user_id: str = ""
    req_msg: str = ""
    ex: str = ""


class AddFriendResponseRequest(Request):
    """``to_user_id``'s word on the request of ``from_user_id``: ``handle_result`` 1 agrees, -1 refuses."""

    from_user_id: str = ""
    to_user_id: str = ""
    handle_result: int = 0
    handle_msg: str = ""


class GetFriendApplyListRequest(Request):
    """With any result where none is named."""

    user_id: str = ""
    pagination: Pagination | None = None
    handle_results: list[int] | None = None


class GetFriendApplyListResponse(Response):
    """OpenIM's spelling, with a capital here and with none below."""

    friend_requests: list[FriendRequest] = msgspec.field(default_factory=list, name="FriendRequests")
    total: int = 0


class GetSelfFriendApplyListResponse(Response):
    friend_requests: list[FriendRequest] = msgspec.field(default_factory=list)
    total: int = 0


class GetDesignatedFriendApplyRequest(Request):
    from_user_id: str = ""
    to_user_id: str = ""


class GetDesignatedFriendApplyResponse(Response):
    """``friend_requests`` is null where there are none, as in OpenIM: its JavaScript client, which asks whenever it is
    told of a new friend, takes an empty list for a request that was agreed to, and raises an event without data."""

    friend_requests: list[FriendRequest] = msgspec.field(default_factory=list)


class GetSelfUnhandledApplyCountRequest(Request):
    """Those that came after ``time``, in milliseconds since 1970; 0 for all."""

    user_id: str = ""
    time: int = 0


class GetSelfUnhandledApplyCountResponse(Response):
    count: int = 0


FRIEND_ADD_FRIEND = Operation("/friend/add_friend", AddFriendRequest, NoneType)
"""Ask a user to be friends."""
FRIEND_ADD_FRIEND_RESPONSE = Operation("/friend/add_friend_response", AddFriendResponseRequest, NoneType)
"""Agree to a friend request, or refuse it."""
FRIEND_GET_FRIEND_APPLY_LIST = Operation(
    "/friend/get_friend_apply_list",
    GetFriendApplyListRequest,
    GetFriendApplyListResponse,
)
"""List friend requests to a user, page by page."""
FRIEND_GET_SELF_FRIEND_APPLY_LIST = Operation(
    "/friend/get_self_friend_apply_list",
    GetFriendApplyListRequest,
    GetSelfFriendApplyListResponse,
)
"""List a user's own friend requests, page by page."""
FRIEND_GET_DESIGNATED_FRIEND_APPLY = Operation(
    "/friend/get_designated_friend_apply",
    GetDesignatedFriendApplyRequest,
    GetDesignatedFriendApplyResponse,
)
"""List the friend requests between two users."""
FRIEND_GET_SELF_UNHANDLED_APPLY_COUNT = Operation(
    "/friend/get_self_unhandled_apply_count",
    GetSelfUnhandledApplyCountRequest,
    GetSelfUnhandledApplyCountResponse,
)
"""Count the friend requests that wait for a user."""
