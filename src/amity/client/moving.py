"""Export and restore all data of a server as records. OpenIM's server has no such operations."""

from collections.abc import Iterable, Sequence

from amity.client.connection import Connection
from amity.client.types.moving import (
    MSG_IMPORT_MESSAGES,
    RELATION_EXPORT,
    RELATION_RESTORE,
    ApplicationRecord,
    BlackRecord,
    ChatRecord,
    ExportRequest,
    ExportResponse,
    FriendRecord,
    HistoryMessage,
    ImportMessagesRequest,
    ImportMessagesResponse,
    MessageRecord,
    RestoreRequest,
    RestoreResponse,
    UserRecord,
)

Record = UserRecord | FriendRecord | ApplicationRecord | BlackRecord | MessageRecord | ChatRecord
LISTS: dict[type[Record], str] = {
    UserRecord: "users",
    FriendRecord: "friends",
    ApplicationRecord: "applications",
    BlackRecord: "blacks",
    MessageRecord: "messages",
    ChatRecord: "chats",
}
"""The name of the list that has the records of each kind, in requests and answers."""


def records_of(page: ExportResponse) -> list[Record]:
    """Return the records of a page of an export, in their order."""
    return [*page.users, *page.friends, *page.applications, *page.blacks, *page.messages, *page.chats]


class MovingOperations(Connection):
    """Operations that export and restore all data."""

    async def restore(self, records: Iterable[Record]) -> RestoreResponse:
        """Restore at most 1000 records in one transaction. Invalid ones are left out."""
        lists: dict[str, list[Record]] = {}
        for record in records:
            lists.setdefault(LISTS[type(record)], []).append(record)
        # Each list has the records of one kind, which the annotation of a dictionary cannot express.
        return await self.call(RELATION_RESTORE, RestoreRequest(partial=True, **lists))  # type: ignore[arg-type]

    async def export_page(self, after: str = "", limit: int = 1000) -> ExportResponse:
        """Read a page of an export: the first one, or the one that follows ``after``."""
        return await self.call(RELATION_EXPORT, ExportRequest(after=after, limit=limit))

    async def import_messages(self, messages: Sequence[HistoryMessage]) -> ImportMessagesResponse:
        """Bring in at most 1000 messages of another system in one transaction. Invalid ones are left out."""
        return await self.call(MSG_IMPORT_MESSAGES, ImportMessagesRequest(messages=list(messages)))
