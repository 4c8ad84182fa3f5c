"""Notifying the members of a group of something of the app's."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from amity.calls.call import Call
from amity.conversations import group_rows, positions
from amity.delivery.ascending import Position
from amity.delivery.delivering import Delivering
from amity.delivery.in_order import InOrder
from amity.delivery.push import Push
from amity.groups.permission import require_open
from amity.groups.stored import groups
from amity.groups.stored.groups import Group
from amity.groups.stored.membership import Memberships
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline.models import Draft, Form, once_of, place_of
from amity.timeline.notices import Notices
from amity.timeline.service import Timelines
from amity.wire.conversation_ids import group_id as conversation_of
from amity.wire.conversation_ids import group_notices_id
from amity.wire.message_bytes import numbered
from amity.wire.notification import copy_of
from amity.wire.proto.sdkws_pb2 import MsgData


class Asked(NamedTuple):
    """What is to become of a notification: whether it is stored, and whether there is a message of the group, too."""

    is_stored: bool
    is_message: bool


class GroupBusiness:
    """Notifies the members of groups."""

    def __init__(
        self,
        database: Database,
        timelines: Timelines,
        memberships: Memberships,
        notices: Notices,
        delivering: Delivering,
        push: Push,
        order: InOrder,
    ) -> None:
        self._order = order
        self._database = database
        self._timelines = timelines
        self._memberships = memberships
        self._notices = notices
        self._delivering = delivering
        self._push = push

    async def notify(self, call: Call, sender: int, group: int, message: MsgData, asked: Asked) -> None:
        """Notify the members of a group, by number, as a user, by number. Raises ``ImError``, 1204, for a dismissed
        group."""
        if not asked.is_stored and not asked.is_message:
            found = (await groups.by_seqs(self._database, [group]))[group]
            require_open(found)
            users = (await self._memberships.at(self._database, found)).ids
            call.after_answer(self._tell, users, message, call.operation_id)
            return

        async def write(tx: Transaction) -> list[Callable[[], None]]:
            return await self._write(tx, call, sender, group, message, asked)

        for tell in await self._database.write(write, rows=8):
            call.after_answer(tell)

    async def _write(
        self, tx: Transaction, call: Call, sender: int, number: int, message: MsgData, asked: Asked
    ) -> list[Callable[[], None]]:
        await groups.share(tx, [number])
        group = (await groups.by_seqs(tx, [number]))[number]
        require_open(group)
        members = await self._memberships.at(tx, group)
        place = place_of(Form.GROUP, number)
        timeline = (await self._timelines.open(tx, [place]))[place]
        deleted = await group_rows.deleted(tx, number, timeline) if asked.is_message else []
        await tx.expect(len(deleted))
        await lock_lists(tx, sorted({sender, *deleted}))
        await self._notices.lock_of_group(tx, number, timeline)
        told: list[Callable[[], None]] = []
        if asked.is_stored:
            notice = await self._notices.store_in_group(tx, sender, number, members.ids, message, call.operation_id)
            told.append(partial(self._notices.push, notice))
        else:
            told.append(partial(self._tell, members.ids, message, call.operation_id))
        if asked.is_message:
            if deleted:
                await group_rows.bring_back(tx, deleted, timeline)
            told.append(await self._copy(tx, call, sender, group, message, members.ids, timeline))
        return told

    async def _copy(
        self,
        tx: Transaction,
        call: Call,
        sender: int,
        group: Group,
        message: MsgData,
        users: frozenset[str],
        timeline: int,
    ) -> Callable[[], None]:
        """Store a notification as a message of the group, and return what pushes it."""
        copy = copy_of(message)
        once = once_of(sender, copy.clientMsgID)
        place = place_of(Form.GROUP, group.seq)
        draft = Draft(place, sender, copy.sendTime, copy.createTime, once, copy.SerializeToString())
        # A notification of the app's is no sign that its sender has read what stands before it.
        reads = copy.sendID in users and not await positions.has_unread(tx, sender, timeline)
        (stored,) = await self._timelines.append_new(tx, [draft])
        if copy.sendID not in users:
            await positions.note_outsider(tx, sender, timeline)
        if reads:
            await positions.all_read_up_to(tx, {(sender, stored.timeline): stored.seq})
        body = numbered(draft.body, stored.seq)
        conversation_id = conversation_of(group.group_id)
        at = Position(stored.timeline, stored.seq)
        tell = partial(self._delivering.follow, users, conversation_id, copy, body, call.operation_id, at=at)
        return self._order.turn(tx, stored.timeline, tell).now

    def _tell(self, users: frozenset[str], message: MsgData, operation_id: str) -> None:
        conversation_id = group_notices_id(message.groupID)
        self._push.message(users, conversation_id, message.SerializeToString(), operation_id)
