"""Who hears of a message that was accepted, and in which words."""

from functools import partial

from amity.conversations.notices import notify_marked
from amity.delivery.ascending import Position
from amity.delivery.delivering import Delivering
from amity.delivery.push import Push
from amity.messages.notices import MOST_TOLD, read_notice
from amity.messages.options import is_on
from amity.messages.sending.outgoing import conversation_of
from amity.timeline.models import Stored
from amity.timeline.service import Timelines
from amity.wire.message_kinds import GROUP_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData


class Telling:
    """Pushes messages, and what their senders have read by sending them, after the answer."""

    def __init__(self, delivering: Delivering, push: Push, timelines: Timelines) -> None:
        self._delivering = delivering
        self._push = push
        self._timelines = timelines

    def deliver(
        self,
        message: MsgData,
        body: bytes,
        operation_id: str,
        stored: Stored | None = None,
        members: frozenset[str] = frozenset(),
    ) -> None:
        """Push a message, as ``body``, to its receiver, and to the sender's own devices; one to a group to its
        ``members``."""
        is_gone = None if stored is None else partial(self._timelines.is_gone, stored)
        at = None if stored is None else Position(stored.timeline, stored.seq)
        if message.sessionType == GROUP_CHAT:
            self._delivering.deliver_to_members(
                members, conversation_of(message), message, body, operation_id, is_gone, at=at
            )
            return
        users = [message.recvID]
        if is_on(message.options, "senderSync") and message.sendID != message.recvID:
            users.append(message.sendID)
        self._delivering.deliver(users, conversation_of(message), message, body, operation_id, is_gone, at=at)

    def marked(self, message: MsgData, members: frozenset[str], operation_id: str) -> None:
        """Tell members of a group that a message names them."""
        # OpenIM's JavaScript client takes the first push with the operationID of its call for the message that it sent.
        told = f"{operation_id}_marked"
        notify_marked(self._push, members, message.groupID, conversation_of(message), message.sendID, told)

    def again(
        self, user_id: str, connection_id: str, message: MsgData, body: bytes, operation_id: str, stored: Stored
    ) -> None:
        """Push a message, as ``body``, to the connection of its sender that has sent it once more."""
        is_gone = partial(self._timelines.is_gone, stored)
        self._delivering.again(user_id, connection_id, conversation_of(message), message, body, operation_id, is_gone)

    def read(self, message: MsgData, read: range, operation_id: str) -> None:
        """Tell the devices of both users what the sender has read by sending a message; of a group the sender's own."""
        is_single = message.sessionType != GROUP_CHAT
        seqs = list(read[-MOST_TOLD:]) if is_single else []
        notification = read_notice(
            message.sendID, message.recvID, conversation_of(message), seqs, read[-1], tell_peer=is_single
        )
        users = [message.recvID, message.sendID] if is_single else [message.sendID]
        # OpenIM's JavaScript client takes the first push with the operationID of its call for the message that it sent.
        self._push.notify(users, notification, f"{operation_id}_read")
