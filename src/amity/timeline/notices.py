"""Stored notifications: each has a number in the timeline of its two users, and outlives crash and absence.

One is written in the transaction of what it tells, and pushed once the caller is answered, in the order of commits.
"""

from collections.abc import Collection

from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.ascending import Position
from amity.delivery.in_order import InOrder, Turn
from amity.delivery.push import Push
from amity.storage import Transaction
from amity.timeline import store
from amity.timeline.models import Draft, Form, Place, place_of
from amity.timeline.naming import SentAs, once_as
from amity.timeline.service import Timelines
from amity.wire.conversation_ids import group_notices_id, users_of_pairs
from amity.wire.message_bytes import numbered
from amity.wire.notification import Notification, conversation_of, message_of
from amity.wire.proto.sdkws_pb2 import MsgData


class Notice:
    """A notification that is stored, and its turn to be pushed."""

    __slots__ = ("message", "turn")

    def __init__(self, message: MsgData, turn: Turn) -> None:
        self.message = message
        self.turn = turn


class Notices:
    """Stores notifications, and pushes them in order."""

    def __init__(self, timelines: Timelines, push: Push, clock: Clock = SYSTEM_CLOCK) -> None:
        self._timelines = timelines
        self._push = push
        self._clock = clock
        self._order = InOrder()

    async def lock(self, tx: Transaction, sender: int, receiver: int, chat: int) -> None:
        """Lock the timeline of a chat together with the one that ``store`` writes to between these users.

        Whoever locks messages of the chat before calls this: others lock timelines in the order of their numbers, and
        then their messages.
        """
        place = place_of(Form.NOTICES, sender, receiver)
        opened = await self._timelines.open(tx, [place])
        await store.lock(tx, sorted([chat, opened[place]]))

    async def store(
        self, tx: Transaction, sender: int, receiver: int, notification: Notification, operation_id: str
    ) -> Notice:
        """Store a notification between two users, by their numbers, in the transaction of what it tells.

        The transaction locks nothing after this. Call ``push`` once it is committed.
        """
        message = message_of(notification, self._clock.now_ms(), is_stored=True)
        return await self.store_message(tx, sender, receiver, message, operation_id)

    async def store_message(
        self, tx: Transaction, sender: int, receiver: int, message: MsgData, operation_id: str
    ) -> Notice:
        """Do as ``store`` with a notification that is a message already."""
        users = list(dict.fromkeys((message.recvID, message.sendID)))
        conversation_id = conversation_of(message.sendID, message.recvID)
        place = place_of(Form.NOTICES, sender, receiver)
        return await self._store(tx, place, sender, message, users, conversation_id, operation_id)

    async def lock_of_group(self, tx: Transaction, group: int, chat: int) -> None:
        """Do as ``lock`` with the timeline of what is written in a group, by its number. The transaction keeps others
        from changing the group."""
        place = place_of(Form.GROUP_NOTICES, group)
        opened = await self._timelines.open(tx, [place])
        await store.lock(tx, sorted([chat, opened[place]]))

    async def store_in_group(
        self, tx: Transaction, sender: int, group: int, members: frozenset[str], message: MsgData, operation_id: str
    ) -> Notice:
        """Store a notification of a user, by number, to the members of a group, as ``store`` does.

        For members whose own notifications with another user may have the conversation's id it has no number: it is
        pushed to them alone.
        """
        conversation_id = group_notices_id(message.groupID)
        place = place_of(Form.GROUP_NOTICES, group)
        apart = members & users_of_pairs(conversation_id)
        users = members - apart if apart else members
        return await self._store(tx, place, sender, message, users, conversation_id, operation_id, apart)

    async def _store(
        self,
        tx: Transaction,
        place: Place,
        sender: int,
        message: MsgData,
        users: Collection[str],
        conversation_id: str,
        operation_id: str,
        apart: Collection[str] = (),
    ) -> Notice:
        """Store a notification. It is pushed to ``users`` with its number, and without to who is ``apart``."""
        once = once_as(SentAs.NOTICE, sender, message)
        body = message.SerializeToString()
        (stored,) = await self._timelines.append(
            tx, [Draft(place, sender, message.sendTime, message.createTime, once, body)]
        )
        if stored.is_repeat:
            raise RuntimeError(f"a notification has the id of another message: {message.clientMsgID}")

        def send() -> None:
            at = Position(stored.timeline, stored.seq)
            self._push.message(users, conversation_id, numbered(body, stored.seq), operation_id, at=at)
            if apart:
                self._push.message(apart, conversation_id, body, operation_id)

        return Notice(message, self._order.turn(tx, stored.timeline, send))

    def push(self, notice: Notice) -> None:
        """Push a notification to the devices of its users, after those of its timeline that were stored before."""
        notice.turn.now()
