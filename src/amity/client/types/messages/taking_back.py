"""The requests that take messages back, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request


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


MSG_REVOKE_MSG = Operation("/msg/revoke_msg", RevokeMsgRequest, NoneType)
"""Revoke a message."""
MSG_DELETE_MSGS = Operation("/msg/delete_msgs", DeleteMsgsRequest, NoneType)
"""Delete messages for a user, or for both users of a chat."""
MSG_CLEAR_CONVERSATION_MSG = Operation("/msg/clear_conversation_msg", ClearConversationsMsgRequest, NoneType)
"""Clear conversations of a user."""
MSG_USER_CLEAR_ALL_MSG = Operation("/msg/user_clear_all_msg", UserClearAllMsgRequest, NoneType)
"""Clear all conversations of a user."""
MSG_DELETE_MSG_PHSICAL_BY_SEQ = Operation("/msg/delete_msg_phsical_by_seq", DeleteMsgPhysicalBySeqRequest, NoneType)
"""Delete messages of a chat from the database."""
MSG_DELETE_MSG_PHYSICAL = Operation("/msg/delete_msg_physical", DeleteMsgPhysicalRequest, NoneType)
"""Delete the messages of chats that were sent up to a time from the database."""
