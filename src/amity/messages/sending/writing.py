"""The transaction of messages: who may send, the messages with their numbers, the conversations of who takes part, what
is read, and what the app's business server is told of it.

Many messages share one. Nothing of a message is stored without the rest of it.
"""

from collections.abc import Sequence
from typing import Final

from amity.callbacks.telling.outbox import Outbox
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import beginnings, positions, private_store
from amity.conversations import store as conversations
from amity.conversations.private_store import PrivateMessage
from amity.conversations.store import Member
from amity.delivery.offline import OfflinePush, Pushable
from amity.errors import ImError
from amity.messages.checks import named_elsewhere
from amity.messages.events import after_save, after_send_group, after_send_single, is_told, subject_of
from amity.messages.sending import store
from amity.messages.sending.deciding.beginning import Participant
from amity.messages.sending.outgoing import Outgoing, Written, conversation_of
from amity.messages.sending.standings import Standings
from amity.messages.sending.statuses import Note, remember
from amity.messages.sending.store import Standing
from amity.messages.sending.to_groups.standing import GroupStanding
from amity.messages.sending.to_groups.writing import NOTHING, GroupWriting, Locked
from amity.messages.taking_back.burning import burn_seconds
from amity.storage import ROW_BYTES, Database, Transaction
from amity.storage.database import Dialect
from amity.storage.gathering import Gatherer
from amity.sync.lists import lock_lists
from amity.timeline import store as timeline_store
from amity.timeline.models import Draft, Form, Stored
from amity.timeline.service import Timelines
from amity.wire.events.conversations import AfterCreateSingleChatConversations
from amity.wire.events.event import AfterEvent
from amity.wire.events.messages import AfterMsgSaveDB, AfterSendGroupMsg, AfterSendSingleMsg
from amity.wire.proto.sdkws_pb2 import MsgData

_ROWS = 3
"""Rows of a message: the message, its timeline, the sender's conversation."""
_ROWS_OF_BATCH = 7
"""Rows of a message to one of many: mostly their timeline and the receiver's conversation are new."""


_TOGETHER: Final[dict[Dialect, tuple[int, int, int]]] = {"sqlite": (1, 80, 250), "postgres": (2, 256, 1000)}
"""Transactions of messages at a time, and the messages and rows that share one at most. SQLite's may run on the event
loop. On PostgreSQL a transaction has the same number of round trips whatever its size, and while one waits for the
server, the next one is made."""
_Accepted = tuple[Outgoing, Draft, Standing | GroupStanding]


class _Rows:
    """The rows of conversations that belong to messages: those that are ``missing``, and how far they are ``read``,
    and again in ``burning`` where something is removed after it is read; in ``unopened`` those of senders who get no
    conversation by their message."""

    def __init__(self) -> None:
        self.missing: list[Member] = []
        self.read: dict[tuple[int, int], int] = {}
        self.burning: dict[tuple[int, int], int] = {}
        self.unopened: dict[Member, int] = {}
        self.outsiders: set[tuple[int, int]] = set()

    def note(self, each: Outgoing, standing: Standing | GroupStanding, own: Stored) -> range:
        """Note what belongs to a message, and return the numbers of those that its sender has read by it."""
        sender, timeline = each.draft.sender, own.timeline
        before = self.read.get((sender, timeline), standing.sender_read)
        others = range(before + 1, own.seq) if standing.sender_has else range(0)
        if isinstance(standing, GroupStanding):
            # All members have rows. An administrator of the server may write who is none.
            if standing.is_member:
                self.read[sender, timeline] = own.seq
            else:
                self.outsiders.add((sender, timeline))
            return others
        senders = Member(sender, timeline, each.receiver)
        if each.has_senders_row and each.opens_senders and not standing.sender_has:
            self.missing.append(senders)
        if not standing.receiver_has:
            self.missing.append(Member(each.receiver, timeline, sender))
        if each.has_senders_row:
            # Whoever writes has read all that was there before.
            if standing.sender_has or each.opens_senders or sender == each.receiver:
                self.read[sender, timeline] = own.seq
                if standing.has_private:
                    self.burning[sender, timeline] = own.seq
            else:
                self.unopened[senders] = own.seq
        return others


