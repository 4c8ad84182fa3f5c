"""The request to make a group, as on the wire."""

import msgspec

from amity.calls.call import Request, Response
from amity.groups.models import GroupInfo, NewGroupInfo
from amity.users.models import Skipped
from amity.users.rules import FewIds


class CreateGroupRequest(Request):
    """``send_message``: whether there is a message of the group that tells it; ``None`` as the settings say."""

    member_user_ids: FewIds | None = None
    group_info: NewGroupInfo | None = None
    admin_user_ids: FewIds | None = None
    owner_user_id: str = ""
    send_message: bool | None = None


class CreateGroupResponse(Response, omit_defaults=True):
    """``skipped`` is there where the app's business server has left out somebody who was asked for."""

    group_info: GroupInfo
    skipped: list[Skipped] = msgspec.field(default_factory=list)
