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
    GroupApplicationRecord,
    GroupRecord,
    HistoryMessage,
    ImportMessagesRequest,
    ImportMessagesResponse,
    MemberRecord,
    MessageRecord,
    RestoreRequest,
    RestoreResponse,
    UserRecord,
)

Record = (
    UserRecord
    | FriendRecord
    | ApplicationRecord
    | BlackRecord
    | GroupRecord
    | MemberRecord
    | GroupApplicationRecord
    | MessageRecord
    | ChatRecord
)
LISTS: dict[type[Record], str] = {
    UserRecord: "users",
    FriendRecord: "friends",
    ApplicationRecord: "applications",
    BlackRecord: "blacks",
    GroupRecord: "groups",
    MemberRecord: "group_members",
    GroupApplicationRecord: "group_applications",
    MessageRecord: "messages",
    ChatRecord: "chats",
}
"""The attribute of requests and answers that has the records of each kind."""
WIRE_NAMES: dict[str, str] = dict(
    zip(RestoreRequest.__struct_fields__, RestoreRequest.__struct_encode_fields__, strict=True)
)
"""The names of these lists on the wire, by the attributes."""


def records_of(page: ExportResponse) -> list[Record]:
    """Return the records of a page of an export, in their order."""
    return [record for name in LISTS.values() for record in getattr(page, name)]


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
