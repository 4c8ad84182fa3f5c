"""The requests for lists of groups, members and applications, as on the wire."""

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.groups.models import GroupInfo, GroupMember, GroupRequest
from amity.wire.integers import Int32, Uint64


class GetIncrementalJoinGroupsRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalJoinGroupsResponse(Response):
    version: int
    version_id: str
    full: bool
    delete: list[str]
    insert: list[GroupInfo]
    update: list[GroupInfo]
    sort_version: int


class GetJoinedGroupListRequest(Request):
    pagination: Pagination | None = None
    from_user_id: str = ""


class GetJoinedGroupListResponse(Response):
    total: int
    groups: list[GroupInfo]


class GetFullJoinGroupIdsRequest(Request):
    id_hash: Uint64 = 0
    user_id: str = ""


class GetFullJoinGroupIdsResponse(Response):
    version: int
    version_id: str
    equal: bool
    group_ids: list[str]


class GetGroupsInfoRequest(Request):
    group_ids: list[str] | None = None


class GetGroupsInfoResponse(Response):
    group_infos: list[GroupInfo]


class GetIncrementalGroupMembersRequest(Request):
    group_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalGroupMembersResponse(Response):
    version: int
    version_id: str
    full: bool
    delete: list[str]
    insert: list[GroupMember]
    update: list[GroupMember]
    group: GroupInfo | None
    sort_version: int


class GetIncrementalGroupMembersBatchRequest(Request):
    user_id: str = ""
    req_list: list[GetIncrementalGroupMembersRequest] | None = None


class GetIncrementalGroupMembersBatchResponse(Response):
    """By group."""

    resp_list: dict[str, GetIncrementalGroupMembersResponse]


class GetFullGroupMemberUserIdsRequest(Request):
    id_hash: Uint64 = 0
    group_id: str = ""


class GetFullGroupMemberUserIdsResponse(Response):
    version: int
    version_id: str
    equal: bool
    user_ids: list[str]


class GetGroupApplicationUnhandledCountRequest(Request):
    """Those that came after ``time``, in milliseconds since 1970."""

    user_id: str = ""
    time: int = 0


class GetGroupApplicationUnhandledCountResponse(Response):
    count: int


class GetRecvGroupApplicationListRequest(Request):
    """Of all the groups that a user runs where none is named; with any result where none is named."""

    pagination: Pagination | None = None
    from_user_id: str = ""
    group_ids: list[str] | None = None
    handle_results: list[Int32] | None = None


class GetUserReqGroupApplicationListRequest(Request):
    pagination: Pagination | None = None
    user_id: str = ""
    group_ids: list[str] | None = None
    handle_results: list[Int32] | None = None


class GroupApplicationListResponse(Response):
    total: int
    group_requests: list[GroupRequest]
