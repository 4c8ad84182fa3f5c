"""Restore messages with the numbers that they had, and what users have of their chats."""

import base64
import binascii
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from google.protobuf.message import DecodeError

from amity.conversations import private_store
from amity.errors import Code, ImError
from amity.messages.sending.limits import LONGEST_ID, MOST_TEXT
from amity.moving.models import ChatRecord, MessageRecord
from amity.moving.restoring import chats_store
from amity.moving.restoring.chats_store import ChatRow
from amity.moving.restoring.marks import put_marks, require_marks
from amity.storage import Transaction
from amity.timeline.models import Draft, Ends, Form, place_of
from amity.timeline.naming import SentAs, once_as
from amity.timeline.restoring import Bounds, Numbered, bound, restore
from amity.timeline.service import Timelines
from amity.users.rules import require_length
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_BYTES = 300_000
"""Bytes of a stored message."""


class Chats(NamedTuple):
    """Valid records of messages and chats."""

    messages: Sequence[MessageRecord]
    chats: Sequence[ChatRecord]

    def named(self, numbers: Mapping[str, int]) -> set[int]:
        """Return the numbers of all users whom the records name."""
        ids = {user for each in self.messages for user in (each.user_id1, each.user_id2, each.send_id) if user}
        ids |= {user for each in self.chats for user in (each.owner_user_id, each.user_id) if user}
        return {numbers[user] for user in ids}

    async def put(
        self, tx: Transaction, timelines: Timelines, numbers: Mapping[str, int], now: int
    ) -> list[MessageRecord]:
        """Store the records, messages first, and return those that are not stored: their names are those of other
        messages. The transaction must have locked the lists of who is named. ``now`` in milliseconds since 1970."""
        left_out = await self._put_messages(tx, timelines, numbers, now) if self.messages else []
        if self.chats:
            await self._put_chats(tx, timelines, numbers, now)
        return left_out

    async def _put_messages(
        self, tx: Transaction, timelines: Timelines, numbers: Mapping[str, int], now: int
    ) -> list[MessageRecord]:
        given = [_numbered(each, numbers) for each in self.messages]
        stored = await restore(tx, timelines, given, now)
        marked = [
            (record.marks, own, each.draft.body, each.draft.sender)
            for record, each, own in zip(self.messages, given, stored, strict=True)
            if record.marks is not None and own is not None
        ]
        if marked:
            await put_marks(tx, marked, numbers)
        return [record for record, own in zip(self.messages, stored, strict=True) if own is None]

    async def _put_chats(self, tx: Transaction, timelines: Timelines, numbers: Mapping[str, int], now: int) -> None:
        places = {
            chat_key(each): place_of(Form(each.form), numbers[each.owner_user_id], numbers.get(each.user_id, 0))
            for each in self.chats
        }
        opened = await timelines.open(tx, dict.fromkeys(places.values()))
        of = {key: opened[place] for key, place in places.items()}
        given: dict[int, Ends] = {}
        for each in self.chats:
            # A record of each of the two owners has them, and they may have been read at different times.
            before = given.get(of[chat_key(each)], Ends(0, 0, 0))
            own = (each.oldest_seq, each.newest_seq, each.newest_time)
            given[of[chat_key(each)]] = Ends(*map(max, before, own))
        bounds = await bound(tx, given, now)
        rows = [
            _row(each, of[chat_key(each)], bounds[of[chat_key(each)]], numbers)
            for each in self.chats
            if Form(each.form) is not Form.NOTICES
        ]
        await chats_store.put_chats(tx, rows)
        # Of messages that were read while the export ran, the records say that they were not.
        await private_store.note_read(tx, {(row.owner, row.timeline): row.read_seq for row in rows}, now)


