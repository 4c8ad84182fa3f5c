"""Reading blacklists.

Source: open-im-server 3.8 ``internal/rpc/relation/black.go``.
"""

from amity.api.operation import Call, page_of
from amity.errors import Code, ImError
from amity.relations import blacks_store as store
from amity.relations.blacks_models import BlacksResponse, GetBlackListRequest, GetSpecifiedBlacksRequest
from amity.relations.service import MOST_NAMED, MOST_SHOWN
from amity.storage import Database
from amity.users.directory import Directory
from amity.users.rules import require_distinct


class Blacks:
    """Everything that can be asked of blacklists."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    async def get_black_list(self, call: Call, request: GetBlackListRequest) -> BlacksResponse:
        """Return one page of the users whom a user has blacklisted, and how many there are."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return BlacksResponse(blacks=[], total=0)
        total, blacks = await store.page(self._database, owner, request.user_id, offset, min(limit, MOST_SHOWN))
        for black in blacks:
            # OpenIM's own inconsistency: here seconds, below milliseconds.
            black.create_time //= 1000
        return BlacksResponse(blacks=blacks, total=total)

    async def get_specified_blacks(self, call: Call, request: GetSpecifiedBlacksRequest) -> BlacksResponse:
        """Return those of the named users whom a user has blacklisted, in the order of the request."""
        call.require_own(request.owner_user_id, "ownerUserID")
        asked = request.user_id_list
        if not asked:
            raise ImError(Code.ARGS, "userIDList is empty")
        if len(asked) > MOST_NAMED:
            raise ImError(Code.ARGS, f"userIDList: {len(asked)} entries, and at most {MOST_NAMED} are allowed")
        require_distinct("userIDList", asked)
        owner = await self._directory.number(request.owner_user_id)
        if owner is None:
            return BlacksResponse(blacks=[], total=0)
        numbers = await self._directory.numbers(asked)
        found = await store.these(self._database, owner, request.owner_user_id, list(numbers.values()))
        blacks = [found[user_id] for user_id in asked if user_id in found]
        return BlacksResponse(blacks=blacks, total=len(blacks))
