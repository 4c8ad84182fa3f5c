"""The requests about coming into groups and leaving them, as on the wire.

The requests for lists of groups, members and applications, as on the wire.

The request to make a group, as on the wire.

The requests about groups and members that are set, handed over, muted and ended, as on the wire.

Groups, their members, and the wishes to join them, as on the wire. What several requests have in common.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.users import PublicUser, Skipped


class JoinGroupRequest(Request):
    """``inviter_user_id`` is who joins: OpenIM's name. ``join_source``: 1 by an administrator, 2 by an invitation, 3 by
    a search, 4 by a QR code."""

    group_id: str = ""
    req_message: str = ""
    join_source: int = 0
    inviter_user_id: str = ""
    ex: str = ""


class GroupApplicationResponseRequest(Request):
    """``handle_result``: 1 agrees, -1 refuses."""

    group_id: str = ""
    from_user_id: str = ""
    handled_msg: str = ""
    handle_result: int = 0


class InviteUserToGroupRequest(Request):
    """``send_message``: whether there is a message of the group that tells it; ``None`` as the settings say."""

    group_id: str = ""
    reason: str = ""
    invited_user_ids: list[str] | None = None
    send_message: bool | None = None


class InviteUserToGroupResponse(Response):
    """Only there where the app's business server left somebody out."""

    skipped: list[Skipped] = msgspec.field(default_factory=list)


class QuitGroupRequest(Request):
    """``user_id`` is the caller where it is empty."""

    group_id: str = ""
    user_id: str = ""


class KickGroupMemberRequest(Request):
    """``send_message`` as for an invitation."""

    group_id: str = ""
    kicked_user_ids: list[str] | None = None
    reason: str = ""
    send_message: bool | None = None


class GetIncrementalJoinGroupsRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GroupInfo(Response):
    """A group; times in milliseconds since 1970. ``history_for_new_members`` is amity's, and there where the group says
    it: 1 they see what was written before, 0 they do not.

    ``history_for_new_members`` is ``None`` where the settings of the server decide.
    """

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
    history_for_new_members: int | None = None


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


class GroupApplicationListResponse(Response):
    total: int = 0
    group_requests: list[GroupRequest] = msgspec.field(default_factory=list)


class GetSpecifiedUserGroupRequestInfoResponse(Response):
    """``group_requests`` is null where there is none, as in OpenIM: its JavaScript client, which asks whenever it is
    told of an application, takes an empty list for an application, and raises an event without data."""

    total: int = 0
    group_requests: list[GroupRequest] = msgspec.field(default_factory=list)


class NewGroupInfo(Request):
    """A group that is to be made. What else OpenIM's clients say of it, the server sets. ``history_for_new_members`` is
    amity's: 1, and who comes in sees what was written before; 0 not; -1, or ``None``, as the settings say."""

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
    history_for_new_members: int | None = None


class CreateGroupRequest(Request):
    """``send_message``: whether there is a message of the group that tells it; ``None`` as the settings say."""

    member_user_ids: list[str] | None = None
    group_info: NewGroupInfo | None = None
    admin_user_ids: list[str] | None = None
    owner_user_id: str = ""
    send_message: bool | None = None


class CreateGroupResponse(Response):
    """``skipped`` is there where the app's business server has left out somebody who was asked for."""

    group_info: GroupInfo = msgspec.field(default_factory=GroupInfo)
    skipped: list[Skipped] = msgspec.field(default_factory=list)


class GroupInfoForSet(Request):
    """What is to be set of a group. Of ``ex`` and the integers ``None``, of the other texts an empty one leaves what is
    there. ``history_for_new_members`` is as in ``set_group_info_ex``."""

    group_id: str = ""
    group_name: str = ""
    notification: str = ""
    introduction: str = ""
    face_url: str = ""
    ex: str | None = None
    need_verification: int | None = None
    look_member_info: int | None = None
    apply_member_friend: int | None = None
    history_for_new_members: int | None = None


class SetGroupInfoRequest(Request):
    group_info_for_set: GroupInfoForSet | None = None