def message_check(known: Collection[str]) -> Callable[[MessageRecord, str], None]:
    """Return what raises ``ImError`` for a record that is no message between these users: 1001 or 1004."""

    def require(record: MessageRecord, field: str) -> None:
        named = (("userID1", record.user_id1), ("userID2", record.user_id2), ("sendID", record.send_id))
        for name, user in named:
            # Notifications of one user have nobody else.
            if user not in known and (user or Form(record.form) is not Form.NOTICES or name == "sendID"):
                code = Code.RECORD_NOT_FOUND if user else Code.ARGS
                raise ImError(code, f"{field}.{name}: user not found: {user[:140]}")
        if record.seq < 1:
            raise ImError(Code.ARGS, f"{field}.seq: is at least 1, not {record.seq}")
        try:
            data = base64.b64decode(record.data, validate=True)
            message = MsgData.FromString(data)
        except (binascii.Error, ValueError, DecodeError):
            raise ImError(Code.ARGS, f"{field}.data: is not the protobuf message MsgData in base64") from None
        if len(data) > MOST_BYTES:
            raise ImError(Code.ARGS, f"{field}.data: too long (limit {MOST_BYTES}, got {len(data)})")
        if message.sendID != record.send_id or message.sendTime != record.send_time:
            raise ImError(Code.ARGS, f"{field}.data: is not the message of sendID at sendTime")
        if Form(record.form) is Form.CHAT and {message.sendID, message.recvID} != {record.user_id1, record.user_id2}:
            raise ImError(Code.ARGS, f"{field}.data: is not a message between userID1 and userID2")
        if not 0 < len(message.clientMsgID) <= LONGEST_ID:
            raise ImError(Code.ARGS, f"{field}.data: clientMsgID has 1 to {LONGEST_ID} characters")
        if message.createTime < 0:
            raise ImError(Code.ARGS, f"{field}.data: createTime is before 1970")
        require_marks(record, field)

    return require


def chat_check(known: Collection[str]) -> Callable[[ChatRecord, str], None]:
    """Return what raises ``ImError`` for a record that is no chat between these users: 1001 or 1004."""

    def require(record: ChatRecord, field: str) -> None:
        for name, user in (("ownerUserID", record.owner_user_id), ("userID", record.user_id)):
            # Notifications of one user have nobody else.
            if not user and (Form(record.form) is not Form.NOTICES or name == "ownerUserID"):
                raise ImError(Code.ARGS, f"{field}.{name} is empty")
            if user and user not in known:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}.{name}: user not found: {user[:140]}")
        require_length(f"{field}.ex", record.ex)
        if len(record.attached_info) > MOST_TEXT:
            found = len(record.attached_info)
            raise ImError(Code.ARGS, f"{field}.attachedInfo: too long (limit {MOST_TEXT}, got {found})")

    return require


def message_key(record: MessageRecord) -> tuple[str, ...]:
    return str(record.form), record.user_id1, record.user_id2, str(record.seq)


def chat_key(record: ChatRecord) -> tuple[str, ...]:
    return record.owner_user_id, record.user_id, str(record.form)


def _numbered(record: MessageRecord, numbers: Mapping[str, int]) -> Numbered:
    data = base64.b64decode(record.data)
    message = MsgData.FromString(data)
    sender = numbers[record.send_id]
    form = Form(record.form)
    sent_as = SentAs(record.sent_as or (SentAs.NOTICE if form is Form.NOTICES else SentAs.MESSAGE))
    asked_id = record.marks.asked_id if record.marks else ""
    draft = Draft(
        place=place_of(form, numbers.get(record.user_id1, 0), numbers.get(record.user_id2, 0)),
        sender=sender,
        sent_at=record.send_time,
        created_at=message.createTime,
        once=once_as(sent_as, sender, message, asked_id),
        body=data,
    )
    return Numbered(draft, record.seq, record.accept_time)


def _row(record: ChatRecord, timeline: int, bounds: Bounds, numbers: Mapping[str, int]) -> ChatRow:
    return ChatRow(
        owner=numbers[record.owner_user_id],
        timeline=timeline,
        peer=numbers[record.user_id],
        deleted=int(record.deleted),
        read_seq=min(record.has_read_seq, bounds.ends.newest),
        # What was sent here is not before or after what another server's numbers name.
        min_seq=min(record.min_seq, bounds.restored + 1),
        max_seq=record.max_seq if bounds.is_restored else 0,
        recv_msg_opt=record.recv_msg_opt,
        is_pinned=int(record.is_pinned),
        is_private_chat=int(record.is_private_chat),
        burn_duration=record.burn_duration,
        group_at_type=record.group_at_type,
        is_msg_destruct=int(record.is_msg_destruct),
        msg_destruct_time=record.msg_destruct_time,
        latest_msg_destruct_time=record.latest_msg_destruct_time,
        attached_info=record.attached_info,
        ex=record.ex,
    )
