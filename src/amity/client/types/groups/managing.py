"""The requests about groups and members that are set, handed over, muted and ended, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

from amity.client.operation import Operation, Request


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
