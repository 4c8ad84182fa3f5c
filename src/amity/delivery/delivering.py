"""Deliver messages to users' clients: to those that are connected now, and to phones that are not.

The app's business server may decide whom a message is pushed to. While it is asked about clients, later messages of the
conversation wait, so that clients get them in order. It is asked about phones beside that: no client waits for those
answers. It is not asked about notifications: they tell clients to fetch what is there.

Source: open-im-server 3.8 ``internal/push``.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from amity.callbacks.asking.before import Before
from amity.callbacks.filters import Subject
from amity.delivery.ascending import Position
from amity.delivery.describing import described
from amity.delivery.offline import IsGone, OfflinePush, Pushable
from amity.delivery.push import Push
from amity.delivery.waiting import Waiting
from amity.errors import ImError
from amity.wire.events.pushes import BeforeGroupOnlinePush, BeforeOnlinePush
from amity.wire.message_kinds import TYPING
from amity.wire.proto.sdkws_pb2 import MsgData


class Delivery(NamedTuple):
    """A message on its way to users' clients, and as it is sent to them. ``at`` is where it is stored, if it is."""

    user_ids: Collection[str]
    conversation_id: str
    message: MsgData
    body: bytes
    operation_id: str
    is_asked: bool = True
    connection_id: str = ""
    is_gone: IsGone | None = None
    is_of_group: bool = False
    at: Position | None = None


