"""The notifications about messages.

Source: open-im-server 3.8 ``internal/rpc/msg/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from collections.abc import Sequence
from typing import Final

from amity.wire.notification import ContentType, Detail, Notification

MOST_TOLD: Final = 1000
"""Numbers of messages that are told to have been read, the newest."""


class MarkAsRead(Detail):
    """A user has read messages."""

    content_type = ContentType.MARK_AS_READ
    mark_as_read_user_id: str
    conversation_id: str
    seqs: Sequence[int]
    has_read_seq: int


class MsgRevoke(Detail):
    """A message was revoked; ``revoke_time`` in milliseconds since 1970. ``sesstion_type`` is OpenIM's spelling."""

    content_type = ContentType.MSG_REVOKE
    revoker_user_id: str
    client_msg_id: str
    revoke_time: int
    sesstion_type: int
    seq: int
    conversation_id: str
    is_admin_revoke: bool


class DeleteMsgs(Detail):
    """Messages were deleted, for who gets this."""

    content_type = ContentType.DELETE_MSGS
    user_id: str
    conversation_id: str
    seqs: Sequence[int]


class ClearConversation(Detail):
    """Conversations were cleared, for who gets this."""

    content_type = ContentType.CLEAR_CONVERSATION
    user_id: str
    conversation_ids: Sequence[str]


def read_notice(
    reader: str, peer: str, conversation_id: str, seqs: Sequence[int], has_read_seq: int, *, tell_peer: bool
) -> Notification:
    """Return the notification of what a user has read, for the two users, or for the reader alone."""
    detail = MarkAsRead(
        mark_as_read_user_id=reader,
        conversation_id=conversation_id,
        seqs=seqs,
        has_read_seq=has_read_seq,
    )
    return Notification(reader, peer if tell_peer else reader, detail)
