"""The transaction of messages: who may send, the messages with their numbers, the conversations of who takes part, what
is read, and what the app's business server is told of it.

Many messages share one. Nothing of a message is stored without the rest of it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amity.callbacks.telling.outbox import Outbox
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import beginnings, positions, private_store
from amity.conversations import store as conversations
from amity.conversations.naming import id_of
from amity.conversations.private_store import PrivateMessage
from amity.conversations.store import Member
from amity.delivery.offline import OfflinePush, Pushable
from amity.errors import ImError
from amity.messages.checks import named_elsewhere
from amity.messages.events import after_save, after_send_single, is_told, subject_of
from amity.messages.sending import store
from amity.messages.sending.deciding.beginning import NONE, Participant
from amity.messages.sending.statuses import Note, remember
from amity.messages.sending.store import Pair, Standing
from amity.messages.sending.welcome import require_welcome
from amity.messages.taking_back.burning import burn_seconds
from amity.storage import ROW_BYTES, Database, Transaction
from amity.storage.gathering import Gatherer
from amity.sync.lists import lock_lists
from amity.timeline import store as timeline_store
from amity.timeline.models import Draft, Form, Stored
from amity.timeline.service import Timelines
from amity.wire.events.conversations import AfterCreateSingleChatConversations, ReplaceConversation
from amity.wire.events.event import AfterEvent
from amity.wire.events.messages import AfterMsgSaveDB, AfterSendSingleMsg
from amity.wire.proto.sdkws_pb2 import MsgData

_ROWS = 3
"""Rows of a message: the message, its timeline, the sender's conversation."""
_ROWS_OF_BATCH = 7
"""Rows of a message to one of many: mostly their timeline and the receiver's conversation are new."""


class Outgoing(NamedTuple):
    """A message on its way into the database. ``receiver`` may be the sender. ``draft`` has no body yet: what the
    database says of the sender belongs to it. ``is_admin``: the settings name the sender as an administrator.

    ``opens_senders``: the sender gets the conversation if it does not have it. ``note`` is of the call that sends.
    ``asked`` is whom the sender named, if the business server has made it another. ``is_changed``: the business server
    has changed the message, which keeps the name that it was given. ``settings`` are those of conversations that begin
    with it, by owner.
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
    that its sender has read by sending it."""

    stored: Stored
    body: bytes
    read: range = range(0)


