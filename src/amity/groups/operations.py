"""The HTTP operations of groups."""

from amity.calls.operation import Access, Operation
from amity.groups.models import (
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
from amity.groups.service import Groups

_NOTHING_YET = "There are no groups yet: making them is not built."
_NO_MEMBER = f"1002 for a group that the user is not in, to an administrator 1004. {_NOTHING_YET}"


def operations(groups: Groups) -> list[Operation]:
    """Declare what callers may ask of groups."""
    return [
        Operation(
            path="/group/get_incremental_join_groups",
            request=GetIncrementalJoinGroupsRequest,
            response=GetIncrementalJoinGroupsResponse,
            access=Access.CALLER,
            handler=groups.get_incremental_join_groups,
            summary="Get what has changed in the list of a user's groups",
            description=f"Since a version. `full`: fetch the whole list. {_NOTHING_YET}",
        ),
        Operation(
            path="/group/get_joined_group_list",
            request=GetJoinedGroupListRequest,
            response=GetJoinedGroupListResponse,
            access=Access.CALLER,
            handler=groups.get_joined_group_list,
            summary="List a user's groups, page by page",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/group/get_full_join_group_ids",
            request=GetFullJoinGroupIdsRequest,
            response=GetFullJoinGroupIdsResponse,
            access=Access.CALLER,
            handler=groups.get_full_join_group_ids,
            summary="List the ids of all of a user's groups",
            description=f"Left out where `idHash` is that of the list: `equal`. {_NOTHING_YET}",
        ),
        Operation(
            path="/group/get_groups_info",
            request=GetGroupsInfoRequest,
            response=GetGroupsInfoResponse,
            access=Access.CALLER,
            handler=groups.get_groups_info,
            summary="Get groups by their ids",
            description=f"Unknown ids are left out. {_NOTHING_YET}",
        ),
        Operation(
            path="/group/get_incremental_group_members_batch",
            request=GetIncrementalGroupMembersBatchRequest,
            response=GetIncrementalGroupMembersBatchResponse,
            access=Access.CALLER,
            handler=groups.get_incremental_group_members_batch,
            summary="Get what has changed in the lists of groups' members",
            description=_NO_MEMBER,
        ),
        Operation(
            path="/group/get_full_group_member_user_ids",
            request=GetFullGroupMemberUserIdsRequest,
            response=GetFullGroupMemberUserIdsResponse,
            access=Access.CALLER,
            handler=groups.get_full_group_member_user_ids,
            summary="List the ids of all members of a group",
            description=_NO_MEMBER,
        ),
        Operation(
            path="/group/get_group_application_unhandled_count",
            request=GetGroupApplicationUnhandledCountRequest,
            response=GetGroupApplicationUnhandledCountResponse,
            access=Access.CALLER,
            handler=groups.get_group_application_unhandled_count,
            summary="Count the wishes to join a user's groups that wait",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/group/get_recv_group_applicationList",
            request=GetRecvGroupApplicationListRequest,
            response=GroupApplicationListResponse,
            access=Access.CALLER,
            handler=groups.get_recv_group_application_list,
            summary="List the wishes to join a user's groups, page by page",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/group/get_user_req_group_applicationList",
            request=GetUserReqGroupApplicationListRequest,
            response=GroupApplicationListResponse,
            access=Access.CALLER,
            handler=groups.get_user_req_group_application_list,
            summary="List a user's own wishes to join groups, page by page",
            description=_NOTHING_YET,
        ),
    ]
