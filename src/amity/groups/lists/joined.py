"""The groups that a user is in, as clients list and sync them.

Source: open-im-server 3.8 ``internal/rpc/group`` (``sync.go``, ``group.go``).
"""

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.groups.lists.models import (
    GetFullJoinGroupIdsRequest,
    GetFullJoinGroupIdsResponse,
    GetIncrementalJoinGroupsRequest,
    GetIncrementalJoinGroupsResponse,
    GetJoinedGroupListRequest,
    GetJoinedGroupListResponse,
)
from amity.groups.stored import joined
from amity.groups.stored.groups import Group
from amity.groups.stored.joined import JOINED
from amity.storage import Database
from amity.sync.lists import EMPTY_VERSION, id_hash
from amity.sync.versioned_list import Change
from amity.users.directory import Directory


class JoinedGroups:
    """The operations on the list of a user's groups. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, directory: Directory, version_id: str) -> None:
        self._database = database
        self._directory = directory
        self._version_id = version_id

    async def get_joined_group_list(self, call: Call, request: GetJoinedGroupListRequest) -> GetJoinedGroupListResponse:
        """Return one page of a user's groups, by name and then by age, and how many there are."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.from_user_id, "fromUserID")
        owner = await self._directory.number(request.from_user_id)
        if owner is None:
            return GetJoinedGroupListResponse(total=0, groups=[])
        total = await joined.count(self._database, owner)
        page = await joined.page(self._database, owner, offset, limit)
        answer = GetJoinedGroupListResponse(total=total, groups=[group.info() for group in page])
        if request.with_roles:
            roles = await joined.roles(self._database, owner, [group.seq for group in page])
            answer.role_levels = {group.group_id: roles[group.seq] for group in page if group.seq in roles}
        return answer

    async def get_incremental_join_groups(
        self, call: Call, request: GetIncrementalJoinGroupsRequest
    ) -> GetIncrementalJoinGroupsResponse:
        """Return what has changed in the list of a user's groups since the client's version."""
        call.require_allowed(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)

        async def read(since: int, most: int) -> list[Change[Group]]:
            return await joined.changes(self._database, owner or 0, since, most)

        asked = (request.version_id, request.version)
        increment = await JOINED.increment(self._database, owner, asked, self._version_id, read)
        return GetIncrementalJoinGroupsResponse(
            version=increment.version,
            version_id=self._version_id,
            full=increment.full,
            delete=increment.delete,
            insert=[group.info() for group in increment.insert],
            update=[group.info() for group in increment.update],
            sort_version=0,
        )

    async def get_full_join_group_ids(
        self, call: Call, request: GetFullJoinGroupIdsRequest
    ) -> GetFullJoinGroupIdsResponse:
        """Return the ids of all of a user's groups, or that the client's hash of them is current."""
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        # The version is read first: ids that are newer than it are fetched again, ids that are older would be missed.
        version = EMPTY_VERSION if owner is None else await JOINED.version(self._database, owner)
        ids = [] if owner is None else await joined.ids(self._database, owner)
        equal = request.id_hash == id_hash(ids)
        return GetFullJoinGroupIdsResponse(
            version=version, version_id=self._version_id, equal=equal, group_ids=[] if equal else ids
        )
