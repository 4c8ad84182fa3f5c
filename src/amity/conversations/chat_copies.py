"""Notifications that are messages of a chat, too: stored there, unread, on top of the list.

Source: open-im-server 3.8 ``internal/msgtransfer`` (``isSendMsg``).
"""

from collections.abc import Callable, Sequence
from functools import partial

from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import positions, private_store
from amity.conversations import store as conversations
from amity.conversations.store import Member
from amity.delivery.ascending import Position
from amity.delivery.delivering import Delivering
from amity.storage import Transaction
from amity.timeline.models import Draft, Form, once_of, place_of
from amity.timeline.service import Timelines
from amity.wire.conversation_ids import single_id
from amity.wire.message_bytes import numbered
from amity.wire.notification import Notification, copy_of, message_of
from amity.wire.proto.sdkws_pb2 import MsgData


class ChatCopies:
    """Writes notifications into chats."""

    def __init__(self, timelines: Timelines, delivering: Delivering, clock: Clock = SYSTEM_CLOCK) -> None:
        self._timelines = timelines
        self._delivering = delivering
        self._clock = clock

    async def open(
        self,
        tx: Transaction,
        pairs: Sequence[tuple[int, int]],
        notifications: Sequence[Notification],
        operation_id: str,
    ) -> Callable[[], None]:
        """Store notifications as messages of chats, each between the pair of its sender and its receiver.

        The transaction has locked the lists of these users. Call what is returned once it is committed.
        """
        now = self._clock.now_ms()
        return await self.store(tx, pairs, [message_of(each, now) for each in notifications], operation_id)

    async def store(
        self, tx: Transaction, pairs: Sequence[tuple[int, int]], notices: Sequence[MsgData], operation_id: str
    ) -> Callable[[], None]:
        """Do as ``open`` with notifications that are messages already."""
        await tx.expect(6 * len(notices))
        copies = [copy_of(each) for each in notices]
        drafts = [
            Draft(
                place_of(Form.CHAT, sender, receiver),
                sender,
                copy.sendTime,
                copy.createTime,
                once_of(sender, copy.clientMsgID),
                copy.SerializeToString(),
            )
            for (sender, receiver), copy in zip(pairs, copies, strict=True)
        ]
        stored = await self._timelines.append(tx, drafts)
        members: list[Member] = []
        read: dict[tuple[int, int], int] = {}
        for (sender, receiver), own in zip(pairs, stored, strict=True):
            members += [Member(sender, own.timeline, receiver), Member(receiver, own.timeline, sender)]
            read[sender, own.timeline] = own.seq
        await conversations.ensure(tx, members)
        await positions.all_read_up_to(tx, read)
        await private_store.note_read(tx, read, self._clock.now_ms())
        bodies = [numbered(draft.body, own.seq) for draft, own in zip(drafts, stored, strict=True)]
        places = [Position(own.timeline, own.seq) for own in stored]
        return partial(self._send, copies, bodies, places, operation_id)

    def _send(
        self, copies: Sequence[MsgData], bodies: Sequence[bytes], places: Sequence[Position], operation_id: str
    ) -> None:
        for copy, body, at in zip(copies, bodies, places, strict=True):
            users = list(dict.fromkeys((copy.recvID, copy.sendID)))
            self._delivering.follow(users, single_id(copy.sendID, copy.recvID), copy, body, operation_id, at=at)
