"""The transaction of messages: the messages with their numbers, the conversations of who takes part, what is read, and
what the app's business server is told of it.

Many messages share one. Nothing of a message is stored without the rest of it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amity.callbacks.telling.outbox import Outbox
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import beginnings
from amity.conversations import store as conversations
from amity.conversations.store import Member
from amity.messages import store
from amity.messages.beginning import NONE, Participant
from amity.messages.events import after_save, after_send_single, is_told, subject_of
from amity.storage import ROW_BYTES, Database, Transaction
from amity.storage.gathering import Gatherer
from amity.sync.lists import lock_lists
from amity.timeline.models import Draft, Stored
from amity.timeline.service import Timelines
from amity.wire.events.conversations import AfterCreateSingleChatConversations, ReplaceConversation
from amity.wire.events.event import AfterEvent
from amity.wire.events.messages import AfterMsgSaveDB, AfterSendSingleMsg
from amity.wire.proto.sdkws_pb2 import MsgData

_ROWS = 3
"""Rows of a message: the message, its timeline, the sender's conversation."""


class Outgoing(NamedTuple):
    """A message on its way into the database. ``receiver`` may be the sender; ``asked`` is whom the sender named, if
    that is another. ``settings`` are those of conversations that begin with it, by owner."""

    draft: Draft
    receiver: int
    message: MsgData
    operation_id: str
    asked: int | None = None
    settings: Mapping[int, ReplaceConversation] = NONE

    def participants(self) -> list[Participant]:
        """Return those who get the message, the sender first."""
        sender, message = self.draft.sender, self.message
        both = [
            Participant(sender, self.receiver, message.sendID, message.recvID),
            Participant(self.receiver, sender, message.recvID, message.sendID),
        ]
        return both if sender != self.receiver else both[:1]


class Writing:
    """Writes messages, gathered into few transactions."""

    def __init__(self, database: Database, timelines: Timelines, outbox: Outbox, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._timelines = timelines
        self._outbox = outbox
        self._clock = clock
        self._tells = outbox.enabled(AfterSendSingleMsg) or outbox.enabled(AfterMsgSaveDB)
        self._tells_of_beginnings = outbox.enabled(AfterCreateSingleChatConversations)
        self._gatherer: Gatherer[Outgoing, Stored] = Gatherer(database, self._write, _rows, most=80)

    async def write(self, outgoing: Outgoing) -> Stored:
        """Store a message and return its number, once that is durable. Raises ``ImError``, ``DATABASE`` (90002)."""
        return await self._gatherer.write(outgoing)

    async def tell(self, outgoing: Outgoing) -> None:
        """Tell the business server of a message that is not stored. Raises ``ImError``, ``DATABASE`` (90002)."""
        events = self._events(outgoing, 0, is_stored=False)
        if events:

            async def write(tx: Transaction) -> None:
                await lock_lists(tx, sorted({outgoing.draft.sender, outgoing.receiver}))
                await self._outbox.record_all(tx, events)

            await self._database.write(write)

    async def _write(self, batch: Sequence[Outgoing], tx: Transaction) -> list[Stored]:
        users = {user for each in batch for user in (each.draft.sender, each.receiver)}
        await lock_lists(tx, sorted(users))
        results = await self._timelines.append(tx, [each.draft for each in batch])
        new = [(each, stored) for each, stored in zip(batch, results, strict=True) if not stored.is_repeat]
        members = [
            Member(owner, stored.timeline, peer)
            for each, stored in new
            for owner, peer in ((each.draft.sender, each.receiver), (each.receiver, each.draft.sender))
        ]
        begun: list[Member] = []
        if members:
            there = await conversations.have(tx, members)
            if missing := [member for member in members if (member.owner, member.timeline) not in there]:
                await tx.expect(len(missing))
                await conversations.ensure(tx, missing)
                begun = list(dict.fromkeys(missing))
        # Whoever writes has read all that was there before.
        read = {(each.draft.sender, stored.timeline): stored.seq for each, stored in new}
        for (owner, timeline), seq in read.items():
            await conversations.read_up_to(tx, owner, timeline, seq)
        for each, stored in new:
            if each.asked is not None:
                await store.note_rerouted(tx, stored.timeline, stored.seq, each.asked)
        if begun:
            await self._begin(tx, begun, new)
        if self._tells:
            await self._tell(tx, new)
        return results

    async def _begin(self, tx: Transaction, begun: Sequence[Member], new: Sequence[tuple[Outgoing, Stored]]) -> None:
        """Give conversations that begin the settings that the business server gave them, and tell it of them."""
        first: dict[tuple[int, int], tuple[Outgoing, Participant]] = {}
        for each, stored in new:
            for participant in each.participants():
                first.setdefault((participant.owner, stored.timeline), (each, participant))
        for member in begun:
            outgoing, _ = first[member.owner, member.timeline]
            if (settings := outgoing.settings.get(member.owner)) is not None:
                await beginnings.replace_settings(tx, member, settings)
        if not self._tells_of_beginnings:
            return
        events: list[tuple[AfterEvent, str]] = []
        settled = await beginnings.settings_of(tx, begun)
        for member in begun:
            outgoing, participant = first[member.owner, member.timeline]
            if (row := settled.get((member.owner, member.timeline))) is not None:
                event = beginnings.begun(participant.owner_id, participant.peer_id, row)
                events.append((event, outgoing.operation_id))
        await self._outbox.record_all(tx, events)

    async def _tell(self, tx: Transaction, new: Sequence[tuple[Outgoing, Stored]]) -> None:
        # What is stored without having been told of does not exist, so this is the transaction of the messages.
        events = [event for each, stored in new for event in self._events(each, stored.seq, is_stored=True)]
        if events:
            await tx.expect(len(events))
            await self._outbox.record_all(tx, events)

    def _events(self, outgoing: Outgoing, seq: int, *, is_stored: bool) -> list[tuple[AfterEvent, str]]:
        message, operation_id = outgoing.message, outgoing.operation_id
        if not self._tells or not is_told(message):
            return []
        subject = subject_of(message)
        events: list[tuple[AfterEvent, str]] = []
        if self._outbox.wants(AfterSendSingleMsg, subject):
            events.append((after_send_single(message, operation_id, seq), operation_id))
        if is_stored and self._outbox.wants(AfterMsgSaveDB, subject):
            events.append((after_save(message, operation_id, seq), operation_id))
        return events


def _rows(outgoing: Outgoing) -> int:
    return _ROWS + len(outgoing.draft.body) // ROW_BYTES