class Writing:
    """Writes messages, gathered into few transactions."""

    def __init__(
        self,
        database: Database,
        timelines: Timelines,
        outbox: Outbox,
        *,
        friend_verify: bool = False,
        clock: Clock = SYSTEM_CLOCK,
        offline: OfflinePush | None = None,
        to_groups: GroupWriting | None = None,
    ) -> None:
        self._database = database
        self._timelines = timelines
        self._outbox = outbox
        self._standings = Standings(timelines, friend_verify=friend_verify, clock=clock)
        self._to_groups = to_groups
        self._clock = clock
        self._offline = offline if offline is not None and offline.records else None
        self._tells = any(outbox.enabled(each) for each in (AfterSendSingleMsg, AfterSendGroupMsg, AfterMsgSaveDB))
        self._tells_of_beginnings = outbox.enabled(AfterCreateSingleChatConversations)
        lanes, most, most_rows = _TOGETHER[database.dialect]
        self._lanes: list[Gatherer[Outgoing, Written]] = [
            Gatherer(database, self._write, self._rows, most=most, most_rows=most_rows) for _ in range(lanes)
        ]

    async def write(self, outgoing: Outgoing) -> Written:
        """Store a message, if its receiver takes it, and return its number once that is durable.

        Raises ``ImError``: what ``require_welcome`` raises, ``DATABASE`` (90002).
        """
        # A conversation's messages keep their order: all of them are in one lane.
        return await self._lanes[hash(outgoing.draft.place) % len(self._lanes)].write(outgoing)

    async def note(self, note: Note) -> None:
        """Store the note of a call whose message is not stored."""
        await self._database.write(lambda tx: remember(tx, [note], self._clock.now_ms()))

    async def tell(self, outgoing: Outgoing) -> None:
        """Tell the business server, and who pushes to phones, of a message that is not stored. Raises ``ImError``,
        ``DATABASE`` (90002)."""
        events = self._events(outgoing, 0, is_stored=False)
        offline, pushable = None if outgoing.group else self._offline, _pushable(outgoing, 0)
        if events or (offline is not None and offline.is_recorded(pushable)):

            async def write(tx: Transaction) -> None:
                # A group is not locked: what has no number has no order among what several write there at once.
                await lock_lists(tx, sorted({outgoing.draft.sender, outgoing.receiver}))
                await self._outbox.record_all(tx, events)
                if offline is not None:
                    await offline.record(tx, [pushable])

            await self._database.write(write)

    async def _write(self, batch: Sequence[Outgoing], tx: Transaction) -> list[Written | Exception]:
        groups = NOTHING
        if self._to_groups is not None and any(each.group for each in batch):
            groups = await self._to_groups.lock(tx, batch)
        users = {user for each in batch for user in (each.draft.sender, each.receiver)}
        await lock_lists(tx, sorted(users | groups.owners))
        repeats = await self._timelines.repeats(tx, [each.draft for each in batch])
        # Two of one name may arrive together: the second repeats the first.
        first = {each.draft.key: each for each in reversed(batch) if each.draft.key not in repeats}
        new = [each for each in batch if first.get(each.draft.key) is each]
        accepted, refused = await self._accept(tx, new, groups)
        written = await self._store(tx, accepted, groups)
        if notes := {each.note for each in batch if each.note is not None and each.draft.key not in refused}:
            await remember(tx, notes, self._clock.now_ms())
        results: list[Written | Exception] = []
        for each in batch:
            key = each.draft.key
            if (repeated := repeats.get(key)) is not None:
                results.append(await _again(tx, each, repeated))
            elif (error := refused.get(key)) is not None:
                is_same = first[key].draft.place == each.draft.place
                results.append(error if is_same else named_elsewhere(each.message.clientMsgID))
            else:
                own = written[key]
                is_own = first[key] is each
                results.append(own if is_own else Written(own.stored._replace(is_repeat=True), b""))
        return results

    async def _accept(
        self, tx: Transaction, batch: Sequence[Outgoing], groups: Locked
    ) -> tuple[list[_Accepted], dict[tuple[int, int], ImError]]:
        """Return the messages that may be sent, with their bodies, and why the others are refused."""
        accepted: list[_Accepted] = []
        refused: dict[tuple[int, int], ImError] = {}
        for each, standing in zip(batch, await self._standings.of(tx, batch, groups.groups), strict=True):
            try:
                self._standings.require(each, standing)
            except ImError as error:
                refused[each.draft.key] = error
            else:
                accepted.append((each, each.draft._replace(body=each.message.SerializeToString()), standing))
        return accepted, refused

    async def _store(
        self, tx: Transaction, accepted: Sequence[_Accepted], groups: Locked
    ) -> dict[tuple[int, int], Written]:
        """Store messages with all that belongs to them; return them by their names."""
        stored = await self._timelines.append_new(tx, [draft for _, draft, _ in accepted])
        rows = _Rows()
        written: dict[tuple[int, int], Written] = {}
        for (each, draft, standing), own in zip(accepted, stored, strict=True):
            others = rows.note(each, standing, own)
            turn = None
            if each.group and self._to_groups is not None:
                turn = self._to_groups.turn(tx, groups, each, own, draft.body)
            written[draft.key] = Written(own, draft.body, others, turn)
        if rows.missing or rows.unopened or rows.outsiders:
            await tx.expect(len(rows.missing) + len(rows.unopened) + len(rows.outsiders))
            await conversations.ensure(tx, rows.missing)
            for member, seq in rows.unopened.items():
                await positions.read_unopened(tx, member, seq)
            for sender, timeline in sorted(rows.outsiders):
                await positions.note_outsider(tx, sender, timeline)
        new = [(each, own) for (each, _, _), own in zip(accepted, stored, strict=True)]
        if groups.groups and self._to_groups is not None:
            await self._to_groups.write(tx, groups, new)
        await positions.all_read_up_to(tx, rows.read)
        await private_store.note_read(tx, rows.burning, self._clock.now_ms())
        await private_store.add(tx, _private(accepted, stored))
        for each, own in new:
            if each.asked is not None:
                await store.note_rerouted(tx, own.timeline, own.seq, each.asked)
        if begun := list(dict.fromkeys(rows.missing)):
            await self._begin(tx, begun, new)
        if self._tells or self._offline is not None:
            await self._tell(tx, new)
        return written

    async def _begin(self, tx: Transaction, begun: Sequence[Member], new: Sequence[tuple[Outgoing, Stored]]) -> None:
        """Give conversations that begin the settings that the business server gave them, and tell it of them."""
        first: dict[tuple[int, int], tuple[Outgoing, Participant]] = {}
        for each, stored in new:
            if each.draft.place.form is Form.CHAT:
                for participant in each.participants():
                    first.setdefault((participant.owner, stored.timeline), (each, participant))
        begun = [member for member in begun if (member.owner, member.timeline) in first]
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
        if self._offline is not None:
            await self._offline.record(tx, [_pushable(each, own.seq) for each, own in new if not each.group])

    def _events(self, outgoing: Outgoing, seq: int, *, is_stored: bool) -> list[tuple[AfterEvent, str]]:
        message, operation_id = outgoing.message, outgoing.operation_id
        if not self._tells or not is_told(message):
            return []
        subject = subject_of(message)
        events: list[tuple[AfterEvent, str]] = []
        if outgoing.group:
            if self._outbox.wants(AfterSendGroupMsg, subject):
                events.append((after_send_group(message, operation_id, seq), operation_id))
        elif self._outbox.wants(AfterSendSingleMsg, subject):
            events.append((after_send_single(message, operation_id, seq), operation_id))
        if is_stored and self._outbox.wants(AfterMsgSaveDB, subject):
            events.append((after_save(message, operation_id, seq), operation_id))
        return events

    def _rows(self, outgoing: Outgoing) -> int:
        rows = (_ROWS if outgoing.opens_senders else _ROWS_OF_BATCH) + self._timelines.index_rows + len(outgoing.named)
        return rows + (outgoing.note is not None) + outgoing.message.ByteSize() // ROW_BYTES


async def _again(tx: Transaction, outgoing: Outgoing, stored: Stored) -> Written:
    """Return what is stored of a message already. It may be the very same one: its commit was in doubt, and it is
    written once more."""
    for found in await timeline_store.some(tx, stored.timeline, [stored.seq]):
        if MsgData.FromString(found.body).serverMsgID == outgoing.message.serverMsgID:
            return Written(stored._replace(is_repeat=False), found.body)
    return Written(stored, b"")


def _pushable(outgoing: Outgoing, seq: int) -> Pushable:
    message = outgoing.message
    return Pushable([message.recvID], message, conversation_of(message), seq, outgoing.operation_id)


def _private(accepted: Sequence[_Accepted], stored: Sequence[Stored]) -> list[PrivateMessage]:
    """Return those of the messages that are removed after they were read."""
    found = []
    for (each, draft, _), own in zip(accepted, stored, strict=True):
        seconds = burn_seconds(each.message.options, each.message.attachedInfo)
        if seconds is not None and draft.sender != each.receiver and draft.place.form is Form.CHAT:
            found.append(PrivateMessage(own.timeline, own.seq, draft.sender, seconds))
    return found
