"""Read all groups of a running OpenIM server, with their members and the wishes to join them."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from amity.cli.importing.failures import ServerRefused
from amity.cli.moving.journal import Skip
from amity.cli.moving.records import Key
from amity.cli.moving.source import OpenImSource
from amity.client import UnexpectedAnswer
from amity.client.moving import Record
from amity.client.page import Page
from amity.client.types.groups import FoundGroup, GroupInfo, GroupMember, GroupRequest
from amity.client.types.moving import GroupApplicationRecord, GroupRecord, MemberRecord
from amity.errors import ImError

_MUTED = 3


class GroupsPage(NamedTuple):
    """A page of groups: the number of all groups, and the records of those on the page."""

    total: int
    records: list[GroupRecord]


class OpenImGroups:
    """Reads the groups of a server that are not dismissed. Raises as ``OpenImSource`` does."""

    def __init__(self, source: OpenImSource) -> None:
        self._source = source

    async def count(self) -> int:
        """Return the number of groups."""
        return (await self._page(1, 1)).total

    async def page(self, page: int) -> GroupsPage:
        """Read a page of all groups."""
        found = await self._page(page, self._source.page_size)
        return GroupsPage(found.total, [_group(each.group_info, each.group_owner_user_id) for each in found.entries])

    async def _page(self, page: int, size: int) -> Page[FoundGroup]:
        client = self._source.client

        async def read() -> Page[FoundGroup]:
            try:
                return await client.get_groups(page, size)
            except UnexpectedAnswer as error:
                if error.status == 404:
                    return Page(0, [])  # an amity of before there were groups
                raise

        try:
            return await self._source.ask(read)
        except ImError as error:
            raise ServerRefused(client, error) from None

    async def some(self, ids: list[str]) -> dict[str, GroupRecord]:
        """Read the groups with these ids; return them by id."""
        client = self._source.client
        try:
            found = await self._source.ask(lambda: client.get_groups_info(ids))
        except ImError as error:
            raise ServerRefused(client, error) from None
        return {each.group_id: _group(each, "") for each in found}

    async def inside(self, group: GroupRecord) -> AsyncIterator[Record | Skip]:
        """Yield the records of a group's members and of the wishes to join it; a ``Skip`` for each unreadable list. One
        that was dismissed has none."""
        if not group.owner_user_id:
            return
        client, size, group_id = self._source.client, self._source.page_size, group.group_id
        members = self._source.listed(Key("member", "", group_id), lambda page: self._members(group_id, page), _member)
        async for entry in members:
            yield entry
        # Who asks is an administrator, and names somebody who may: the owner.
        wishes = self._source.listed(
            Key("groupApplication", "", group_id),
            lambda page: client.get_group_applications(group.owner_user_id, [group_id], page, size),
            _application,
        )
        async for entry in wishes:
            yield entry

    async def _members(self, group_id: str, page: int) -> Page[GroupMember]:
        """Read a page of members. A name or picture that is the user's own is not set for the group: the server says
        one or the other, and who changes it later should be seen with the new one."""
        client = self._source.client
        answer = await client.get_group_members(group_id, page, self._source.page_size)
        ids = [each.user_id for each in answer.entries]
        own = {each.user_id: each for each in (await client.get_users_info(ids) if ids else ())}
        for member in answer.entries:
            user = own.get(member.user_id)
            if user is not None and user.nickname == member.nickname:
                member.nickname = ""
            if user is not None and user.face_url == member.face_url:
                member.face_url = ""
        return answer


def _group(group: GroupInfo, owner_id: str) -> GroupRecord:
    return GroupRecord(
        group_id=group.group_id,
        group_name=group.group_name,
        notification=group.notification,
        introduction=group.introduction,
        face_url=group.face_url,
        ex=group.ex,
        create_time=max(0, group.create_time),
        creator_user_id=group.creator_user_id,
        owner_user_id=group.owner_user_id or owner_id,
        # Another status than these is of no use there either.
        status=group.status if group.status == _MUTED else 0,
        need_verification=group.need_verification,
        look_member_info=group.look_member_info,
        apply_member_friend=group.apply_member_friend,
        notification_update_time=max(0, group.notification_update_time),
        notification_user_id=group.notification_user_id,
    )


def _member(member: GroupMember) -> MemberRecord:
    return MemberRecord(
        group_id=member.group_id,
        user_id=member.user_id,
        role_level=member.role_level,
        join_time=max(0, member.join_time),
        join_source=member.join_source,
        inviter_user_id=member.inviter_user_id,
        operator_user_id=member.operator_user_id,
        mute_end_time=max(0, member.mute_end_time),
        nickname=member.nickname,
        face_url=member.face_url,
        ex=member.ex,
    )


def _application(request: GroupRequest) -> GroupApplicationRecord:
    return GroupApplicationRecord(
        group_id=request.group_info.group_id,
        user_id=request.user_info.user_id,
        handle_result=request.handle_result,
        req_msg=request.req_msg,
        create_time=max(0, request.req_time),
        handler_user_id=request.handle_user_id,
        handle_msg=request.handle_msg,
        handle_time=max(0, request.handle_time),
        join_source=request.join_source,
        inviter_user_id=request.inviter_user_id,
        ex=request.ex,
    )
