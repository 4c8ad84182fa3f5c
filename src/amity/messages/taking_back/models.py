"""The requests that take messages back, as on the wire."""

import msgspec

from amity.calls.call import Request


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
    seqs: list[int] | None = None
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class ClearConversationsMsgRequest(Request):
    conversation_ids: list[str] | None = None
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class UserClearAllMsgRequest(Request):
    user_id: str = ""
    delete_sync_opt: DeleteSyncOpt | None = None


class DeleteMsgPhysicalBySeqRequest(Request):
    conversation_id: str = ""
    seqs: list[int] | None = None


class DeleteMsgPhysicalRequest(Request):
    """``timestamp`` in milliseconds since 1970."""

    conversation_ids: list[str] | None = None
    timestamp: int = 0
