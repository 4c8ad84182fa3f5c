"""The notifications about groups. Each has the exact version of the list of members that its change made.

Source: open-im-server 3.8 ``internal/rpc/group/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from collections.abc import Sequence
from typing import ClassVar

from amity.groups.models import GroupInfo, GroupMember, GroupRequest
from amity.users.models import PublicUser
from amity.wire.notification import ContentType, Detail


class Told(Detail, kw_only=True):
    """What a kind of notification says of a group. ``setting`` is its key in the settings; ``names_sender``: the
    notification has the nickname and the picture of who made the change."""

    setting: ClassVar[str]
    names_sender: ClassVar[bool] = False


class GroupDetail(Told, kw_only=True):
    group: GroupInfo


class GroupCreated(GroupDetail, kw_only=True):
    content_type = ContentType.GROUP_CREATED
    setting = "groupCreated"
    op_user: GroupMember
    member_list: Sequence[GroupMember]
    operation_time: int
    group_owner_user: GroupMember | None
    group_member_version: int
    group_member_version_id: str = ""


class GroupInfoSet(Told, kw_only=True):
    """``mute_time`` is always 0, as in OpenIM."""

    content_type = ContentType.GROUP_INFO_SET
    setting = "groupInfoSet"
    names_sender = True
    op_user: GroupMember
    mute_time: int = 0
    group: GroupInfo
    group_member_version: int
    group_member_version_id: str


class JoinGroupApplication(GroupDetail, kw_only=True):
    content_type = ContentType.JOIN_GROUP_APPLICATION
    setting = "joinGroupApplication"
    applicant: PublicUser
    req_msg: str
    uuid: str
    request: GroupRequest


class MemberQuit(GroupDetail, kw_only=True):
    content_type = ContentType.MEMBER_QUIT
    setting = "memberQuit"
    quit_user: GroupMember
    operation_time: int = 0
    group_member_version: int
    group_member_version_id: str


class _Answered(GroupDetail, kw_only=True):
    """``receiver_as`` is 0 for the applicant, 1 for who manages the group."""

    op_user: GroupMember
    handle_msg: str
    receiver_as: int
    uuid: str
    request: GroupRequest


class GroupApplicationAccepted(_Answered, kw_only=True):
    content_type = ContentType.GROUP_APPLICATION_ACCEPTED
    setting = "groupApplicationAccepted"


class GroupApplicationRejected(_Answered, kw_only=True):
    content_type = ContentType.GROUP_APPLICATION_REJECTED
    setting = "groupApplicationRejected"


class GroupOwnerTransferred(GroupDetail, kw_only=True):
    """``old_group_owner`` is always empty, as in OpenIM: ``old_group_owner_info`` says it."""

    content_type = ContentType.GROUP_OWNER_TRANSFERRED
    setting = "groupOwnerTransferred"
    op_user: GroupMember
    new_group_owner: GroupMember | None
    old_group_owner: str = ""
    operation_time: int = 0
    old_group_owner_info: GroupMember | None
    group_member_version: int
    group_member_version_id: str


class MemberKicked(GroupDetail, kw_only=True):
    content_type = ContentType.MEMBER_KICKED
    setting = "memberKicked"
    op_user: GroupMember
    kicked_user_list: Sequence[GroupMember]
    operation_time: int = 0
    group_member_version: int
    group_member_version_id: str


class MemberInvited(GroupDetail, kw_only=True):
    content_type = ContentType.MEMBER_INVITED
    setting = "memberInvited"
    op_user: GroupMember
    invited_user_list: Sequence[GroupMember]
    operation_time: int = 0
    group_member_version: int
    group_member_version_id: str
    inviter_user: GroupMember | None


class MemberEnter(GroupDetail, kw_only=True):
    content_type = ContentType.MEMBER_ENTER
    setting = "memberEnter"
    entrant_user: GroupMember
    operation_time: int
    group_member_version: int
    group_member_version_id: str


class GroupDismissed(GroupDetail, kw_only=True):
    content_type = ContentType.GROUP_DISMISSED
    setting = "groupDismissed"
    op_user: GroupMember
    operation_time: int = 0


class GroupMemberMuted(GroupDetail, kw_only=True):
    content_type = ContentType.GROUP_MEMBER_MUTED
    setting = "groupMemberMuted"
    op_user: GroupMember
    operation_time: int = 0
    muted_user: GroupMember
    muted_seconds: int
    group_member_version: int
    group_member_version_id: str


class GroupMemberCancelMuted(GroupDetail, kw_only=True):
    content_type = ContentType.GROUP_MEMBER_CANCEL_MUTED
    setting = "groupMemberCancelMuted"
    op_user: GroupMember
    operation_time: int = 0
    muted_user: GroupMember
    group_member_version: int
    group_member_version_id: str


class GroupMuted(GroupDetail, kw_only=True):
    content_type = ContentType.GROUP_MUTED
    setting = "groupMuted"
    op_user: GroupMember
    operation_time: int = 0
    group_member_version: int
    group_member_version_id: str


class GroupCancelMuted(GroupMuted, kw_only=True):
    content_type = ContentType.GROUP_CANCEL_MUTED
    setting = "groupCancelMuted"


class GroupMemberInfoSet(GroupDetail, kw_only=True):
    content_type = ContentType.GROUP_MEMBER_INFO_SET
    setting = "groupMemberInfoSet"
    op_user: GroupMember
    operation_time: int = 0
    changed_user: GroupMember
    group_member_version: int
    group_member_version_id: str
    group_sort_version: int


class GroupMemberSetToAdmin(GroupMemberInfoSet, kw_only=True):
    content_type = ContentType.GROUP_MEMBER_SET_TO_ADMIN
    setting = "groupMemberSetToAdmin"


class GroupMemberSetToOrdinary(GroupMemberInfoSet, kw_only=True):
    content_type = ContentType.GROUP_MEMBER_SET_TO_ORDINARY
    setting = "groupMemberSetToOrdinary"


class GroupInfoSetAnnouncement(Told, kw_only=True):
    content_type = ContentType.GROUP_INFO_SET_ANNOUNCEMENT
    setting = "groupInfoSetAnnouncement"
    names_sender = True
    op_user: GroupMember
    group: GroupInfo
    group_member_version: int
    group_member_version_id: str


class GroupInfoSetName(GroupInfoSetAnnouncement, kw_only=True):
    content_type = ContentType.GROUP_INFO_SET_NAME
    setting = "groupInfoSetName"
    names_sender = False