class SetGroupInfoExRequest(Request):
    """What is to be set of a group; ``None`` leaves what is there. ``history_for_new_members`` is amity's: 1, and
    who comes into the group sees what was written before; 0 not; -1 as the settings say, as before it was set."""

    group_id: str = ""
    group_name: str | None = None
    notification: str | None = None
    introduction: str | None = None
    face_url: str | None = None
    ex: str | None = None
    need_verification: int | None = None
    look_member_info: int | None = None
    apply_member_friend: int | None = None
    history_for_new_members: int | None = None


class TransferGroupOwnerRequest(Request):
    group_id: str = ""
    old_owner_user_id: str = ""
    new_owner_user_id: str = ""


class DismissGroupRequest(Request):
    """``delete_member`` changes nothing: a dismissed group has no members. ``send_message``: whether there is a message
    of the group that tells it; ``None`` as the settings say."""

    group_id: str = ""
    delete_member: bool = False
    send_message: bool | None = None


class MuteGroupMemberRequest(Request):
    group_id: str = ""
    user_id: str = ""
    muted_seconds: int = 0


class CancelMuteGroupMemberRequest(Request):
    group_id: str = ""
    user_id: str = ""


class MuteGroupRequest(Request):
    group_id: str = ""


class CancelMuteGroupRequest(Request):
    group_id: str = ""


class MemberInfoForSet(Request):
    """What is to be set of a member; ``None`` leaves what is there. An empty ``nickname`` or ``face_url`` shows the
    user's own. ``role_level``: 60 an administrator, 20 any other member."""

    group_id: str = ""
    user_id: str = ""
    nickname: str | None = None
    face_url: str | None = None
    role_level: int | None = None
    ex: str | None = None


class SetGroupMemberInfoRequest(Request):
    members: list[MemberInfoForSet] | None = None


class GroupIdRequest(Request):
    group_id: str = ""


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
GROUP_SET_GROUP_INFO = Operation("/group/set_group_info", SetGroupInfoRequest, NoneType)
"""Set what a group is called, says of itself, and lets its members do."""
GROUP_SET_GROUP_INFO_EX = Operation("/group/set_group_info_ex", SetGroupInfoExRequest, NoneType)
"""Set what is given of a group, empty texts too."""
GROUP_SET_GROUP_MEMBER_INFO = Operation("/group/set_group_member_info", SetGroupMemberInfoRequest, NoneType)
"""Set what members of a group are called, and what they are in it."""
GROUP_TRANSFER_GROUP = Operation("/group/transfer_group", TransferGroupOwnerRequest, NoneType)
"""Make another member the owner of a group."""
GROUP_DISMISS_GROUP = Operation("/group/dismiss_group", DismissGroupRequest, NoneType)
"""End a group for good."""
GROUP_MUTE_GROUP_MEMBER = Operation("/group/mute_group_member", MuteGroupMemberRequest, NoneType)
"""Let a member send nothing for some seconds."""
GROUP_CANCEL_MUTE_GROUP_MEMBER = Operation("/group/cancel_mute_group_member", CancelMuteGroupMemberRequest, NoneType)
"""Let a member send again."""
GROUP_MUTE_GROUP = Operation("/group/mute_group", MuteGroupRequest, NoneType)
"""Let nobody send in a group but who manages it."""
GROUP_CANCEL_MUTE_GROUP = Operation("/group/cancel_mute_group", CancelMuteGroupRequest, NoneType)
"""Let all members send in a group again."""
GROUP_CREATE_GROUP = Operation("/group/create_group", CreateGroupRequest, CreateGroupResponse)
"""Make a group with its first members."""
GROUP_INVITE_USER_TO_GROUP = Operation(
    "/group/invite_user_to_group",
    InviteUserToGroupRequest,
    InviteUserToGroupResponse,
)
"""Bring users into a group."""
GROUP_JOIN_GROUP = Operation("/group/join_group", JoinGroupRequest, NoneType)
"""Join a group, or ask its managers."""
GROUP_GROUP_APPLICATION_RESPONSE = Operation(
    "/group/group_application_response",
    GroupApplicationResponseRequest,
    NoneType,
)
"""Agree to a wish to join a group, or refuse it."""
GROUP_QUIT_GROUP = Operation("/group/quit_group", QuitGroupRequest, NoneType)
"""Leave a group."""
GROUP_KICK_GROUP = Operation("/group/kick_group", KickGroupMemberRequest, NoneType)
"""Remove members from a group."""
