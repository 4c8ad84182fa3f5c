"""The members of a group: pages of them, some of them, and the ids of all. They have one order everywhere.

Source: open-im-server 3.8 ``internal/rpc/group`` (``sync.go``, ``group.go``).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.groups.lists.models import (
    GetFullGroupMemberUserIdsRequest,
    GetFullGroupMemberUserIdsResponse,
    GetGroupMemberListRequest,
    GetGroupMemberListResponse,
    GetGroupMembersInfoRequest,
    GetGroupMembersInfoResponse,
    GetGroupMemberUserIdResponse,
)
from amity.groups.lists.seeing import Seeing
from amity.groups.models import GroupIdRequest, GroupMember
from amity.groups.rules import require_group
from amity.groups.stored import members
from amity.groups.stored.groups import Group
from amity.groups.stored.membership import Memberships, Place
from amity.groups.stored.roles import Role
from amity.storage import Database
from amity.storage.bounded_reads import MOST_BYTES, size_of, too_large
from amity.sync.lists import id_hash
from amity.users.directory import Directory
from amity.users.folding import fold
from amity.users.rules import require_some

_FILTERS: Final[Mapping[int, tuple[Role, Role]]] = {
    0: (Role.OWNER, Role.ORDINARY),
    1: (Role.OWNER, Role.OWNER),
    2: (Role.ADMIN, Role.ADMIN),
    3: (Role.ORDINARY, Role.ORDINARY),
    4: (Role.ADMIN, Role.ORDINARY),
    5: (Role.OWNER, Role.ADMIN),
}
"""The highest and the lowest role of what a filter lets through."""
_PORTION: Final = 500
"""Members that are read at a time. Between two portions others have their turn."""


class MemberLists:
    """The operations that read the members of a group. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(
        self, database: Database, directory: Directory, memberships: Memberships, seeing: Seeing, version_id: str
    ) -> None:
        self._database = database
        self._directory = directory
        self._memberships = memberships
        self._seeing = seeing
        self._version_id = version_id

    async def get_group_member_list(self, call: Call, request: GetGroupMemberListRequest) -> GetGroupMemberListResponse:
        """Return one page of a group's members, with some roles where that is asked for, whose names or ids contain a
        text; and how many they are."""
        require_group(request.group_id)
        offset, limit = page_of(request.pagination)
        if request.filter not in _FILTERS:
            raise ImError(Code.ARGS, f"filter: must be 0 to 5, got {request.filter}")
        group = await self._seeing.group(call, request.group_id)
        places = (await self._memberships.at(self._database, group)).with_roles(*_FILTERS[request.filter])
        if text := fold(request.keyword):
            places = await self._containing(group, places, text)
        page = await self._shown(group, places[offset : offset + limit])
        return GetGroupMemberListResponse(total=len(places), members=page)

    async def get_group_members_info(
        self, call: Call, request: GetGroupMembersInfoRequest
    ) -> GetGroupMembersInfoResponse:
        """Return those of the named users who are members, in the order of all lists of members."""
        require_group(request.group_id)
        asked = require_some("userIDs", request.user_ids)
        group = await self._seeing.group(call, request.group_id)
        numbers = await self._directory.numbers(asked)
        found = await members.some(self._database, group.seq, list(numbers.values()))
        in_order = sorted(found.values(), key=lambda member: member.place)
        return GetGroupMembersInfoResponse(members=[member.info(group.group_id) for member in in_order])

    async def get_group_member_user_id(self, call: Call, request: GroupIdRequest) -> GetGroupMemberUserIdResponse:
        """Return the ids of all of a group's members."""
        require_group(request.group_id)
        group = await self._seeing.group(call, request.group_id)
        return GetGroupMemberUserIdResponse(user_ids=await self._ids(group))

    async def get_full_group_member_user_ids(
        self, call: Call, request: GetFullGroupMemberUserIdsRequest
    ) -> GetFullGroupMemberUserIdsResponse:
        """Return the ids of all of a group's members, or that the client's hash of them is current."""
        require_group(request.group_id)
        group = await self._seeing.group(call, request.group_id)
        ids = await self._ids(group)
        equal = request.id_hash == id_hash(ids)
        return GetFullGroupMemberUserIdsResponse(
            version=group.version, version_id=self._version_id, equal=equal, user_ids=[] if equal else ids
        )

    async def _ids(self, group: Group) -> list[str]:
        return [place.user_id for place in (await self._memberships.at(self._database, group)).in_order]

    async def _shown(self, group: Group, places: Sequence[Place]) -> list[GroupMember]:
        shown: list[GroupMember] = []
        left = MOST_BYTES
        for begin in range(0, len(places), _PORTION):
            numbers = [place.user for place in places[begin : begin + _PORTION]]
            found = await members.some(self._database, group.seq, numbers)
            left -= size_of(list(found.values()))
            if left < 0:
                raise too_large()  # before more of it is in memory than any answer holds
            shown += [member.info(group.group_id) for member in found.values()]
        return shown

    async def _containing(self, group: Group, places: Sequence[Place], text: str) -> list[Place]:
        """Return those of these members of whom the id or a name contains a folded text."""
        found: list[Place] = []
        for begin in range(0, len(places), _PORTION):
            portion = places[begin : begin + _PORTION]
            names = await members.names(self._database, group.seq, [place.user for place in portion])
            found += [
                place
                for place in portion
                if place.user in names and any(text in fold(each) for each in (place.user_id, *names[place.user]))
            ]
        return found
