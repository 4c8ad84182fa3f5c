"""The requests that take messages back, as on the wire."""

from typing import Annotated, Final

import msgspec

from amity.calls.bounded import entries_up_to
from amity.calls.call import Request

MOST_DELETED: Final = 1000
"""Messages that one request may name."""
MOST_CLEARED: Final = 1000
"""Conversations whose messages one request may clear."""
_Seqs = Annotated[list[int], entries_up_to(MOST_DELETED)]


class RevokeMsgRequest(Request):
    conversation_id: str = ""
    seq: int = 0
    user_id: str = ""


class DeleteSyncOpt(Request):
    """Who is to hear of it, and to lose the messages too: the user's own devices, the other user."""

    is_sync_self: bool = msgspec.field(default=False, name="IsSyncSelf")
    is_sync_other: bool = msgspec.field(default=False, name="IsSyncOther")


class DeleteMsgsRequest(Request):
    conversation_id: str = ""
    seqs: _Seqs | None = None
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class ClearConversationsMsgRequest(Request):
    conversation_ids: Annotated[list[str], entries_up_to(MOST_CLEARED)] | None = None
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class UserClearAllMsgRequest(Request):
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class DeleteMsgPhysicalBySeqRequest(Request):
    conversation_id: str = ""
    seqs: _Seqs | None = None


class DeleteMsgPhysicalRequest(Request):
    """``timestamp`` in milliseconds since 1970."""

    conversation_ids: list[str] | None = None
    timestamp: int = 0
