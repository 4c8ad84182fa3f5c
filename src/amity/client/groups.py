"""The operations that read groups and that amity and OpenIM's server answer alike, as methods."""

from collections.abc import Sequence

from amity.client.connection import Connection
from amity.client.page import PAGE, Page, pagination
from amity.client.types import groups
from amity.client.types.groups import FoundGroup, GroupInfo, GroupMember, GroupRequest


class GroupOperations(Connection):
    """Operations that read groups. They are an administrator's, or of a member."""

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
