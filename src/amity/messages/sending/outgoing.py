"""Messages on their way into the database, and what they are then."""

from collections.abc import Mapping
from typing import NamedTuple

from amity.conversations.naming import id_of
from amity.delivery.in_order import Turn
from amity.messages.sending.deciding.beginning import NONE, Participant
from amity.messages.sending.statuses import Note
from amity.timeline.models import Draft, Form, Stored
from amity.wire.events.conversations import ReplaceConversation
from amity.wire.message_kinds import GROUP_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData


class Outgoing(NamedTuple):
    """A message on its way into the database. ``receiver`` may be the sender, and is for a message to a group.
    ``draft`` has no body yet: what the database says of the sender belongs to it. ``is_admin``: the settings name the
    sender as an administrator.

    ``opens_senders``: the sender gets the conversation if it does not have it. ``note`` is of the call that sends.
    ``asked`` is the ``target`` that the sender named, if the business server has made it another. ``is_changed``: the
    business server has changed the message, which keeps the name that it was given. ``settings`` are those of
    conversations that begin with it, by owner. ``named`` are users whom a message to a group names, ``names_all``: it
    names everybody.
    """

    message: MsgData
    draft: Draft
    receiver: int
    is_admin: bool
    operation_id: str
    opens_senders: bool = True
    note: Note | None = None
    asked: int | None = None
    is_changed: bool = False
    settings: Mapping[int, ReplaceConversation] = NONE
    group: int = 0
    named: tuple[int, ...] = ()
    names_all: bool = False

    @property
    def target(self) -> int:
        """Where the message goes to: the number of a user, or below 0 that of a group."""
        return -self.group or self.receiver

    @property
    def has_senders_row(self) -> bool:
        """Whether the sender has the conversation, deleted or not: a notification account has none."""
        return self.draft.place.form is not Form.ACCOUNT

    def participants(self) -> list[Participant]:
        """Return those who get the chat by the message if they do not have it, the sender first."""
        sender, message = self.draft.sender, self.message
        receivers = Participant(self.receiver, sender, message.recvID, message.sendID)
        if not self.opens_senders or sender == self.receiver:
            return [receivers]
        return [Participant(sender, self.receiver, message.sendID, message.recvID), receivers]


class Written(NamedTuple):
    """A message that is stored, and what is stored of it; of a repeat nothing. ``read``: the numbers of the messages
    that its sender has read by sending it. ``turn``: when a message to a group is pushed."""

    stored: Stored
    body: bytes
    read: range = range(0)
    turn: Turn | None = None


def conversation_of(message: MsgData) -> str:
    """Return the id of the conversation of a message."""
    is_group = message.sessionType == GROUP_CHAT
    return id_of(message.sessionType, message.sendID, message.groupID if is_group else message.recvID)
