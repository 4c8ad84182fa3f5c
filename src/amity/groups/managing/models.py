"""The requests about groups and members that are set, handed over, muted and ended, as on the wire."""

from typing import Annotated

from amity.calls.bounded import entries_up_to
from amity.calls.call import Request
from amity.groups.models import GroupIdRequest, HistoryChoice
from amity.groups.rules import Ex
from amity.users.rules import MOST_NAMED
from amity.wire.integers import Int32


class GroupInfoForSet(Request):
    """What is to be set of a group. Of ``ex`` and the integers ``None``, of the other texts an empty one leaves what is
    there. ``history_for_new_members`` is as in ``set_group_info_ex``."""

    group_id: str = ""
    group_name: str = ""
    notification: str = ""
    introduction: str = ""
    face_url: str = ""
    ex: Ex | None = None
    need_verification: Int32 | None = None
    look_member_info: Int32 | None = None
    apply_member_friend: Int32 | None = None
    history_for_new_members: HistoryChoice | None = None


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
    ex: Ex | None = None
    need_verification: Int32 | None = None
    look_member_info: Int32 | None = None
    apply_member_friend: Int32 | None = None
    history_for_new_members: HistoryChoice | None = None


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


class MuteGroupRequest(GroupIdRequest):
    pass


class CancelMuteGroupRequest(GroupIdRequest):
    pass


class MemberInfoForSet(Request):
    """What is to be set of a member; ``None`` leaves what is there. An empty ``nickname`` or ``face_url`` shows the
    user's own. ``role_level``: 60 an administrator, 20 any other member."""

    group_id: str = ""
    user_id: str = ""
    nickname: str | None = None
    face_url: str | None = None
    role_level: Int32 | None = None
    ex: Ex | None = None


class SetGroupMemberInfoRequest(Request):
    members: Annotated[list[MemberInfoForSet], entries_up_to(MOST_NAMED)] | None = None
