"""The operations that make, change and read groups, and that amity and OpenIM's server answer alike, as methods."""

from collections.abc import Sequence
from typing import Final

from amity.client.connection import Connection
from amity.client.page import PAGE, Page, pagination
from amity.client.types import groups
from amity.client.types.groups import CreateGroupResponse, FoundGroup, GroupInfo, GroupMember, GroupRequest

_WORKING: Final = 2
"""The only ``groupType`` of groups that are made."""


class GroupOperations(Connection):
    """Operations on groups. They are an administrator's, or of a member."""

    async def create_group(
        self,
        owner: str,
        members: Sequence[str] = (),
        *,
        name: str = "",
        group_id: str = "",
        admins: Sequence[str] = (),
        ex: str = "",
        idempotency_key: str | None = None,
    ) -> CreateGroupResponse:
        """Make a group with its owner, at most 1000 ordinary members and at most 1000 administrators. Without
        ``group_id`` the server chooses one.

        Only amity knows the key. OpenIM's server ignores it, and its answer does not say whom the business server left
        out.
        """
        info = groups.NewGroupInfo(group_id=group_id, group_name=name, ex=ex, group_type=_WORKING)
        request = groups.CreateGroupRequest(
            owner_user_id=owner, member_user_ids=list(members), admin_user_ids=list(admins), group_info=info
        )
        return await self.call(groups.GROUP_CREATE_GROUP, request, idempotency_key=idempotency_key)

    async def invite_to_group(
        self, group_id: str, users: Sequence[str], reason: str = ""
    ) -> groups.InviteUserToGroupResponse:
        """Bring 1 to 1000 users into a group. The answer has those whom the business server left out."""
        request = groups.InviteUserToGroupRequest(group_id=group_id, invited_user_ids=list(users), reason=reason)
        return await self.call(groups.GROUP_INVITE_USER_TO_GROUP, request)

    async def kick_from_group(self, group_id: str, users: Sequence[str], reason: str = "") -> None:
        """Remove 1 to 1000 members from a group. ``reason`` is for the business server."""
        request = groups.KickGroupMemberRequest(group_id=group_id, kicked_user_ids=list(users), reason=reason)
        await self.call(groups.GROUP_KICK_GROUP, request)

    async def dismiss_group(self, group_id: str) -> None:
        """End a group for good. Who was in it keeps what was written."""
        await self.call(groups.GROUP_DISMISS_GROUP, groups.DismissGroupRequest(group_id=group_id))

    async def get_groups(self, page: int = 1, size: int = PAGE) -> Page[FoundGroup]:
        """Read a page of the groups, the newest first: an administrator all but dismissed ones, a user its own."""
        request = groups.GetGroupsRequest(pagination=pagination(page, size))
        answer = await self.call(groups.GROUP_GET_GROUPS, request)
        return Page(answer.total, answer.groups)

    async def get_groups_info(self, group_ids: Sequence[str]) -> list[GroupInfo]:
        """Read groups by their ids, dismissed ones included. Unknown ids are left out."""
        request = groups.GetGroupsInfoRequest(group_ids=list(group_ids))
        return (await self.call(groups.GROUP_GET_GROUPS_INFO, request)).group_infos

    async def get_group_members(self, group_id: str, page: int = 1, size: int = PAGE) -> Page[GroupMember]:
        """Read a page of a group's members, the highest role first."""
        request = groups.GetGroupMemberListRequest(group_id=group_id, pagination=pagination(page, size))
        answer = await self.call(groups.GROUP_GET_GROUP_MEMBER_LIST, request)
        return Page(answer.total, answer.members)

    async def get_some_group_members(self, group_id: str, user_ids: Sequence[str]) -> list[GroupMember]:
        """Read those of at most 1000 users who are members of a group."""
        request = groups.GetGroupMembersInfoRequest(group_id=group_id, user_ids=list(user_ids))
        return (await self.call(groups.GROUP_GET_GROUP_MEMBERS_INFO, request)).members

    async def get_group_applications(
        self, user_id: str, group_ids: Sequence[str], page: int = 1, size: int = PAGE
    ) -> Page[GroupRequest]:
        """Read a page of the applications to groups, the newest first. ``user_id`` is who asks; without ``group_ids``
        they are those that the user manages."""
        request = groups.GetRecvGroupApplicationListRequest(
            from_user_id=user_id, group_ids=list(group_ids), pagination=pagination(page, size)
        )
        answer = await self.call(groups.GROUP_GET_RECV_GROUP_APPLICATIONLIST, request)
        return Page(answer.total, answer.group_requests)
