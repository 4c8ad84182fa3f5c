"""Groups, their members, and the wishes to join them, as on the wire. What several requests have in common.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Request, Response
from amity.client.types.users.models import PublicUser


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


class GroupIdRequest(Request):
    group_id: str = ""


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
