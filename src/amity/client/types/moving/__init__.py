"""The names of all files of this folder.

Written from the server's operations by `make client-types`: not to be edited.
"""

from amity.client.types.moving.history import (
    MSG_IMPORT_MESSAGES,
    HistoryMessage,
    ImportMessagesRequest,
    ImportMessagesResponse,
    MessageLeftOut,
)
from amity.client.types.moving.models import (
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
    LeftOut,
    MemberRecord,
    MessageMarks,
    MessageRecord,
    RestoreRequest,
    RestoreResponse,
    Totals,
    UserRecord,
)

__all__ = [
    "MSG_IMPORT_MESSAGES",
    "RELATION_EXPORT",
    "RELATION_RESTORE",
    "ApplicationRecord",
    "BlackRecord",
    "ChatRecord",
    "ExportRequest",
    "ExportResponse",
    "FriendRecord",
    "GroupApplicationRecord",
    "GroupRecord",
    "HistoryMessage",
    "ImportMessagesRequest",
    "ImportMessagesResponse",
    "LeftOut",
    "MemberRecord",
    "MessageLeftOut",
    "MessageMarks",
    "MessageRecord",
    "RestoreRequest",
    "RestoreResponse",
    "Totals",
    "UserRecord",
]
