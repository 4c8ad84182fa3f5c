"""The notifications about messages.

Source: open-im-server 3.8 ``internal/rpc/msg/notification.go``, ``openimsdk/protocol`` ``sdkws``.
"""

from collections.abc import Sequence

from amity.delivery.push import Push
from amity.wire.notification import ContentType, Detail, Notification


class MarkAsRead(Detail):
    """A user has read messages."""

    content_type = ContentType.MARK_AS_READ
    mark_as_read_user_id: str
    conversation_id: str
    seqs: Sequence[int]
    has_read_seq: int


def notify_read(
    push: Push,
    reader: str,
    peer: str,
    conversation_id: str,
    seqs: Sequence[int],
    has_read_seq: int,
    operation_id: str,
    tell_peer: bool,
) -> None:
    """Notify a reader's own devices of what it has read, and the other user if ``tell_peer``."""
    detail = MarkAsRead(
        mark_as_read_user_id=reader,
        conversation_id=conversation_id,
        seqs=seqs,
        has_read_seq=has_read_seq,
    )
    users = [reader, peer] if tell_peer and peer != reader else [reader]
    push.notify(users, Notification(reader, peer if tell_peer else reader, detail), operation_id)
