"""Restore messages with the numbers that they had, and what users have of their chats.

Who is no member of a group has its conversation up to an end, or not at all.
"""

import base64
import binascii
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple

from google.protobuf.message import DecodeError

from amity.conversations import private_store
from amity.errors import Code, ImError
from amity.messages.sending.limits import LONGEST_ID, MOST_TEXT
from amity.moving.models import ChatRecord, MessageRecord
from amity.moving.restoring import chats_store
from amity.moving.restoring.chats_store import ChatRow
from amity.moving.restoring.group_checks import require_known_group
from amity.moving.restoring.groups_store import members_at
from amity.moving.restoring.marks import put_marks, require_marks
from amity.storage import Transaction
from amity.timeline.models import Draft, Ends, Form, Place, place_of
from amity.timeline.naming import SentAs, once_as
from amity.timeline.restoring import Bounds, Numbered, bound, restore
from amity.timeline.service import Timelines
from amity.users.rules import require_length
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_BYTES = 300_000
"""Bytes of a stored message."""
OF_GROUPS: Final = (Form.GROUP, Form.GROUP_NOTICES)
"""Forms of records that name a group instead of users."""


class Numbers(NamedTuple):
    """The numbers of users and of groups by their ids."""

    users: Mapping[str, int]
    groups: Mapping[str, int]

    def place(self, form: int, group_id: str, one: str, other: str) -> Place:
        """Return a timeline of a group, or of two users, of whom one may be nobody."""
        if form in OF_GROUPS:
            return place_of(Form(form), self.groups[group_id])
        return place_of(Form(form), self.users.get(one, 0), self.users.get(other, 0))

    def place_of_message(self, record: MessageRecord) -> Place:
        """Return the timeline of a message."""
        return self.place(record.form, record.group_id, record.user_id1, record.user_id2)

    def place_of_chat(self, record: ChatRecord) -> Place:
        """Return the timeline of a chat."""
        return self.place(record.form, record.group_id, record.owner_user_id, record.user_id)


class Chats(NamedTuple):
    """Valid records of messages and chats."""

    messages: Sequence[MessageRecord]
    chats: Sequence[ChatRecord]

    @property
    def group_ids(self) -> set[str]:
        """The ids of all groups that the records name."""
        ids = {each.group_id for each in self.messages} | {each.group_id for each in self.chats}
        return ids - {""}

    def named(self, numbers: Mapping[str, int]) -> set[int]:
        """Return the numbers of all users whom the records name."""
        ids = {user for each in self.messages for user in (each.user_id1, each.user_id2, each.send_id) if user}
        ids |= {user for each in self.chats for user in (each.owner_user_id, each.user_id) if user}
        return {numbers[user] for user in ids}

    def places(self, numbers: Numbers) -> set[Place]:
        """Return the timelines of the records."""
        return {numbers.place_of_message(each) for each in self.messages} | {
            numbers.place_of_chat(each) for each in self.chats
        }

    async def put(
        self, tx: Transaction, timelines: Timelines, numbers: Numbers, now: int
    ) -> tuple[list[MessageRecord], list[ChatRecord]]:
        """Store the records, messages first, and return those that are not stored: messages whose names are those of
        other messages, and chats of groups whose owners are no members and have no end.

        The transaction must have locked the lists of who is named, and the timelines; no group that is named changes
        until its end. ``now`` in milliseconds since 1970.
        """
        messages = await self._put_messages(tx, timelines, numbers, now) if self.messages else []
        chats = await self._put_chats(tx, timelines, numbers, now) if self.chats else []
        return messages, chats

    async def _put_messages(
        self, tx: Transaction, timelines: Timelines, numbers: Numbers, now: int
    ) -> list[MessageRecord]:
        given = [_numbered(each, numbers) for each in self.messages]
        stored = await restore(tx, timelines, given, now)
        marked = [
            (record.marks, own, each.draft.body, each.draft.sender)
            for record, each, own in zip(self.messages, given, stored, strict=True)
            if record.marks is not None and own is not None
        ]
        if marked:
            await put_marks(tx, marked, numbers.users)
        return [record for record, own in zip(self.messages, stored, strict=True) if own is None]

    async def _put_chats(self, tx: Transaction, timelines: Timelines, numbers: Numbers, now: int) -> list[ChatRecord]:
        places = [numbers.place_of_chat(each) for each in self.chats]
        opened = await timelines.open(tx, dict.fromkeys(places))
        given: dict[int, Ends] = {}
        for each, place in zip(self.chats, places, strict=True):
            # A record of each owner has them, and they may have been read at different times.
            before = given.get(opened[place], Ends(0, 0, 0))
            own = (each.oldest_seq, each.newest_seq, each.newest_time)
            given[opened[place]] = Ends(*map(max, before, own))
        bounds = await bound(tx, given, now)
        pairs = {
            (place.first, numbers.users[each.owner_user_id])
            for each, place in zip(self.chats, places, strict=True)
            if place.form is Form.GROUP
        }
        members = {pair for pair, row in (await members_at(tx, pairs)).items() if not row.deleted}
        rows: list[ChatRow] = []
        left_out: list[ChatRecord] = []
        for each, place in zip(self.chats, places, strict=True):
            if place.form in (Form.NOTICES, Form.GROUP_NOTICES):
                continue
            row = _row(each, opened[place], bounds[opened[place]], numbers.users)
            if place.form is Form.GROUP:
                end = 0
                if (place.first, row.owner) not in members:
                    # What was sent here is not before or after what another server's numbers name.
                    end = min(each.max_seq, bounds[opened[place]].restored)
                    if not end:
                        left_out.append(each)
                        continue
                row = row._replace(max_seq=end)
            rows.append(row)
        await chats_store.put_chats(tx, rows)
        # Of messages that were read while the export ran, the records say that they were not.
        await private_store.note_read(tx, {(row.owner, row.timeline): row.read_seq for row in rows}, now)
        return left_out


