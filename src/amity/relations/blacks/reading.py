"""Read blacklists.

Source: open-im-server 3.8 ``internal/rpc/relation/black.go``. OpenIM's router and protocol have
``get_incremental_blacks``, but OpenIM does not implement it.
"""

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.relations.blacks import store
from amity.relations.blacks.models import (
    GetBlackListRequest,
    GetBlackListResponse,
    GetIncrementalBlacksRequest,
    GetIncrementalBlacksResponse,
    GetSpecifiedBlacksRequest,
    GetSpecifiedBlacksResponse,
)
from amity.relations.pair import store as pair_store
from amity.relations.pair.lists import BLACKS
from amity.relations.pair.models import Black
from amity.storage import Database
from amity.sync.versioned_list import Change
from amity.users.directory import Directory
from amity.users.rules import require_distinct, require_some


class Blacks:
    """The operations that read blacklists. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, directory: Directory, version_id: str) -> None:
        self._database = database
        self._directory = directory
        self._version_id = version_id

    async def get_black_list(self, call: Call, request: GetBlackListRequest) -> GetBlackListResponse:
        """Return one page of a user's blacklist, and its length."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return GetBlackListResponse(blacks=[], total=0)
        total, blacks = await store.page(self._database, owner, request.user_id, offset, limit)
        for black in blacks:
            # As in OpenIM: seconds here, milliseconds in ``get_specified_blacks``.
            black.create_time //= 1000
        return GetBlackListResponse(blacks=blacks, total=total)

    async def get_specified_blacks(self, call: Call, request: GetSpecifiedBlacksRequest) -> GetSpecifiedBlacksResponse:
        """Return the entries of the named users on a user's blacklist, in the order of the request."""
        call.require_allowed(request.owner_user_id, "ownerUserID")
        asked = require_some("userIDList", request.user_id_list)
        require_distinct("userIDList", asked)
        owner = await self._directory.number(request.owner_user_id)
        if owner is None:
            return GetSpecifiedBlacksResponse(blacks=None, total=0)
        numbers = await self._directory.numbers(asked)
        found = await pair_store.blocked_of(self._database, owner, request.owner_user_id, list(numbers.values()))
        blacks = [found[user_id] for user_id in asked if user_id in found]
        return GetSpecifiedBlacksResponse(blacks=blacks or None, total=len(blacks))

    async def get_incremental_blacks(
        self, call: Call, request: GetIncrementalBlacksRequest
    ) -> GetIncrementalBlacksResponse:
        """Return the changes of a blacklist since the client's version, or ``full`` if the client must fetch the whole
        list."""
        call.require_allowed(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)

        async def read(since: int, most: int) -> list[Change[Black]]:
            return await store.changes(self._database, owner or 0, request.user_id, since, most)

        increment = await BLACKS.increment(
            self._database, owner, (request.version_id, request.version), self._version_id, read
        )
        for black in (*increment.insert, *increment.update):
            black.create_time //= 1000
        return GetIncrementalBlacksResponse(
            version=increment.version,
            version_id=self._version_id,
            full=increment.full,
            delete=increment.delete,
            insert=increment.insert,
            update=increment.update,
        )
