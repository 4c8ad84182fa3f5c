"""The rules of groups while there are none: permissions, and empty answers.

Source: open-im-server 3.8 ``internal/rpc/group`` (``sync.go``, ``group.go``).
"""

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.groups.lists.models import (
    GetFullGroupMemberUserIdsRequest,
    GetFullGroupMemberUserIdsResponse,
    GetFullJoinGroupIdsRequest,
    GetFullJoinGroupIdsResponse,
    GetGroupApplicationUnhandledCountRequest,
    GetGroupApplicationUnhandledCountResponse,
    GetGroupsInfoRequest,
    GetGroupsInfoResponse,
    GetIncrementalGroupMembersBatchRequest,
    GetIncrementalGroupMembersBatchResponse,
    GetIncrementalJoinGroupsRequest,
    GetIncrementalJoinGroupsResponse,
    GetJoinedGroupListRequest,
    GetJoinedGroupListResponse,
    GetRecvGroupApplicationListRequest,
    GetUserReqGroupApplicationListRequest,
    GroupApplicationListResponse,
)
from amity.sync.lists import EMPTY_VERSION, changes_from, id_hash


class Groups:
    """The operations of groups. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, version_id: str) -> None:
        self._version_id = version_id

    async def get_incremental_join_groups(
        self, call: Call, request: GetIncrementalJoinGroupsRequest
    ) -> GetIncrementalJoinGroupsResponse:
        """Return what has changed in the list of a user's groups since the client's version."""
        call.require_allowed(request.user_id, "userID")
        since = changes_from(request.version_id, request.version, current_id=self._version_id, current=EMPTY_VERSION)
        return GetIncrementalJoinGroupsResponse(
            version=EMPTY_VERSION,
            version_id=self._version_id,
            full=since is None,
            delete=[],
            insert=[],
            update=[],
            sort_version=0,
        )

    async def get_joined_group_list(self, call: Call, request: GetJoinedGroupListRequest) -> GetJoinedGroupListResponse:
        """Return one page of a user's groups and how many there are."""
        page_of(request.pagination)
        call.require_own(request.from_user_id, "fromUserID")
        return GetJoinedGroupListResponse(total=0, groups=[])

    async def get_full_join_group_ids(
        self, call: Call, request: GetFullJoinGroupIdsRequest
    ) -> GetFullJoinGroupIdsResponse:
        """Return the ids of all of a user's groups, or that the client's hash of them is current."""
        call.require_own(request.user_id, "userID")
        return GetFullJoinGroupIdsResponse(
            version=EMPTY_VERSION, version_id=self._version_id, equal=request.id_hash == id_hash([]), group_ids=[]
        )

    async def get_groups_info(self, call: Call, request: GetGroupsInfoRequest) -> GetGroupsInfoResponse:
        """Return those of the named groups that exist."""
        if not request.group_ids:
            raise ImError(Code.ARGS, "groupIDs is empty")
        return GetGroupsInfoResponse(group_infos=[])

    async def get_incremental_group_members_batch(
        self, call: Call, request: GetIncrementalGroupMembersBatchRequest
    ) -> GetIncrementalGroupMembersBatchResponse:
        """Return what has changed in the lists of these groups' members since the client's versions."""
        for index, asked in enumerate(request.req_list or ()):
            raise _no_member(call, asked.group_id, f"reqList[{index}].groupID")
        return GetIncrementalGroupMembersBatchResponse(resp_list={})

    async def get_full_group_member_user_ids(
        self, call: Call, request: GetFullGroupMemberUserIdsRequest
    ) -> GetFullGroupMemberUserIdsResponse:
        """Return the ids of all of a group's members, or that the client's hash of them is current."""
        raise _no_member(call, request.group_id, "groupID")

    async def get_group_application_unhandled_count(
        self, call: Call, request: GetGroupApplicationUnhandledCountRequest
    ) -> GetGroupApplicationUnhandledCountResponse:
        """Return how many requests to join wait for a user who manages groups."""
        call.require_allowed(request.user_id, "userID")
        return GetGroupApplicationUnhandledCountResponse(count=0)

    async def get_recv_group_application_list(
        self, call: Call, request: GetRecvGroupApplicationListRequest
    ) -> GroupApplicationListResponse:
        """Return one page of the requests to join a user's groups, or these groups, which the user must manage."""
        page_of(request.pagination)
        call.require_own(request.from_user_id, "fromUserID")
        if request.group_ids:
            raise _no_member(call, request.group_ids[0], "groupIDs[0]")
        return GroupApplicationListResponse(total=0, group_requests=[])

    async def get_user_req_group_application_list(
        self, call: Call, request: GetUserReqGroupApplicationListRequest
    ) -> GroupApplicationListResponse:
        """Return one page of a user's own requests to join groups."""
        page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        return GroupApplicationListResponse(total=0, group_requests=[])


def _no_member(call: Call, group_id: str, field: str) -> ImError:
    """Return the error for a group that does not exist. To a user it is a group that the user has not joined."""
    if not group_id:
        return ImError(Code.ARGS, f"{field} is empty")
    if call.is_admin:
        return ImError(Code.RECORD_NOT_FOUND, f"{field}: group not found: {group_id}")
    return ImError(Code.NO_PERMISSION, f"{field}: user {call.user_id} is not in group {group_id}")