def message_check(known: Collection[str], groups: Collection[str]) -> Callable[[MessageRecord, str], None]:
    """Return what raises ``ImError`` for a record that is no message between these users, or of these groups: 1001 or
    1004."""

    def require(record: MessageRecord, field: str) -> None:
        named: tuple[tuple[str, str], ...] = (
            ("userID1", record.user_id1),
            ("userID2", record.user_id2),
            ("sendID", record.send_id),
        )
        _require_one_of_both(record, field, record.user_id1 or record.user_id2, "userID1 and userID2")
        if record.form in OF_GROUPS:
            require_known_group(groups, f"{field}.groupID", record.group_id)
            named = (("sendID", record.send_id),)
        for name, user in named:
            # Notifications of one user have nobody else.
            if user not in known and (user or Form(record.form) is not Form.NOTICES or name == "sendID"):
                code = Code.RECORD_NOT_FOUND if user else Code.ARGS
                raise ImError(code, f"{field}.{name}: user not found: {user[:140]}")
        if record.seq < 1:
            raise ImError(Code.ARGS, f"{field}.seq: is at least 1, not {record.seq}")
        message = _message(record, field)
        if not 0 < len(message.clientMsgID) <= LONGEST_ID:
            raise ImError(Code.ARGS, f"{field}.data: clientMsgID has 1 to {LONGEST_ID} characters")
        if message.createTime < 0:
            raise ImError(Code.ARGS, f"{field}.data: createTime is before 1970")
        require_marks(record, field)

    return require


def _message(record: MessageRecord, field: str) -> MsgData:
    """Return the message of a record. Raises ``ImError``, ``ARGS`` (1001), if it is not what the record says."""
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
    if Form(record.form) is Form.GROUP and message.groupID != record.group_id:
        raise ImError(Code.ARGS, f"{field}.data: is not a message of groupID")
    return message


def chat_check(known: Collection[str], groups: Collection[str]) -> Callable[[ChatRecord, str], None]:
    """Return what raises ``ImError`` for a record that is no chat between these users, or of these groups: 1001 or
    1004."""

    def require(record: ChatRecord, field: str) -> None:
        _require_one_of_both(record, field, record.user_id, "userID")
        if record.form in OF_GROUPS:
            require_known_group(groups, f"{field}.groupID", record.group_id)
        # Notifications of one user have nobody else, and those of a group are nobody's own.
        optional = {Form.GROUP: ("userID",), Form.NOTICES: ("userID",), Form.GROUP_NOTICES: ("userID", "ownerUserID")}
        for name, user in (("ownerUserID", record.owner_user_id), ("userID", record.user_id)):
            if not user and name not in optional.get(Form(record.form), ()):
                raise ImError(Code.ARGS, f"{field}.{name} is empty")
            if user and user not in known:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}.{name}: user not found: {user[:140]}")
        require_length(f"{field}.ex", record.ex)
        if len(record.attached_info) > MOST_TEXT:
            found = len(record.attached_info)
            raise ImError(Code.ARGS, f"{field}.attachedInfo: too long (limit {MOST_TEXT}, got {found})")

    return require


def message_key(record: MessageRecord) -> tuple[str, ...]:
    users = (record.group_id,) if record.form in OF_GROUPS else (record.user_id1, record.user_id2)
    return str(record.form), *users, str(record.seq)


def chat_key(record: ChatRecord) -> tuple[str, ...]:
    return record.owner_user_id, record.group_id if record.form in OF_GROUPS else record.user_id, str(record.form)


def _require_one_of_both(record: MessageRecord | ChatRecord, field: str, users: str, names: str) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for a record of a group that names users, or of users that names a group."""
    if record.form in OF_GROUPS:
        if users:
            raise ImError(Code.ARGS, f"{field}: of a group, which is named by groupID: {names} are empty")
    elif record.group_id:
        raise ImError(Code.ARGS, f"{field}.groupID: form {record.form} is of users, and names no group")


def _numbered(record: MessageRecord, numbers: Numbers) -> Numbered:
    data = base64.b64decode(record.data)
    message = MsgData.FromString(data)
    sender = numbers.users[record.send_id]
    form = Form(record.form)
    sent_as = SentAs(
        record.sent_as or (SentAs.NOTICE if form in (Form.NOTICES, Form.GROUP_NOTICES) else SentAs.MESSAGE)
    )
    asked_id = record.marks.asked_id if record.marks else ""
    draft = Draft(
        place=numbers.place_of_message(record),
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
        peer=numbers.get(record.user_id, 0),
        deleted=int(record.deleted),
        read_seq=min(record.has_read_seq, bounds.ends.newest),
        # What was sent here is not before or after what another server's numbers name.
        min_seq=min(record.min_seq, bounds.restored + 1),
        max_seq=record.max_seq if bounds.is_restored else 0,
        came_seq=min(record.came_seq, bounds.restored),
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
