"""The requests about coming into groups and leaving them, as on the wire."""

from amity.calls.call import Request, Response
from amity.groups.rules import Ex
from amity.users.models import Skipped
from amity.users.rules import FewIds
from amity.wire.integers import Int32


class JoinGroupRequest(Request):
    """``inviter_user_id`` is who joins: OpenIM's name. ``join_source``: 1 by an administrator, 2 by an invitation, 3 by
    a search, 4 by a QR code."""

    group_id: str = ""
    req_message: str = ""
    join_source: Int32 = 0
    inviter_user_id: str = ""
    ex: Ex = ""


class GroupApplicationResponseRequest(Request):
    """``handle_result``: 1 agrees, -1 refuses."""

    group_id: str = ""
    from_user_id: str = ""
    handled_msg: str = ""
    handle_result: Int32 = 0


class InviteUserToGroupRequest(Request):
    """``send_message``: whether there is a message of the group that tells it; ``None`` as the settings say."""

    group_id: str = ""
    reason: str = ""
    invited_user_ids: FewIds | None = None
    send_message: bool | None = None


class InviteUserToGroupResponse(Response):
    """Only there where the app's business server left somebody out."""

    skipped: list[Skipped]


class QuitGroupRequest(Request):
    """``user_id`` is the caller where it is empty."""

    group_id: str = ""
    user_id: str = ""


class KickGroupMemberRequest(Request):
    """``send_message`` as for an invitation."""

    group_id: str = ""
    kicked_user_ids: FewIds | None = None
    reason: str = ""
    send_message: bool | None = None
