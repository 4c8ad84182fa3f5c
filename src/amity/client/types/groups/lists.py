"""The requests for lists of groups, members and applications, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.groups.models import GroupIdRequest, GroupInfo, GroupMember, GroupRequest


class GetIncrementalJoinGroupsRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalJoinGroupsResponse(Response):
    version: int = 0
    version_id: str = ""
    full: bool = False
    delete: list[str] = msgspec.field(default_factory=list)
    insert: list[GroupInfo] = msgspec.field(default_factory=list)
    update: list[GroupInfo] = msgspec.field(default_factory=list)
    sort_version: int = 0


class GetJoinedGroupListRequest(Request):
    """``with_roles``, which is amity's: say what the user is in each group."""

    pagination: Pagination | None = None
    from_user_id: str = ""
    with_roles: bool = False


class GetJoinedGroupListResponse(Response):
    """``role_levels`` is amity's, and there where it is asked for: the user's role in each group of the page, by the
    group's id."""

    total: int = 0
    groups: list[GroupInfo] = msgspec.field(default_factory=list)
    role_levels: dict[str, int] = msgspec.field(default_factory=dict)


class GetFullJoinGroupIdsRequest(Request):
    id_hash: int = 0
    user_id: str = ""


class GetFullJoinGroupIdsResponse(Response):
    version: int = 0
    version_id: str = ""
    equal: bool = False
    group_ids: list[str] = msgspec.field(default_factory=list)


class GetGroupsInfoRequest(Request):
    group_ids: list[str] | None = None


class GetGroupsInfoResponse(Response):
    group_infos: list[GroupInfo] = msgspec.field(default_factory=list)


class GetGroupsRequest(Request):
    """Groups of the id, where one is given, whose names contain the text."""

    pagination: Pagination | None = None
    group_name: str = ""
    group_id: str = ""


class FoundGroup(Response):
    group_info: GroupInfo = msgspec.field(default_factory=GroupInfo)
    group_owner_user_name: str = ""
    group_owner_user_id: str = ""


class GetGroupsResponse(Response):
    total: int = 0
    groups: list[FoundGroup] = msgspec.field(default_factory=list)


class GetGroupAbstractInfoRequest(Request):
    group_ids: list[str] | None = None


class GroupAbstractInfo(Response):
    """``group_member_list_hash`` is another one after each change of the members."""

    group_id: str = ""
    group_member_number: int = 0
    group_member_list_hash: int = 0


class GetGroupAbstractInfoResponse(Response):
    group_abstract_infos: list[GroupAbstractInfo] = msgspec.field(default_factory=list)


class GetGroupMemberListRequest(Request):
    """``filter``: 0 all, 1 the owner, 2 administrators, 3 ordinary members, 4 all but the owner, 5 the owner and
    administrators. ``keyword`` is a part of a name or of an id."""

    pagination: Pagination | None = None
    group_id: str = ""
    filter: int = 0
    keyword: str = ""


class GetGroupMemberListResponse(Response):
    total: int = 0
    members: list[GroupMember] = msgspec.field(default_factory=list)


class GetGroupMembersInfoRequest(Request):
    group_id: str = ""
    user_ids: list[str] | None = None


class GetGroupMembersInfoResponse(Response):
    members: list[GroupMember] = msgspec.field(default_factory=list)


class GetGroupMemberUserIdResponse(Response):
    user_ids: list[str] = msgspec.field(default_factory=list)


class GetIncrementalGroupMembersRequest(Request):
    group_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalGroupMembersResponse(Response):
    """``insert`` and ``update`` are null where they are empty, as in OpenIM: its JavaScript client looks at the first
    member of the one that is there, and cannot log in where that is empty."""

    version: int = 0
    version_id: str = ""
    full: bool = False
    delete: list[str] = msgspec.field(default_factory=list)
    insert: list[GroupMember] = msgspec.field(default_factory=list)
    update: list[GroupMember] = msgspec.field(default_factory=list)
    group: GroupInfo | None = None
    sort_version: int = 0


class GetIncrementalGroupMembersBatchRequest(Request):
    user_id: str = ""
    req_list: list[GetIncrementalGroupMembersRequest] | None = None


class GetIncrementalGroupMembersBatchResponse(Response):
    """By group."""

    resp_list: dict[str, GetIncrementalGroupMembersResponse] = msgspec.field(default_factory=dict)


class GetFullGroupMemberUserIdsRequest(Request):
    id_hash: int = 0
    group_id: str = ""


class GetFullGroupMemberUserIdsResponse(Response):
    version: int = 0
    version_id: str = ""
    equal: bool = False
    user_ids: list[str] = msgspec.field(default_factory=list)


class GetGroupApplicationUnhandledCountRequest(Request):
    """Those that came after ``time``, in milliseconds since 1970."""

    user_id: str = ""
    time: int = 0


class GetGroupApplicationUnhandledCountResponse(Response):
    count: int = 0


class GetRecvGroupApplicationListRequest(Request):
    """Of all the groups that a user runs where none is named; with any result where none is named."""

    pagination: Pagination | None = None
    from_user_id: str = ""
    group_ids: list[str] | None = None
    handle_results: list[int] | None = None


