"""Everything at once: records as amity reads them out and brings them in. OpenIM's server has no such operations."""

from collections.abc import Iterable

from amity.client.connection import Connection
from amity.client.types.moving import (
    RELATION_EXPORT,
    RELATION_RESTORE,
    ApplicationRecord,
    BlackRecord,
    ExportRequest,
    ExportResponse,
    FriendRecord,
    RestoreRequest,
    RestoreResponse,
    UserRecord,
)

Record = UserRecord | FriendRecord | ApplicationRecord | BlackRecord
LISTS: dict[type[Record], str] = {
    UserRecord: "users",
    FriendRecord: "friends",
    ApplicationRecord: "applications",
    BlackRecord: "blacks",
}
"""The list of a request or an answer in which records of each kind stand."""


def records_of(page: ExportResponse) -> list[Record]:
    """Return the records of a page of an export, in its order."""
    return [*page.users, *page.friends, *page.applications, *page.blacks]


class MovingOperations(Connection):
    """Reading everything out, and bringing it in."""

    async def restore(self, records: Iterable[Record]) -> RestoreResponse:
        """Make everything what the records say: at most 1000, all at once. Those that are not valid are left out."""
        lists: dict[str, list[Record]] = {}
        for record in records:
            lists.setdefault(LISTS[type(record)], []).append(record)
        # Each list has the records of one kind, which no annotation of a dictionary can say.
        return await self.call(RELATION_RESTORE, RestoreRequest(partial=True, **lists))  # type: ignore[arg-type]

    async def export_page(self, after: str = "", limit: int = 1000) -> ExportResponse:
        """Read a page of everything: the first, or the one that follows ``after``."""
        return await self.call(RELATION_EXPORT, ExportRequest(after=after, limit=limit))
