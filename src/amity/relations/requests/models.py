"""The requests and answers about friend requests, as on the wire."""

import msgspec

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.relations.pair.models import FriendRequest
from amity.wire.integers import Int32


class AddFriendRequest(Request):
    from_user_id: str = ""
    to_user_id: str = ""
    req_msg: str = ""
    ex: str = ""


class AddFriendResponseRequest(Request):
    """``to_user_id``'s word on the request of ``from_user_id``: ``handle_result`` 1 agrees, -1 refuses."""

    from_user_id: str = ""
    to_user_id: str = ""
    handle_result: Int32 = 0
    handle_msg: str = ""


class GetFriendApplyListRequest(Request):
    """With any result where none is named."""

    user_id: str = ""
    pagination: Pagination | None = None
    handle_results: list[Int32] | None = None


class GetFriendApplyListResponse(Response):
    """OpenIM's spelling, with a capital here and with none below."""

    friend_requests: list[FriendRequest] = msgspec.field(name="FriendRequests")
    total: int


class GetSelfFriendApplyListResponse(Response):
    friend_requests: list[FriendRequest]
    total: int


class GetDesignatedFriendApplyRequest(Request):
    from_user_id: str = ""
    to_user_id: str = ""


class GetDesignatedFriendApplyResponse(Response):
    """``friend_requests`` is null where there are none, as in OpenIM: its JavaScript client, which asks whenever it is
    told of a new friend, takes an empty list for a request that was agreed to, and raises an event without data."""

    friend_requests: list[FriendRequest] | None


class GetSelfUnhandledApplyCountRequest(Request):
    """Those that came after ``time``, in milliseconds since 1970; 0 for all."""

    user_id: str = ""
    time: int = 0


class GetSelfUnhandledApplyCountResponse(Response):
    count: int
