"""List and search users. These operations may read any part of all users, so they have quotas and bounds."""

from collections.abc import Sequence

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.calls.quota import Quota
from amity.storage import Database
from amity.users.models import (
    GetAllUsersUidRequest,
    GetAllUsersUidResponse,
    GetUsersRequest,
    GetUsersResponse,
    User,
)
from amity.users.search import store
from amity.users.search.filling import Filling
from amity.users.search.positions import Position, Positions
from amity.users.search.settling import Settling
from amity.users.search_index import containing


class Search:
    """Lists users, and finds them by texts. Maintains the index from ``start`` to ``stop``."""

    def __init__(self, database: Database, quota: Quota) -> None:
        self._database = database
        self._quota = quota
        self._filling = Filling(database)
        self._settling = Settling(database)
        self._ordinary = Positions()
        self._all = Positions()

    async def start(self) -> None:
        """Complete the index, or begin to, and start to settle it. Raises ``ImError``, ``DATABASE`` (90002)."""
        await self._filling.start()
        self._settling.start()

    async def stop(self) -> None:
        """Stop the work on the index. The next start goes on with it."""
        await self._settling.stop()
        await self._filling.stop()

    async def get_users(self, call: Call, request: GetUsersRequest) -> GetUsersResponse:
        """Return a page of the ordinary users, or of the first 10,000 whose id or nickname contains a text, in the
        order of registration or, with ``newest_first``, the other way round.

        Raises ``ImError``, ``READS_LIMIT`` (1355), if the user has searched too often, or the index is not complete.
        """
        offset, limit = page_of(request.pagination)
        found = containing(self._database, request.user_id, request.nick_name)
        if found is not None:
            self._filling.require_complete()
        self._take_quota(call)
        if found is not None:
            total, users = await store.page_found(
                self._database, found, offset, limit, newest_first=request.newest_first
            )
        elif request.newest_first:
            total, users = await self._page_from_the_end(offset, limit)
        else:
            total, users = await self._page_of_all(offset, limit)
        return GetUsersResponse(total=total, users=users)

    async def get_all_users_uid(self, call: Call, request: GetAllUsersUidRequest) -> GetAllUsersUidResponse:
        """Return a page of all users' ids. Raises ``ImError``, ``READS_LIMIT`` (1355), if the user has searched too
        often."""
        offset, limit = page_of(request.pagination)
        self._take_quota(call)
        total = await self._total(self._all, ordinary=False)
        nearest = self._all.before(offset)
        page = await store.ids_after(self._database, nearest.number, offset - nearest.users, limit)
        _remember(self._all, offset, [number for number, _ in page])
        return GetAllUsersUidResponse(total=total, user_ids=[user_id for _, user_id in page])

    async def _page_of_all(self, offset: int, limit: int) -> tuple[int, list[User]]:
        total = await self._total(self._ordinary, ordinary=True)
        nearest = self._ordinary.before(offset)
        page = await store.page_after(self._database, nearest.number, offset - nearest.users, limit)
        _remember(self._ordinary, offset, [number for number, _ in page])
        return total, [user for _, user in page]

    async def _page_from_the_end(self, offset: int, limit: int) -> tuple[int, list[User]]:
        """Return a page of the list that begins with its last user. Users who are registered meanwhile are not on
        it."""
        total = await self._total(self._ordinary, ordinary=True)
        end = max(0, total - offset)
        begin = max(0, end - limit)
        _, users = await self._page_of_all(begin, end - begin)
        return total, users[::-1]

    async def _total(self, positions: Positions, *, ordinary: bool) -> int:
        last = positions.last()
        counted = await store.count_after(self._database, last.number, ordinary=ordinary)
        total = last.users + counted.users
        if counted.users:
            positions.remember(Position(total, counted.last))
        return total

    def _take_quota(self, call: Call) -> None:
        if not call.is_admin:
            self._quota.take(call.user_id)


def _remember(positions: Positions, offset: int, page: Sequence[int]) -> None:
    """Remember the positions of the begin and the end of a page, given the numbers of the users on it."""
    if page:
        positions.remember(Position(offset, page[0] - 1))
        positions.remember(Position(offset + len(page), page[-1]))
