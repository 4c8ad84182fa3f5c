"""Friend requests, as far as there are any rules without one: who may ask, and what an empty list looks like.

Source: open-im-server 3.8 ``internal/rpc/relation/friend.go``.
"""

from amity.api.operation import Call, page_of
from amity.errors import Code, ImError
from amity.relations.applications_models import (
    GetDesignatedFriendApplyRequest,
    GetDesignatedFriendApplyResponse,
    GetFriendApplyListRequest,
    GetFriendApplyListResponse,
    GetSelfFriendApplyListResponse,
    GetSelfUnhandledApplyCountRequest,
    GetSelfUnhandledApplyCountResponse,
)


class Applications:
    """Everything that can be asked of friend requests."""

    async def get_friend_apply_list(self, call: Call, request: GetFriendApplyListRequest) -> GetFriendApplyListResponse:
        """Return one page of the requests to a user, and how many there are."""
        page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        return GetFriendApplyListResponse(friend_requests=[], total=0)

    async def get_self_friend_apply_list(
        self, call: Call, request: GetFriendApplyListRequest
    ) -> GetSelfFriendApplyListResponse:
        """Return one page of the requests of a user, and how many there are."""
        page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        return GetSelfFriendApplyListResponse(friend_requests=[], total=0)

    async def get_designated_friend_apply(
        self, call: Call, request: GetDesignatedFriendApplyRequest
    ) -> GetDesignatedFriendApplyResponse:
        """Return the requests between two users."""
        for field, user_id in (("fromUserID", request.from_user_id), ("toUserID", request.to_user_id)):
            if not user_id:
                raise ImError(Code.ARGS, f"{field} is empty")
        if not call.is_admin and call.user_id not in (request.from_user_id, request.to_user_id):
            raise ImError(Code.NO_PERMISSION, f"user {call.user_id} is neither fromUserID nor toUserID")
        return GetDesignatedFriendApplyResponse(friend_requests=[])

    async def get_self_unhandled_apply_count(
        self, call: Call, request: GetSelfUnhandledApplyCountRequest
    ) -> GetSelfUnhandledApplyCountResponse:
        """Return how many requests wait for a user."""
        call.require_own(request.user_id, "userID")
        return GetSelfUnhandledApplyCountResponse(count=0)
