"""The request to make a group, as on the wire."""

from amity.calls.call import Request, Response
from amity.groups.models import GroupInfo, NewGroupInfo
from amity.users.models import Skipped


class CreateGroupRequest(Request):
    """``send_message``: whether there is a message of the group that tells it; ``None`` as the settings say."""

    member_user_ids: list[str] | None = None
    group_info: NewGroupInfo | None = None
    admin_user_ids: list[str] | None = None
    owner_user_id: str = ""
    send_message: bool | None = None


class CreateGroupResponse(Response):
    """``skipped`` names who was asked for, and left out by the app's business server."""

    group_info: GroupInfo
    skipped: list[Skipped]
