"""Applications to join groups: those that wait for who manages a group, and a user's own.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``.
"""

from collections.abc import Sequence

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.groups.lists.models import (
    GetGroupApplicationUnhandledCountRequest,
    GetGroupApplicationUnhandledCountResponse,
    GetGroupUsersReqApplicationListRequest,
    GetRecvGroupApplicationListRequest,
    GetSpecifiedUserGroupRequestInfoRequest,
    GetSpecifiedUserGroupRequestInfoResponse,
    GetUserReqGroupApplicationListRequest,
    GroupApplicationListResponse,
)
from amity.groups.lists.seeing import Seeing
from amity.groups.models import GroupRequest
from amity.groups.permission import found
from amity.groups.rules import require_group
from amity.groups.stored import groups, joined, requests
from amity.storage import Database
from amity.users.directory import Directory
from amity.users.rules import require_few


class Applications:
    """The operations that read applications to join groups."""

    def __init__(self, database: Database, directory: Directory, seeing: Seeing) -> None:
        self._database = database
        self._directory = directory
        self._seeing = seeing

    async def get_recv_group_application_list(
        self, call: Call, request: GetRecvGroupApplicationListRequest
    ) -> GroupApplicationListResponse:
        """Return one page of the applications to the groups that a user manages, or to these, which the caller must
        manage."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.from_user_id, "fromUserID")
        if request.group_ids:
            require_few("groupIDs", request.group_ids)
            managed = [head.seq for head in await self._seeing.all_managed(call, request.group_ids, "groupIDs")]
        else:
            managed = await self._managed_by(request.from_user_id)
        listed = requests.of_groups(managed, request.handle_results or ())
        page = await requests.page(self._database, listed, offset, limit)
        return GroupApplicationListResponse(
            total=await requests.count(self._database, listed),
            group_requests=[application.info(group) for application, group in page],
        )

    async def get_user_req_group_application_list(
        self, call: Call, request: GetUserReqGroupApplicationListRequest
    ) -> GroupApplicationListResponse:
        """Return one page of a user's own applications, to these groups or to any."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        number = await self._directory.number(request.user_id)
        if number is None:
            return GroupApplicationListResponse(total=0, group_requests=[])
        wanted: Sequence[int] | None = None
        if request.group_ids:
            require_few("groupIDs", request.group_ids)
            wanted = [head.seq for head in (await groups.heads(self._database, request.group_ids)).values()]
        listed = requests.of_user(number, wanted, request.handle_results or ())
        page = await requests.page(self._database, listed, offset, limit)
        seen = await self._seeing.roles(call, [group.seq for _, group in page])
        return GroupApplicationListResponse(
            total=await requests.count(self._database, listed),
            group_requests=[application.info(group, to_stranger=group.seq not in seen) for application, group in page],
        )

    async def get_group_users_req_application_list(
        self, call: Call, request: GetGroupUsersReqApplicationListRequest
    ) -> GroupApplicationListResponse:
        """Return the applications of these users to a group that the caller manages."""
        require_group(request.group_id)
        if request.user_ids is None:
            raise ImError(Code.ARGS, "userIDs is empty")
        require_few("userIDs", request.user_ids)
        group = await self._seeing.managed(call, request.group_id)
        numbers = await self._directory.numbers(request.user_ids)
        listed = requests.of_users(group.seq, list(numbers.values()))
        page = await requests.page(self._database, listed, 0, len(numbers))
        return GroupApplicationListResponse(
            total=len(page), group_requests=[application.info(group) for application, _ in page]
        )

    async def get_specified_user_group_request_info(
        self, call: Call, request: GetSpecifiedUserGroupRequestInfoRequest
    ) -> GetSpecifiedUserGroupRequestInfoResponse:
        """Return a user's application to a group, to the user and to who manages the group."""
        if not request.user_id or request.user_id != call.user_id:
            group, to_stranger = await self._seeing.managed(call, request.group_id), False
        elif not request.group_id:  # as OpenIM answers it
            return _of(None)
        else:
            group = found(await groups.by_id(self._database, request.group_id), request.group_id)
            to_stranger = group.seq not in await self._seeing.roles(call, [group.seq])
        number = await self._directory.number(request.user_id) or 0
        application = await requests.one(self._database, group.seq, number)
        return _of(None if application is None else application.info(group, to_stranger=to_stranger))

    async def get_group_application_unhandled_count(
        self, call: Call, request: GetGroupApplicationUnhandledCountRequest
    ) -> GetGroupApplicationUnhandledCountResponse:
        """Return how many applications wait for a user who manages groups."""
        call.require_allowed(request.user_id, "userID")
        managed = await self._managed_by(request.user_id)
        count = await requests.count_waiting(self._database, managed, request.time) if managed else 0
        return GetGroupApplicationUnhandledCountResponse(count=count)

    async def _managed_by(self, user_id: str) -> list[int]:
        number = await self._directory.number(user_id)
        return [] if number is None else await joined.managed_by(self._database, number)


def _of(request: GroupRequest | None) -> GetSpecifiedUserGroupRequestInfoResponse:
    shown = None if request is None else [request]
    return GetSpecifiedUserGroupRequestInfoResponse(total=len(shown or ()), group_requests=shown)
