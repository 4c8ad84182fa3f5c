"""The request to make a group, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.groups.models import GroupInfo, NewGroupInfo
from amity.client.types.users.models import Skipped


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


GROUP_CREATE_GROUP = Operation("/group/create_group", CreateGroupRequest, CreateGroupResponse)
"""Make a group with its first members."""
