"""What a message is named by beside its sender, so that its repeat is told from another message.

It is the client's id. Where several messages may have one id, what they were sent as is part of the name.
"""

from enum import StrEnum

from amity.timeline.models import once_of
from amity.wire.proto.sdkws_pb2 import MsgData


class SentAs(StrEnum):
    """As what a message was sent. The values are in exports."""

    MESSAGE = "message"
    BATCH = "batch"
    """To many: each receiver has one of the same id."""
    NOTICE = "notice"
    """A stored notification, which may be a message of the chat with the same id, too."""
    CHANGED = "changed"
    """A message whose id the business server has changed. Under which id it was sent is not known any more."""


def once_as(sent_as: SentAs, sender: int, message: MsgData, receiver_id: str = "") -> int:
    """Return the number by which a message is found again. ``receiver_id``: whom its sender named, where that is
    somebody else than its receiver."""
    client_msg_id = message.clientMsgID
    match sent_as:
        case SentAs.MESSAGE:
            return once_of(sender, client_msg_id)
        case SentAs.BATCH:
            return once_of(sender, f"{client_msg_id}\0{receiver_id or message.recvID}")
        case SentAs.NOTICE:
            return once_of(sender, f"notice\0{client_msg_id}")
        case SentAs.CHANGED:
            # Not the id alone: the business server may give it to several.
            return once_of(sender, f"changed\0{client_msg_id}\0{message.serverMsgID}")


def sent_as(once: int, sender: int, message: MsgData, receiver_id: str = "") -> SentAs:
    """Return as what a message was sent that is found by the number ``once``."""
    for each in (SentAs.MESSAGE, SentAs.NOTICE, SentAs.BATCH):
        if once_as(each, sender, message, receiver_id) == once:
            return each
    return SentAs.CHANGED
