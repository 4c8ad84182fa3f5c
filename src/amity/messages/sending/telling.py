"""Who hears of a message that was accepted, and in which words."""

from functools import partial

from amity.conversations.naming import id_of
from amity.delivery.delivering import Delivering
from amity.delivery.push import Push
from amity.messages.notices import MOST_TOLD, read_notice
from amity.messages.options import is_on
from amity.timeline.models import Stored
from amity.timeline.service import Timelines
from amity.wire.proto.sdkws_pb2 import MsgData


class Telling:
    """Pushes messages, and what their senders have read by sending them, after the answer."""

    def __init__(self, delivering: Delivering, push: Push, timelines: Timelines) -> None:
        self._delivering = delivering
        self._push = push
        self._timelines = timelines

    def deliver(self, message: MsgData, body: bytes, operation_id: str, stored: Stored | None = None) -> None:
        """Push a message, as ``body``, to its receiver, and to the sender's own devices."""
        users = [message.recvID]
        if is_on(message.options, "senderSync") and message.sendID != message.recvID:
            users.append(message.sendID)
        is_gone = None if stored is None else partial(self._timelines.is_gone, stored)
        self._delivering.deliver(users, _conversation_id(message), message, body, operation_id, is_gone)

    def again(
        self, user_id: str, connection_id: str, message: MsgData, body: bytes, operation_id: str, stored: Stored
    ) -> None:
        """Push a message, as ``body``, to the connection of its sender that has sent it once more."""
        is_gone = partial(self._timelines.is_gone, stored)
        self._delivering.again(user_id, connection_id, _conversation_id(message), message, body, operation_id, is_gone)

    def read(self, message: MsgData, read: range, operation_id: str) -> None:
        """Tell the devices of both users what the sender has read by sending a message."""
        seqs = list(read[-MOST_TOLD:])
        notification = read_notice(
            message.sendID, message.recvID, _conversation_id(message), seqs, seqs[-1], tell_peer=True
        )
        # OpenIM's JavaScript client takes the first push with the operationID of its call for the message that it sent.
        self._push.notify([message.recvID, message.sendID], notification, f"{operation_id}_read")


def _conversation_id(message: MsgData) -> str:
    return id_of(message.sessionType, message.sendID, message.recvID)
