"""Read friend requests.

Source: open-im-server 3.8 ``internal/rpc/relation/friend.go``.
"""

from collections.abc import Sequence

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.relations.pair.models import HandleResult
from amity.relations.requests import store
from amity.relations.requests.models import (
    GetDesignatedFriendApplyRequest,
    GetDesignatedFriendApplyResponse,
    GetFriendApplyListRequest,
    GetFriendApplyListResponse,
    GetSelfFriendApplyListResponse,
    GetSelfUnhandledApplyCountRequest,
    GetSelfUnhandledApplyCountResponse,
)
from amity.storage import Database
from amity.users.directory import Directory


class Applications:
    """The operations that read friend requests."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    async def get_friend_apply_list(self, call: Call, request: GetFriendApplyListRequest) -> GetFriendApplyListResponse:
        """Return one page of the requests to a user, and their number."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        user = await self._directory.number(request.user_id)
        if user is None:
            return GetFriendApplyListResponse(friend_requests=[], total=0)
        results = _results(request.handle_results)
        total, page = await store.page_to(self._database, user, results, offset, limit)
        return GetFriendApplyListResponse(friend_requests=page, total=total)

    async def get_self_friend_apply_list(
        self, call: Call, request: GetFriendApplyListRequest
    ) -> GetSelfFriendApplyListResponse:
        """Return one page of a user's own requests, and their number."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        user = await self._directory.number(request.user_id)
        if user is None:
            return GetSelfFriendApplyListResponse(friend_requests=[], total=0)
        results = _results(request.handle_results)
        total, page = await store.page_from(self._database, user, results, offset, limit)
        return GetSelfFriendApplyListResponse(friend_requests=page, total=total)

    async def get_designated_friend_apply(
        self, call: Call, request: GetDesignatedFriendApplyRequest
    ) -> GetDesignatedFriendApplyResponse:
        """Return the requests between two users, in either direction."""
        for field, user_id in (("fromUserID", request.from_user_id), ("toUserID", request.to_user_id)):
            if not user_id:
                raise ImError(Code.ARGS, f"{field} is empty")
        if not call.is_admin and call.user_id not in (request.from_user_id, request.to_user_id):
            raise ImError(Code.NO_PERMISSION, f"user {call.user_id} is neither fromUserID nor toUserID")
        first = await self._directory.number(request.from_user_id)
        second = await self._directory.number(request.to_user_id)
        if first is None or second is None:
            return GetDesignatedFriendApplyResponse(friend_requests=None)
        found = await store.between(self._database, first, second)
        return GetDesignatedFriendApplyResponse(friend_requests=found or None)

    async def get_self_unhandled_apply_count(
        self, call: Call, request: GetSelfUnhandledApplyCountRequest
    ) -> GetSelfUnhandledApplyCountResponse:
        """Return the number of requests that wait for a user."""
        call.require_allowed(request.user_id, "userID")
        user = await self._directory.number(request.user_id)
        count = 0 if user is None else await store.count_waiting(self._database, user, request.time)
        return GetSelfUnhandledApplyCountResponse(count=count)


def _results(asked: Sequence[int] | None) -> list[int]:
    """Return the results that are asked for, or all if none is named."""
    return [int(result) for result in HandleResult if not asked or result in asked]