class Delivering:
    """Delivers messages, those of a conversation one after the other."""

    def __init__(self, push: Push, before: Before, offline: OfflinePush | None = None) -> None:
        self._push = push
        self._before = before
        self._offline = offline or OfflinePush(push, before)
        self._asks = before.enabled(BeforeOnlinePush)
        self._asks_about_groups = before.enabled(BeforeGroupOnlinePush)
        self._clients = Waiting(self._push_to_clients, "clients")
        self._phones = Waiting(self._offline.push, "phones")

    @property
    def asks(self) -> bool:
        """Whether the business server decides to whose connected clients some messages are pushed."""
        return self._asks or self._asks_about_groups

    def start(self) -> None:
        """Do nothing: tasks are made as messages come."""

    async def stop(self) -> None:
        """Give up what waits for the business server."""
        await self._clients.stop()
        await self._phones.stop()

    def deliver(
        self,
        user_ids: Sequence[str],
        conversation_id: str,
        message: MsgData,
        body: bytes,
        operation_id: str,
        is_gone: IsGone | None = None,
        *,
        at: Position | None = None,
    ) -> None:
        """Send a message to the clients of these users, as ``body``. Never waits, never raises.

        ``is_gone`` tells whether it was taken back while the business server was asked: then it is not sent. ``at`` is
        where it is stored, if it is.
        """
        if not self._asks or message.contentType == TYPING:
            # The sender is the last of them, and first here: what it is sent goes with the answer.
            self._push.message(user_ids[::-1], conversation_id, body, operation_id, at=at)
        else:
            delivery = Delivery(user_ids, conversation_id, message, body, operation_id, is_gone=is_gone, at=at)
            self._clients.put(conversation_id, delivery)
        if self._offline.asks:
            self._ask_about_phones(Pushable(user_ids, message, conversation_id, _seq(at), operation_id, is_gone))

    def deliver_to_members(
        self,
        members: frozenset[str],
        conversation_id: str,
        message: MsgData,
        body: bytes,
        operation_id: str,
        is_gone: IsGone | None = None,
        *,
        at: Position | None = None,
    ) -> None:
        """Send a message of a group to the clients of its members, as ``deliver`` does."""
        if not self._asks_about_groups or message.contentType == TYPING:
            self.follow(members, conversation_id, message, body, operation_id, at=at)
        else:
            delivery = Delivery(
                members, conversation_id, message, body, operation_id, is_gone=is_gone, is_of_group=True, at=at
            )
            self._clients.put(conversation_id, delivery)
        if self._offline.is_for(message):
            self._phones.put(
                conversation_id, Pushable(members, message, conversation_id, _seq(at), operation_id, is_gone)
            )

    def wake(self, user_ids: Collection[str], conversation_id: str, message: MsgData, operation_id: str) -> None:
        """Push a notification that is not stored to those phones of these users that are not connected. Never waits,
        never raises."""
        if self._offline.is_for(message):
            self._phones.put(conversation_id, Pushable(user_ids, message, conversation_id, 0, operation_id))

    def follow(
        self,
        user_ids: Collection[str],
        conversation_id: str,
        message: MsgData,
        body: bytes,
        operation_id: str,
        *,
        at: Position | None = None,
    ) -> None:
        """Do as ``deliver`` with a message that nobody is asked about, after those of its conversation that wait."""
        if conversation_id in self._clients:
            delivery = Delivery(user_ids, conversation_id, message, body, operation_id, is_asked=False, at=at)
            self._clients.put(conversation_id, delivery)
        else:
            self._push.message(user_ids, conversation_id, body, operation_id, at=at)

    def again(
        self,
        user_id: str,
        connection_id: str,
        conversation_id: str,
        message: MsgData,
        body: bytes,
        operation_id: str,
        is_gone: IsGone | None = None,
    ) -> None:
        """Send a message once more to one of a user's connections, after those of its conversation that wait. Never
        waits, never raises. ``is_gone`` as for ``deliver``."""
        if conversation_id in self._clients:
            delivery = Delivery(
                [user_id], conversation_id, message, body, operation_id, connection_id=connection_id, is_gone=is_gone
            )
            self._clients.put(conversation_id, delivery)
        else:
            self._push.message_again(user_id, connection_id, conversation_id, body, operation_id)

    def _ask_about_phones(self, sent: Pushable) -> None:
        if self._offline.is_asked(sent):
            self._phones.put(sent.conversation_id, sent)

    async def _push_to_clients(self, delivery: Delivery) -> None:
        user_ids = delivery.user_ids
        if delivery.is_asked and not delivery.connection_id:
            user_ids = await self._online(delivery)
        if delivery.is_gone is not None and await delivery.is_gone():
            user_ids = ()
        if delivery.connection_id and user_ids:
            self._push.message_again(
                next(iter(delivery.user_ids)),
                delivery.connection_id,
                delivery.conversation_id,
                delivery.body,
                delivery.operation_id,
            )
        elif not delivery.connection_id and (user_ids or delivery.at is not None):
            # Processes of those who are not pushed it learn that its number is used.
            self._push.message(
                user_ids,
                delivery.conversation_id,
                delivery.body,
                delivery.operation_id,
                at=delivery.at,
                participants=delivery.user_ids,
            )

    async def _online(self, delivery: Delivery) -> Collection[str]:
        """Return whose clients are sent the message."""
        if delivery.is_of_group:
            return await self._online_members(delivery)
        message = delivery.message
        if not self._before.wants(BeforeOnlinePush, Subject(message.contentType, (message.sendID, *delivery.user_ids))):
            return delivery.user_ids
        event = BeforeOnlinePush(**described(message, delivery.operation_id), user_ids=tuple(delivery.user_ids))
        return await self._chosen(event, delivery)

    async def _online_members(self, delivery: Delivery) -> Collection[str]:
        """Return whose clients are sent the message of a group."""
        message = delivery.message
        if not self._before.wants(
            BeforeGroupOnlinePush, Subject(message.contentType, (message.sendID, message.groupID))
        ):
            return delivery.user_ids
        event = BeforeGroupOnlinePush(**described(message, delivery.operation_id), seq=_seq(delivery.at))
        return await self._chosen(event, delivery)

    async def _chosen(self, event: BeforeOnlinePush | BeforeGroupOnlinePush, delivery: Delivery) -> Collection[str]:
        try:
            answer = await self._before.ask(event, delivery.operation_id)
        except ImError:  # it is logged, and in the callback log
            return ()
        if answer.change is None or answer.change.user_ids is None:
            return delivery.user_ids
        # Who is not in the conversation could not find what it was pushed.
        chosen = set(answer.change.user_ids)
        if delivery.is_of_group:
            return chosen.intersection(delivery.user_ids)
        return [user_id for user_id in delivery.user_ids if user_id in chosen]


def _seq(at: Position | None) -> int:
    return 0 if at is None else at.seq