_Accepted = tuple[Outgoing, Draft, Standing]


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
    ) -> None:
        self._database = database
        self._timelines = timelines
        self._outbox = outbox
        self._friend_verify = friend_verify
        self._clock = clock
        self._offline = offline if offline is not None and offline.records else None
        self._tells = outbox.enabled(AfterSendSingleMsg) or outbox.enabled(AfterMsgSaveDB)
        self._tells_of_beginnings = outbox.enabled(AfterCreateSingleChatConversations)
        self._gatherer: Gatherer[Outgoing, Written] = Gatherer(database, self._write, self._rows, most=80)

    async def write(self, outgoing: Outgoing) -> Written:
        """Store a message, if its receiver takes it, and return its number once that is durable.

        Raises ``ImError``: what ``require_welcome`` raises, ``DATABASE`` (90002).
        """
        return await self._gatherer.write(outgoing)

    async def note(self, note: Note) -> None:
        """Store the note of a call whose message is not stored."""
        await self._database.write(lambda tx: remember(tx, [note], self._clock.now_ms()))

    async def tell(self, outgoing: Outgoing) -> None:
        """Tell the business server, and who pushes to phones, of a message that is not stored. Raises ``ImError``,
        ``DATABASE`` (90002)."""
        events = self._events(outgoing, 0, is_stored=False)
        offline, pushable = self._offline, _pushable(outgoing, 0)
        if events or (offline is not None and offline.is_recorded(pushable)):

            async def write(tx: Transaction) -> None:
                await lock_lists(tx, sorted({outgoing.draft.sender, outgoing.receiver}))
                await self._outbox.record_all(tx, events)
                if offline is not None:
                    await offline.record(tx, [pushable])

            await self._database.write(write)

    async def _write(self, batch: Sequence[Outgoing], tx: Transaction) -> list[Written | Exception]:
        await lock_lists(tx, sorted({user for each in batch for user in (each.draft.sender, each.receiver)}))
        repeats = await self._timelines.repeats(tx, [each.draft for each in batch])
        # Two of one name may arrive together: the second repeats the first.
        first = {each.draft.key: each for each in reversed(batch) if each.draft.key not in repeats}
        accepted, refused = await self._accept(tx, [each for each in batch if first.get(each.draft.key) is each])
        written = await self._store(tx, accepted)
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
        self, tx: Transaction, batch: Sequence[Outgoing]
    ) -> tuple[list[_Accepted], dict[tuple[int, int], ImError]]:
        """Return the messages that their receivers take, with their bodies, and why the others are refused."""
        places = await self._timelines.known(tx, dict.fromkeys([each.draft.place for each in batch]))
        pairs = [Pair(each.draft.sender, each.receiver, places.get(each.draft.place, 0)) for each in batch]
        accepted: list[_Accepted] = []
        refused: dict[tuple[int, int], ImError] = {}
        for each, standing in zip(batch, await store.standings(tx, pairs), strict=True):
            try:
                require_welcome(
                    each.message,
                    standing,
                    is_admin=each.is_admin,
                    friend_verify=self._friend_verify,
                    keeps_name=each.is_changed,
                )
            except ImError as error:
                refused[each.draft.key] = error
            else:
                accepted.append((each, each.draft._replace(body=each.message.SerializeToString()), standing))
        return accepted, refused

    async def _store(self, tx: Transaction, accepted: Sequence[_Accepted]) -> dict[tuple[int, int], Written]:
        """Store messages with all that belongs to them; return them by their names."""
        stored = await self._timelines.append_new(tx, [draft for _, draft, _ in accepted])
        missing: list[Member] = []
        read: dict[tuple[int, int], int] = {}
        written: dict[tuple[int, int], Written] = {}
        unopened: dict[Member, int] = {}
        for (each, draft, standing), own in zip(accepted, stored, strict=True):
            senders = Member(draft.sender, own.timeline, each.receiver)
            before = read.get((draft.sender, own.timeline), standing.sender_read)
            others = range(before + 1, own.seq) if standing.sender_has else range(0)
            written[draft.key] = Written(own, draft.body, others)
            if each.has_senders_row and each.opens_senders and not standing.sender_has:
                missing.append(senders)
            if not standing.receiver_has:
                missing.append(Member(each.receiver, own.timeline, draft.sender))
            if not each.has_senders_row:
                continue
            # Whoever writes has read all that was there before.
            if standing.sender_has or each.opens_senders or draft.sender == each.receiver:
                read[draft.sender, own.timeline] = own.seq
            else:
                unopened[senders] = own.seq
        if missing or unopened:
            await tx.expect(len(missing) + len(unopened))
            await conversations.ensure(tx, missing)
            for member, seq in unopened.items():
                await positions.read_unopened(tx, member, seq)
        await positions.all_read_up_to(tx, read)
        await private_store.note_read(tx, read, self._clock.now_ms())
        await private_store.add(tx, _private(accepted, stored))
        new = [(each, own) for (each, _, _), own in zip(accepted, stored, strict=True)]
        for each, own in new:
            if each.asked is not None:
                await store.note_rerouted(tx, own.timeline, own.seq, each.asked)
        if begun := list(dict.fromkeys(missing)):
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
            await self._offline.record(tx, [_pushable(each, own.seq) for each, own in new])

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

    def _rows(self, outgoing: Outgoing) -> int:
        rows = (_ROWS if outgoing.opens_senders else _ROWS_OF_BATCH) + self._timelines.index_rows
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
    conversation_id = id_of(message.sessionType, message.sendID, message.recvID)
    return Pushable([message.recvID], message, conversation_id, seq, outgoing.operation_id)


def _private(accepted: Sequence[_Accepted], stored: Sequence[Stored]) -> list[PrivateMessage]:
    """Return those of the messages that are removed after they were read."""
    found = []
    for (each, draft, _), own in zip(accepted, stored, strict=True):
        seconds = burn_seconds(each.message.options, each.message.attachedInfo)
        if seconds is not None and draft.sender != each.receiver and draft.place.form is Form.CHAT:
            found.append(PrivateMessage(own.timeline, own.seq, draft.sender, seconds))
    return found
