"""The requests for lists of groups, members and applications, as on the wire."""

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.groups.models import GroupInfo, GroupMember, GroupRequest
from amity.users.rules import FewIds
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
    """``with_roles``, which is amity's: say what the user is in each group."""

    pagination: Pagination | None = None
    from_user_id: str = ""
    with_roles: bool = False


class GetJoinedGroupListResponse(Response, omit_defaults=True):
    """``role_levels`` is amity's, and there where it is asked for: the user's role in each group of the page, by the
    group's id."""

    total: int
    groups: list[GroupInfo]
    role_levels: dict[str, int] | None = None


class GetFullJoinGroupIdsRequest(Request):
    id_hash: Uint64 = 0
    user_id: str = ""


class GetFullJoinGroupIdsResponse(Response):
    version: int
    version_id: str
    equal: bool
    group_ids: list[str]


class GetGroupsInfoRequest(Request):
    group_ids: FewIds | None = None


class GetGroupsInfoResponse(Response):
    group_infos: list[GroupInfo]


class GetGroupsRequest(Request):
    """Groups of the id, where one is given, whose names contain the text."""

    pagination: Pagination | None = None
    group_name: str = ""
    group_id: str = ""


class FoundGroup(Response):
    group_info: GroupInfo
    group_owner_user_name: str
    group_owner_user_id: str


class GetGroupsResponse(Response):
    total: int
    groups: list[FoundGroup]


class GetGroupAbstractInfoRequest(Request):
    group_ids: FewIds | None = None


class GroupAbstractInfo(Response):
    """``group_member_list_hash`` is another one after each change of the members."""

    group_id: str
    group_member_number: int
    group_member_list_hash: Uint64


class GetGroupAbstractInfoResponse(Response):
    group_abstract_infos: list[GroupAbstractInfo]


class GetGroupMemberListRequest(Request):
    """``filter``: 0 all, 1 the owner, 2 administrators, 3 ordinary members, 4 all but the owner, 5 the owner and
    administrators. ``keyword`` is a part of a name or of an id."""

    pagination: Pagination | None = None
    group_id: str = ""
    filter: Int32 = 0
    keyword: str = ""


class GetGroupMemberListResponse(Response):
    total: int
    members: list[GroupMember]


class GetGroupMembersInfoRequest(Request):
    group_id: str = ""
    user_ids: FewIds | None = None


class GetGroupMembersInfoResponse(Response):
    members: list[GroupMember]


class GetGroupMemberUserIdResponse(Response):
    user_ids: list[str]


class GetIncrementalGroupMembersRequest(Request):
    group_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalGroupMembersResponse(Response):
    """``insert`` and ``update`` are null where they are empty, as in OpenIM: its JavaScript client looks at the first
    member of the one that is there, and cannot log in where that is empty."""

    version: int
    version_id: str
    full: bool
    delete: list[str]
    insert: list[GroupMember] | None
    update: list[GroupMember] | None
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
    group_ids: FewIds | None = None
    handle_results: list[Int32] | None = None


class GetUserReqGroupApplicationListRequest(Request):
    pagination: Pagination | None = None
    user_id: str = ""
    group_ids: FewIds | None = None
    handle_results: list[Int32] | None = None


class GetGroupUsersReqApplicationListRequest(Request):
    group_id: str = ""
    user_ids: FewIds | None = None


class GetSpecifiedUserGroupRequestInfoRequest(Request):
    group_id: str = ""
    user_id: str = ""


class GroupApplicationListResponse(Response):
    total: int
    group_requests: list[GroupRequest]


class GetSpecifiedUserGroupRequestInfoResponse(Response):
    """``group_requests`` is null where there is none, as in OpenIM: its JavaScript client, which asks whenever it is
    told of an application, takes an empty list for an application, and raises an event without data."""

    total: int
    group_requests: list[GroupRequest] | None
