"""How far users have read, who is told of it, and who may ask.

Source: open-im-server 3.8 ``internal/rpc/msg/as_read.go``. A mark that goes beyond the last message is refused; reading
some messages reads those before them alone that are read already.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import positions, private_store
from amity.conversations.finding import Finding
from amity.conversations.naming import type_of
from amity.conversations.positions import Position
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.messages.checks import require_conversation, require_seq, require_seqs
from amity.messages.notices import MOST_TOLD, read_notice
from amity.messages.reading.models import (
    MarkConversationAsReadRequest,
    MarkMsgsAsReadRequest,
    SetConversationHasReadSeqRequest,
)
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline import taking_back
from amity.timeline.models import Form
from amity.timeline.notices import Notice, Notices
from amity.users.directory import Directory
from amity.wire.events.event import AfterEvent
from amity.wire.events.messages import AfterGroupMsgRead, AfterSingleMsgRead
from amity.wire.notification import Notification

_READ: Final[Mapping[int, type[AfterEvent]]] = {
    Form.CHAT: AfterSingleMsgRead,
    Form.ACCOUNT: AfterSingleMsgRead,
    Form.GROUP: AfterGroupMsgRead,
}
"""What is told of who has read, by the form of the timeline."""


class Marking:
    """The operations by which clients say what they have read."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        finding: Finding,
        push: Push,
        outbox: Outbox,
        notices: Notices,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._finding = finding
        self._push = push
        self._outbox = outbox
        self._notices = notices
        self._clock = clock

    async def mark_conversation_as_read(self, call: Call, request: MarkConversationAsReadRequest) -> None:
        """Note that a user has read up to a message, and tell the other user. Raises ``ImError``: 1001, 1002, 1004."""
        require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        require_seq("hasReadSeq", request.has_read_seq)
        require_seqs(request.seqs or ())
        position, newest = await self._position(request.user_id, request.conversation_id)
        if position is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}")
        seq = min(request.has_read_seq, newest)
        await self._read(call, request.user_id, position, seq, lambda _: seq)

    async def mark_msgs_as_read(self, call: Call, request: MarkMsgsAsReadRequest) -> None:
        """Note which messages a user has read: those that follow on what was read. Raises ``ImError``: 1001, 1002,
        1004."""
        require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        if not request.seqs:
            raise ImError(Code.ARGS, "seqs is empty")
        require_seqs(request.seqs)
        position, newest = await self._position(request.user_id, request.conversation_id)
        if max(request.seqs) > newest:
            raise _beyond("seqs", request.conversation_id, newest)
        if position is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}")
        # What is not shown any more needs no reading.
        last = max(request.seqs)
        above = range(max(position.read_seq, last - MOST_TOLD) + 1, last + 1)
        owner = await self._directory.number(request.user_id) or 0
        hidden = await taking_back.hidden(self._database, position.timeline, owner, above)
        reached = partial(_reached, sorted(hidden.union(request.seqs)), position.first)
        await self._read(call, request.user_id, position, last, reached)

    async def set_conversation_has_read_seq(self, call: Call, request: SetConversationHasReadSeqRequest) -> None:
        """Set how far a user has read, and tell its own devices. Raises ``ImError``: 1001, 1002."""
        require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        require_seq("hasReadSeq", request.has_read_seq)
        position, newest = await self._position(request.user_id, request.conversation_id)
        if request.has_read_seq > newest:
            raise _beyond("hasReadSeq", request.conversation_id, newest)
        if position is not None:
            seq = request.has_read_seq
            await self._read(call, request.user_id, position, seq, lambda _: seq, tell_peer=False)

    async def _position(self, owner_id: str, conversation_id: str) -> tuple[Position | None, int]:
        """Return a user's conversation, if it has it, and the last number that it may see."""
        owner = await self._directory.number(owner_id)
        timeline = None if owner is None else await self._finding.timeline(owner, owner_id, conversation_id)
        if owner is None or timeline is None:
            return None, 0
        position = await positions.one(self._database, owner, timeline)
        return position, 0 if position is None else position.last

    async def _read(
        self,
        call: Call,
        owner_id: str,
        position: Position,
        highest: int,
        mark: Callable[[int], int],
        *,
        tell_peer: bool = True,
    ) -> None:
        """Move a user's mark to where ``mark`` says, told where it is, up to ``highest``, and tell of that."""
        owner = await self._directory.number(owner_id)
        if owner is None or highest <= position.read_seq:
            return

        is_chat = position.form == Form.CHAT
        tells = tell_peer and self._outbox.enabled(_READ[position.form])
        # These locks order the events of the conversation: whoever else records one has locked the lists of both users.
        # An account reads nothing, so the reader's is enough there, and in a group each reads for itself, in no order.
        # Very many may read at once what an account sends, or a member of a group.
        locked = sorted({owner, position.peer} if is_chat else {owner}) if tells else []

        async def write(tx: Transaction) -> Notification | Notice | None:
            if locked:
                await lock_lists(tx, locked)
            # Marks that are set at the same time follow on each other.
            before = await positions.locked_read_seq(tx, owner, position.timeline)
            after = mark(before)
            if not await positions.read_up_to(tx, owner, position.timeline, after):
                return None
            await private_store.note_read(tx, {(owner, position.timeline): after}, self._clock.now_ms())
            conversation_id = position.conversation_id(owner_id)
            if tells:
                event = await _event(tx, owner, owner_id, position, before, after)
                await self._outbox.record(tx, event, call.operation_id)
            # An account does not learn who has read, nor do the members of a group: of these conversations clients take
            # the mark alone.
            read = list(_newest(before, after)) if is_chat else []
            is_told = tell_peer and is_chat
            notification = read_notice(owner_id, position.peer_id, conversation_id, read, after, tell_peer=is_told)
            if not is_told:
                return notification
            return await self._notices.store(tx, owner, position.peer, notification, call.operation_id)

        told = await self._database.write(write, rows=4)
        if isinstance(told, Notice):
            call.after_answer(self._notices.push, told)
        elif told is not None:
            call.after_answer(self._push.notify, [owner_id], told, call.operation_id)


async def _event(
    tx: Transaction, owner: int, owner_id: str, position: Position, before: int, after: int
) -> AfterSingleMsgRead | AfterGroupMsgRead:
    """Return what is told of what a user has read in this transaction."""
    content_type = type_of(position.form)
    if position.form == Form.GROUP:
        there = await positions.one(tx, owner, position.timeline)
        return AfterGroupMsgRead(
            send_id=owner_id,
            receive_id=position.peer_id,
            unread_msg_num=0 if there is None else there.unread,
            content_type=content_type,
        )
    return AfterSingleMsgRead(
        conversation_id=position.conversation_id(owner_id),
        user_id=owner_id,
        seqs=tuple(_newest(before, after)),
        content_type=content_type,
    )


def _newest(before: int, after: int) -> range:
    """Return the numbers that were read, of very many the newest."""
    return range(max(before, after - MOST_TOLD) + 1, after + 1)


def _reached(seqs: Sequence[int], first: int, read: int) -> int:
    """Return how far a user has read who has read these messages, too, and may see those from ``first`` on."""
    read = max(read, first - 1)
    for seq in seqs:
        if seq > read + 1:
            break
        read = max(read, seq)
    return read


def _beyond(field: str, conversation_id: str, newest: int) -> ImError:
    return ImError(Code.ARGS, f"{field}: must not be bigger than maxSeq, which is {newest} in {conversation_id}")
