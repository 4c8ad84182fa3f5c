"""Reading blacklists.

Source: open-im-server 3.8 ``internal/rpc/relation/black.go``; ``get_incremental_blacks`` is in OpenIM's router and
protocol, but behind it is nothing.
"""

from amity.api.operation import Call, page_of
from amity.errors import Code, ImError
from amity.relations import blacks_store as store
from amity.relations.blacks_models import (
    GetBlackListRequest,
    GetBlackListResponse,
    GetIncrementalBlacksRequest,
    GetIncrementalBlacksResponse,
    GetSpecifiedBlacksRequest,
    GetSpecifiedBlacksResponse,
)
from amity.relations.service import MOST_NAMED
from amity.storage import Database
from amity.sync.lists import EMPTY_VERSION, MOST_CHANGES, changes_from
from amity.users.directory import Directory
from amity.users.rules import require_distinct


class Blacks:
    """What can be asked of blacklists. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, directory: Directory, version_id: str) -> None:
        self._database = database
        self._directory = directory
        self._version_id = version_id

    async def get_black_list(self, call: Call, request: GetBlackListRequest) -> GetBlackListResponse:
        """Return one page of the users whom a user has blacklisted, and how many there are."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return GetBlackListResponse(blacks=[], total=0)
        total, blacks = await store.page(self._database, owner, request.user_id, offset, limit)
        for black in blacks:
            # OpenIM's own inconsistency: here seconds, below milliseconds.
            black.create_time //= 1000
        return GetBlackListResponse(blacks=blacks, total=total)

    async def get_specified_blacks(self, call: Call, request: GetSpecifiedBlacksRequest) -> GetSpecifiedBlacksResponse:
        """Return those of the named users whom a user has blacklisted, in the order of the request."""
        call.require_allowed(request.owner_user_id, "ownerUserID")
        asked = request.user_id_list
        if not asked:
            raise ImError(Code.ARGS, "userIDList is empty")
        if len(asked) > MOST_NAMED:
            raise ImError(Code.ARGS, f"userIDList: {len(asked)} entries, and at most {MOST_NAMED} are allowed")
        require_distinct("userIDList", asked)
        owner = await self._directory.number(request.owner_user_id)
        if owner is None:
            return GetSpecifiedBlacksResponse(blacks=None, total=0)
        numbers = await self._directory.numbers(asked)
        found = await store.these(self._database, owner, request.owner_user_id, list(numbers.values()))
        blacks = [found[user_id] for user_id in asked if user_id in found]
        return GetSpecifiedBlacksResponse(blacks=blacks or None, total=len(blacks))

    async def get_incremental_blacks(
        self, call: Call, request: GetIncrementalBlacksRequest
    ) -> GetIncrementalBlacksResponse:
        """Return what has changed on a blacklist since the client's version, or ``full`` where it must fetch all."""
        call.require_allowed(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        current = EMPTY_VERSION if owner is None else await store.list_version(self._database, owner)
        answer = GetIncrementalBlacksResponse(
            version=current, version_id=self._version_id, full=False, delete=[], insert=[], update=[]
        )
        since = changes_from(request.version_id, request.version, current_id=self._version_id, current=current)
        if since is None:
            answer.full = True
            return answer
        if owner is None or since == current:
            return answer
        changes = await store.changes(self._database, owner, request.user_id, since, MOST_CHANGES + 1)
        if len(changes) > MOST_CHANGES:
            answer.full = True
            return answer
        # What came after the version was read is given as well, and once more the next time.
        for change in changes:
            change.black.create_time //= 1000
            if not change.deleted:
                (answer.insert if change.added_version > since else answer.update).append(change.black)
            elif change.black.black_user_info is not None:
                answer.delete.append(change.black.black_user_info.user_id)
        answer.version = max(current, changes[-1].version if changes else current)
        return answer
