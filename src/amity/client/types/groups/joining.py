"""The requests about coming into groups and leaving them, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.users.models import Skipped


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
