"""Groups and the requests about them, as on the wire."""

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.users.models import PublicUser
from amity.wire.integers import Int32, Uint64


class GroupInfo(Response):
    """A group; times in milliseconds since 1970."""

    group_id: str
    group_name: str
    notification: str
    introduction: str
    face_url: str
    owner_user_id: str
    create_time: int
    member_count: int
    ex: str
    status: int
    creator_user_id: str
    group_type: int
    need_verification: int
    look_member_info: int
    apply_member_friend: int
    notification_update_time: int
    notification_user_id: str


class GroupMember(Response):
    """A member of a group; times in milliseconds since 1970. ``app_manger_level`` is OpenIM's spelling."""

    group_id: str
    user_id: str
    role_level: int
    join_time: int
    nickname: str
    face_url: str
    app_manger_level: int
    join_source: int
    operator_user_id: str
    ex: str
    mute_end_time: int
    inviter_user_id: str


class GroupRequest(Response):
    """Somebody's wish to join a group; times in milliseconds since 1970."""

    user_info: PublicUser
    group_info: GroupInfo
    handle_result: int
    req_msg: str
    handle_msg: str
    req_time: int
    handle_user_id: str
    handle_time: int
    ex: str
    join_source: int
    inviter_user_id: str


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