class GetUserReqGroupApplicationListRequest(Request):
    pagination: Pagination | None = None
    user_id: str = ""
    group_ids: list[str] | None = None
    handle_results: list[int] | None = None


class GetGroupUsersReqApplicationListRequest(Request):
    group_id: str = ""
    user_ids: list[str] | None = None


class GetSpecifiedUserGroupRequestInfoRequest(Request):
    group_id: str = ""
    user_id: str = ""


class GroupApplicationListResponse(Response):
    total: int = 0
    group_requests: list[GroupRequest] = msgspec.field(default_factory=list)


class GetSpecifiedUserGroupRequestInfoResponse(Response):
    """``group_requests`` is null where there is none, as in OpenIM: its JavaScript client, which asks whenever it is
    told of an application, takes an empty list for an application, and raises an event without data."""

    total: int = 0
    group_requests: list[GroupRequest] = msgspec.field(default_factory=list)


GROUP_GET_GROUPS_INFO = Operation("/group/get_groups_info", GetGroupsInfoRequest, GetGroupsInfoResponse)
"""Get groups by their ids."""
GROUP_GET_GROUPS = Operation("/group/get_groups", GetGroupsRequest, GetGroupsResponse)
"""Find groups by name or id, page by page."""
GROUP_GET_GROUP_ABSTRACT_INFO = Operation(
    "/group/get_group_abstract_info",
    GetGroupAbstractInfoRequest,
    GetGroupAbstractInfoResponse,
)
"""Get the number of groups' members, and a hash that changes with them."""
GROUP_GET_JOINED_GROUP_LIST = Operation(
    "/group/get_joined_group_list",
    GetJoinedGroupListRequest,
    GetJoinedGroupListResponse,
)
"""List a user's groups, page by page."""
GROUP_GET_INCREMENTAL_JOIN_GROUPS = Operation(
    "/group/get_incremental_join_groups",
    GetIncrementalJoinGroupsRequest,
    GetIncrementalJoinGroupsResponse,
)
"""Get what has changed in the list of a user's groups."""
GROUP_GET_FULL_JOIN_GROUP_IDS = Operation(
    "/group/get_full_join_group_ids",
    GetFullJoinGroupIdsRequest,
    GetFullJoinGroupIdsResponse,
)
"""List the ids of all of a user's groups."""
GROUP_GET_GROUP_MEMBER_LIST = Operation(
    "/group/get_group_member_list",
    GetGroupMemberListRequest,
    GetGroupMemberListResponse,
)
"""List a group's members, page by page."""
GROUP_GET_GROUP_MEMBERS_INFO = Operation(
    "/group/get_group_members_info",
    GetGroupMembersInfoRequest,
    GetGroupMembersInfoResponse,
)
"""Get members of a group by their ids."""
GROUP_GET_GROUP_MEMBER_USER_ID = Operation(
    "/group/get_group_member_user_id",
    GroupIdRequest,
    GetGroupMemberUserIdResponse,
)
"""List the ids of a group's members."""
GROUP_GET_FULL_GROUP_MEMBER_USER_IDS = Operation(
    "/group/get_full_group_member_user_ids",
    GetFullGroupMemberUserIdsRequest,
    GetFullGroupMemberUserIdsResponse,
)
"""List the ids of all members of a group, with the list's version."""
GROUP_GET_INCREMENTAL_GROUP_MEMBERS = Operation(
    "/group/get_incremental_group_members",
    GetIncrementalGroupMembersRequest,
    GetIncrementalGroupMembersResponse,
)
"""Get what has changed in a group and among its members."""
GROUP_GET_INCREMENTAL_GROUP_MEMBERS_BATCH = Operation(
    "/group/get_incremental_group_members_batch",
    GetIncrementalGroupMembersBatchRequest,
    GetIncrementalGroupMembersBatchResponse,
)
"""Get what has changed in groups and among their members."""
GROUP_GET_RECV_GROUP_APPLICATIONLIST = Operation(
    "/group/get_recv_group_applicationList",
    GetRecvGroupApplicationListRequest,
    GroupApplicationListResponse,
)
"""List the applications to the groups that a user manages, page by page."""
GROUP_GET_USER_REQ_GROUP_APPLICATIONLIST = Operation(
    "/group/get_user_req_group_applicationList",
    GetUserReqGroupApplicationListRequest,
    GroupApplicationListResponse,
)
"""List a user's own applications to join groups, page by page."""
GROUP_GET_GROUP_USERS_REQ_APPLICATION_LIST = Operation(
    "/group/get_group_users_req_application_list",
    GetGroupUsersReqApplicationListRequest,
    GroupApplicationListResponse,
)
"""Get users' applications to a group."""
GROUP_GET_SPECIFIED_USER_GROUP_REQUEST_INFO = Operation(
    "/group/get_specified_user_group_request_info",
    GetSpecifiedUserGroupRequestInfoRequest,
    GetSpecifiedUserGroupRequestInfoResponse,
)
"""Get a user's application to a group."""
GROUP_GET_GROUP_APPLICATION_UNHANDLED_COUNT = Operation(
    "/group/get_group_application_unhandled_count",
    GetGroupApplicationUnhandledCountRequest,
    GetGroupApplicationUnhandledCountResponse,
)
"""Count the applications that wait for who manages groups."""
