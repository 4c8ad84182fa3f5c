"""What the transaction of messages does for those to groups: what it locks, and what it writes beside the messages.

A message writes no row of a member, but of who has deleted the conversation, or is named.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from amity.conversations import group_rows
from amity.delivery.in_order import InOrder, Turn
from amity.groups.stored import groups
from amity.groups.stored.groups import Group
from amity.groups.stored.membership import Members, Memberships
from amity.messages.sending.outgoing import Outgoing
from amity.messages.sending.telling import Telling
from amity.storage import Transaction
from amity.timeline.models import Form, Stored, place_of
from amity.timeline.service import Timelines
from amity.wire.message_bytes import numbered


class Locked(NamedTuple):
    """The groups that a transaction writes in, by their numbers, as they are until its end. ``deleted`` are members who
    have deleted the conversation, by group. ``owners`` are users whose lists are yet to be locked."""

    groups: Mapping[int, Group]
    members: Mapping[int, Members]
    deleted: Mapping[int, Sequence[int]]
    owners: frozenset[int]

    def named(self, outgoing: Outgoing) -> list[int]:
        """Return the members whom a message names, its sender left out."""
        members = self.members[outgoing.group]
        return [user for user in outgoing.named if user in members and user != outgoing.draft.sender]


NOTHING: Final = Locked({}, {}, {}, frozenset())


class GroupWriting:
    """Locks groups for messages, and writes what belongs to these."""

    def __init__(self, timelines: Timelines, memberships: Memberships, telling: Telling, order: InOrder) -> None:
        self._timelines = timelines
        self._memberships = memberships
        self._telling = telling
        self._order = order

    async def lock(self, tx: Transaction, batch: Sequence[Outgoing]) -> Locked:
        """Let nobody change the groups of these messages. A transaction does this before it locks lists."""
        seqs = sorted({each.group for each in batch if each.group})
        if not seqs:
            return NOTHING
        tx.touches((), seqs)
        if any(each.names_all for each in batch):
            # The group's row will be written to. Two transactions that share it could not both go on to that.
            await groups.lock(tx, seqs)
        else:
            await groups.share(tx, seqs)
        found = await groups.by_seqs(tx, seqs)
        members = {seq: await self._memberships.at(tx, group) for seq, group in found.items()}
        places = [place_of(Form.GROUP, seq) for seq in found]
        deleted: dict[int, Sequence[int]] = {}
        for place, timeline in (await self._timelines.known(tx, places)).items():
            if users := await group_rows.deleted(tx, place.first, timeline):
                deleted[place.first] = users
        locked = Locked(found, members, deleted, frozenset())
        owners = {user for users in deleted.values() for user in users}
        owners.update(*[locked.named(each) for each in batch if each.named])
        await tx.expect(len(owners))
        return locked._replace(owners=frozenset(owners))

    def turn(self, tx: Transaction, locked: Locked, outgoing: Outgoing, own: Stored, body: bytes) -> Turn:
        """Return the turn of a stored message to be pushed to the members: changes of the group are told beside it."""
        message, operation_id = outgoing.message, outgoing.operation_id
        members = locked.members[outgoing.group]
        marked = members.ids if outgoing.names_all else members.ids_of(outgoing.named)

        def tell() -> None:
            self._telling.deliver(message, numbered(body, own.seq), operation_id, own, members.ids)
            if marked:
                self._telling.marked(message, marked, operation_id)

        return self._order.turn(tx, own.timeline, tell)

    async def write(self, tx: Transaction, locked: Locked, stored: Sequence[tuple[Outgoing, Stored]]) -> None:
        """Write what belongs to messages that this transaction has stored: bring back what members have deleted, and
        note who is named."""
        timelines = {each.group: own.timeline for each, own in stored if each.group}
        for group, timeline in sorted(timelines.items()):
            if users := locked.deleted.get(group):
                await group_rows.bring_back(tx, users, timeline)
        named: dict[int, set[int]] = {}
        for each, own in stored:
            if each.names_all:
                await group_rows.see(tx, each.draft.sender, own.timeline, own.seq)
                await groups.note_at_all(tx, each.group, own.seq)
            if each.named:
                named.setdefault(own.timeline, set()).update(locked.named(each))
        for timeline, some in sorted(named.items()):
            if some:
                await group_rows.name(tx, sorted(some), timeline)
