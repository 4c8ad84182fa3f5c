"""Who hears of a message that was accepted, and in which words."""

from amity.conversations.naming import id_of
from amity.delivery.delivering import Delivering
from amity.delivery.push import Push
from amity.messages.notices import MOST_TOLD, read_notice
from amity.messages.options import is_on
from amity.wire.proto.sdkws_pb2 import MsgData


class Telling:
    """Pushes messages, and what their senders have read by sending them, after the answer."""

    def __init__(self, delivering: Delivering, push: Push) -> None:
        self._delivering = delivering
        self._push = push

    def deliver(self, message: MsgData, body: bytes, operation_id: str) -> None:
        """Push a message, as ``body``, to its receiver, and to the sender's own devices."""
        users = [message.recvID]
        if is_on(message.options, "senderSync") and message.sendID != message.recvID:
            users.append(message.sendID)
        self._delivering.deliver(users, _conversation_id(message), message, body, operation_id)

    def again(self, user_id: str, connection_id: str, message: MsgData, body: bytes, operation_id: str) -> None:
        """Push a message, as ``body``, to the connection of its sender that has sent it once more."""
        self._delivering.again(user_id, connection_id, _conversation_id(message), message, body, operation_id)

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
