"""Groups and the requests about them, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.users import PublicUser


class GroupInfo(Response):
    """A group; times in milliseconds since 1970."""

    group_id: str = ""
    group_name: str = ""
    notification: str = ""
    introduction: str = ""
    face_url: str = ""
    owner_user_id: str = ""
    create_time: int = 0
    member_count: int = 0
    ex: str = ""
    status: int = 0
    creator_user_id: str = ""
    group_type: int = 0
    need_verification: int = 0
    look_member_info: int = 0
    apply_member_friend: int = 0
    notification_update_time: int = 0
    notification_user_id: str = ""


class GroupMember(Response):
    """A member of a group; times in milliseconds since 1970. ``app_manger_level`` is OpenIM's spelling."""

    group_id: str = ""
    user_id: str = ""
    role_level: int = 0
    join_time: int = 0
    nickname: str = ""
    face_url: str = ""
    app_manger_level: int = 0
    join_source: int = 0
    operator_user_id: str = ""
    ex: str = ""
    mute_end_time: int = 0
    inviter_user_id: str = ""


class GroupRequest(Response):
    """Somebody's wish to join a group; times in milliseconds since 1970."""

    user_info: PublicUser = msgspec.field(default_factory=PublicUser)
    group_info: GroupInfo = msgspec.field(default_factory=GroupInfo)
    handle_result: int = 0
    req_msg: str = ""
    handle_msg: str = ""
    req_time: int = 0
    handle_user_id: str = ""
    handle_time: int = 0
    ex: str = ""
    join_source: int = 0
    inviter_user_id: str = ""


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
    pagination: Pagination | None = None
    from_user_id: str = ""


class GetJoinedGroupListResponse(Response):
    total: int = 0
    groups: list[GroupInfo] = msgspec.field(default_factory=list)


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


class GetIncrementalGroupMembersRequest(Request):
    group_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalGroupMembersResponse(Response):
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


class GroupApplicationListResponse(Response):
    total: int = 0
    group_requests: list[GroupRequest] = msgspec.field(default_factory=list)


GROUP_GET_INCREMENTAL_JOIN_GROUPS = Operation(
    "/group/get_incremental_join_groups",
    GetIncrementalJoinGroupsRequest,
    GetIncrementalJoinGroupsResponse,
)
"""Get what has changed in the list of a user's groups."""
GROUP_GET_JOINED_GROUP_LIST = Operation(
    "/group/get_joined_group_list",
    GetJoinedGroupListRequest,
    GetJoinedGroupListResponse,
)
"""List a user's groups, page by page."""
GROUP_GET_FULL_JOIN_GROUP_IDS = Operation(
    "/group/get_full_join_group_ids",
    GetFullJoinGroupIdsRequest,
    GetFullJoinGroupIdsResponse,
)
"""List the ids of all of a user's groups."""
GROUP_GET_GROUPS_INFO = Operation("/group/get_groups_info", GetGroupsInfoRequest, GetGroupsInfoResponse)
"""Get groups by their ids."""
GROUP_GET_INCREMENTAL_GROUP_MEMBERS_BATCH = Operation(
    "/group/get_incremental_group_members_batch",
    GetIncrementalGroupMembersBatchRequest,
    GetIncrementalGroupMembersBatchResponse,
)
"""Get what has changed in the lists of groups' members."""
GROUP_GET_FULL_GROUP_MEMBER_USER_IDS = Operation(
    "/group/get_full_group_member_user_ids",
    GetFullGroupMemberUserIdsRequest,
    GetFullGroupMemberUserIdsResponse,
)
"""List the ids of all members of a group."""
GROUP_GET_GROUP_APPLICATION_UNHANDLED_COUNT = Operation(
    "/group/get_group_application_unhandled_count",
    GetGroupApplicationUnhandledCountRequest,
    GetGroupApplicationUnhandledCountResponse,
)
"""Count the wishes to join a user's groups that wait."""
GROUP_GET_RECV_GROUP_APPLICATIONLIST = Operation(
    "/group/get_recv_group_applicationList",
    GetRecvGroupApplicationListRequest,
    GroupApplicationListResponse,
)
"""List the wishes to join a user's groups, page by page."""
GROUP_GET_USER_REQ_GROUP_APPLICATIONLIST = Operation(
    "/group/get_user_req_group_applicationList",
    GetUserReqGroupApplicationListRequest,
    GroupApplicationListResponse,
)
"""List a user's own wishes to join groups, page by page."""
