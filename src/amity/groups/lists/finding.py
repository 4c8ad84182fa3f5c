"""Groups by their ids and names.

Source: open-im-server 3.8 ``internal/rpc/group/group.go``. There anybody finds all groups, by a regular expression.
"""

import hashlib

import msgspec

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.groups.lists.models import (
    FoundGroup,
    GetGroupAbstractInfoRequest,
    GetGroupAbstractInfoResponse,
    GetGroupsInfoRequest,
    GetGroupsInfoResponse,
    GetGroupsRequest,
    GetGroupsResponse,
    GroupAbstractInfo,
)
from amity.groups.lists.seeing import Seeing
from amity.groups.permission import not_in
from amity.groups.stored import finding, groups
from amity.groups.stored.groups import Head
from amity.storage import Database
from amity.users.directory import Directory
from amity.users.rules import require_some

_encode = msgspec.json.Encoder().encode


class Finding:
    """The operations that read groups. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, directory: Directory, seeing: Seeing, version_id: str) -> None:
        self._database = database
        self._directory = directory
        self._seeing = seeing
        self._version_id = version_id

    async def get_groups_info(self, call: Call, request: GetGroupsInfoRequest) -> GetGroupsInfoResponse:
        """Return those of the named groups that exist, those that have ended too. Anybody may see them: clients show a
        group before its user joins it. Its announcement is for members."""
        asked = require_some("groupIDs", request.group_ids)
        found = list((await groups.by_ids(self._database, asked)).values())
        seen = await self._seeing.roles(call, [group.seq for group in found])
        return GetGroupsInfoResponse(group_infos=[group.info(to_stranger=group.seq not in seen) for group in found])

    async def get_groups(self, call: Call, request: GetGroupsRequest) -> GetGroupsResponse:
        """Return one page of the caller's groups, or of all to an administrator, of an id or whose names contain a
        text; and how many they are. Groups that have ended are left out."""
        offset, limit = page_of(request.pagination)
        user = None if call.is_admin else await self._directory.number(call.user_id) or 0
        total, page = await finding.page(self._database, user, request.group_id, request.group_name, offset, limit)
        return GetGroupsResponse(
            total=total,
            groups=[
                FoundGroup(
                    group_info=each.group.info(),
                    group_owner_user_name=each.owner_name,
                    group_owner_user_id=each.group.owner_id,
                )
                for each in page
            ],
        )

    async def get_group_abstract_info(
        self, call: Call, request: GetGroupAbstractInfoRequest
    ) -> GetGroupAbstractInfoResponse:
        """Return how many members groups have, and what changes whenever their members do.

        Raises ``ImError``, the first that applies of: 1001, 1002, 1201 to an administrator for an unknown group and
        for one that has ended.
        """
        asked = list(dict.fromkeys(require_some("groupIDs", request.group_ids)))
        heads = await groups.heads(self._database, asked)
        seen = await self._seeing.roles(call, [head.seq for head in heads.values()])
        infos: list[GroupAbstractInfo] = []
        for group_id in asked:
            head = heads.get(group_id)
            if not call.is_admin and (head is None or head.seq not in seen):
                raise not_in(call.user_id, group_id)
            if head is None or head.is_dismissed:
                raise ImError(Code.GROUP_NOT_FOUND, f"groupIDs: group not found: {group_id}")
            infos.append(
                GroupAbstractInfo(
                    group_id=group_id,
                    group_member_number=head.member_count,
                    group_member_list_hash=self._hash(head),
                )
            )
        return GetGroupAbstractInfoResponse(group_abstract_infos=infos)

    def _hash(self, head: Head) -> int:
        """Return a hash that stands for a version of a list. OpenIM reads all members for it."""
        of = _encode((self._version_id, head.group_id, head.version))
        return int.from_bytes(hashlib.md5(of, usedforsecurity=False).digest()[:8], "big")
