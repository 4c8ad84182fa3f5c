"""Groups, their members, and the wishes to join them, as on the wire. What several requests have in common."""

from typing import Literal

from amity.calls.call import Request, Response
from amity.groups.rules import Ex, NewGroupId
from amity.users.models import PublicUser
from amity.wire.integers import Int32

HistoryChoice = Literal[-1, 0, 1]
"""Whether who comes into a group sees what was written before: 1 yes, 0 no, -1 as the settings say."""


class GroupInfo(Response, omit_defaults=True):
    """A group; times in milliseconds since 1970. ``history_for_new_members`` is amity's, and there where the group says
    it: 1 they see what was written before, 0 they do not."""

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
    history_for_new_members: int | None = None


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

    @property
    def characters(self) -> int:
        """How many characters its texts have."""
        return len(self.nickname) + len(self.face_url) + len(self.ex)


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


class GroupIdRequest(Request):
    group_id: str = ""


class NewGroupInfo(Request):
    """A group that is to be made. What else OpenIM's clients say of it, the server sets. ``history_for_new_members`` is
    amity's: 1, and who comes in sees what was written before; 0 not; -1, or ``None``, as the settings say."""

    group_id: NewGroupId = ""
    group_name: str = ""
    notification: str = ""
    introduction: str = ""
    face_url: str = ""
    owner_user_id: str = ""
    create_time: int = 0
    member_count: int = 0
    ex: Ex = ""
    status: Int32 = 0
    creator_user_id: str = ""
    group_type: Int32 = 0
    need_verification: Int32 = 0
    look_member_info: Int32 = 0
    apply_member_friend: Int32 = 0
    notification_update_time: int = 0
    notification_user_id: str = ""
    history_for_new_members: HistoryChoice | None = None
