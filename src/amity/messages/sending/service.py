"""Sending messages: who may, what the server sets, once each, and then the push.

Source: open-im-server 3.8 ``internal/rpc/msg`` (``send.go``, ``verify.go``), whose checks have this order.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from google.protobuf.message import DecodeError

from amity.callbacks.asking.before import Before
from amity.callbacks.asking.unfit import unfit
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.delivering import Delivering
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.groups.stored.membership import Memberships
from amity.groups.stored.numbers import GroupNumbers
from amity.messages.checks import named_elsewhere
from amity.messages.content import NOTIFICATIONS
from amity.messages.options import is_on, restrict
from amity.messages.sending import store
from amity.messages.sending.addressing import Addressing
from amity.messages.sending.asked import message_of
from amity.messages.sending.deciding.asking import Asking, Decisions
from amity.messages.sending.deciding.beginning import Beginning
from amity.messages.sending.deciding.modifying import changed_by_sender, differences
from amity.messages.sending.limits import MessageLimits
from amity.messages.sending.models import SendMsgRequest, SendMsgResponse
from amity.messages.sending.outgoing import Outgoing
from amity.messages.sending.sendable import require_sendable
from amity.messages.sending.standings import Standings
from amity.messages.sending.statuses import note_of
from amity.messages.sending.store import Standing
from amity.messages.sending.telling import Telling
from amity.messages.sending.to_groups.standing import GroupStanding
from amity.messages.sending.welcome import FROM_USER
from amity.messages.sending.writing import Writing
from amity.settings import Messages
from amity.storage import Database
from amity.storage.lookups import Lookups
from amity.timeline.models import Draft, Form, Stored, once_of
from amity.timeline.naming import SentAs, once_as
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.wire.message_bytes import numbered
from amity.wire.proto.msg_pb2 import SendMsgResp
from amity.wire.proto.sdkws_pb2 import MsgData
from amity.wire.random_ids import random_id

SENT: Final = 2
_SERVERS_OWN: Final = ("serverMsgID", "senderNickname", "senderFaceURL", "seq", "isRead")
"""Fields of a client's message that are not for it to say."""


class Sent(NamedTuple):
    """The answer to who sends. ``modify`` is the message if the app's business server has changed it."""

    server_msg_id: str
    client_msg_id: str
    send_time: int
    modify: MsgData | None = None


class _Known(NamedTuple):
    """What the database says of a message that is not stored: the one that it repeats, and how its sender stands with
    its receiver, or in its group."""

    first: Stored | None
    standing: Standing | GroupStanding


class Sending:
    """Takes messages from clients and from administrators."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        writing: Writing,
        delivering: Delivering,
        push: Push,
        before: Before,
        admins: Collection[str],
        clock: Clock = SYSTEM_CLOCK,
        limits: MessageLimits | None = None,
        memberships: Memberships | None = None,
        groups: GroupNumbers | None = None,
    ) -> None:
        self._database = database
        self._timelines = timelines
        self._addressing = Addressing(directory, groups or GroupNumbers(database))
        self._memberships = memberships or Memberships()
        self._writing = writing
        self._telling = Telling(delivering, push, timelines)
        self._asking = Asking(before)
        self._beginning = Beginning(database, timelines, before)
        self._decisions: Decisions[Sent] = Decisions()
        self._admins = frozenset(admins)
        self._clock = clock
        self._limits = limits or MessageLimits(Messages())
        self._standings = Standings(timelines, friend_verify=self._limits.friend_verify, clock=clock)
        self._lookups: Lookups[Outgoing, _Known] = Lookups(self._look_up)

    async def send(self, call: Call, data: bytes) -> bytes:
        """Send a client's message, a ``MsgData``; return a ``SendMsgResp``.

        Raises ``ImError``: 1001, 1002, 1004, 1203, 1204, 1302, 1303, 1358, 1402, 1403; 1001 too where the receiver
        wants none.
        """
        try:
            message = MsgData.FromString(data)
        except DecodeError:
            raise ImError(Code.ARGS, "data: is not the protobuf message MsgData") from None
        call.require_allowed(message.sendID, "sendID")
        if message.contentType in NOTIFICATIONS:
            raise ImError(Code.ARGS, f"contentType: {message.contentType} is a notification, which the server sends")
        # In place: to copy each field costs as much as to store the message. What the server sets is set anew.
        message.DiscardUnknownFields()
        for field in _SERVERS_OWN:
            message.ClearField(field)
        message.clientMsgID = message.clientMsgID or random_id()
        message.senderPlatformID = call.platform_id
        message.msgFrom = FROM_USER
        restrict(message.options, message.contentType)
        sent = await self.accept(call, message, self._clock.now_ms())
        answer = SendMsgResp(
            serverMsgID=sent.server_msg_id, clientMsgID=sent.client_msg_id, sendTime=sent.send_time, modify=sent.modify
        )
        return answer.SerializeToString()

    async def send_msg(self, call: Call, request: SendMsgRequest) -> SendMsgResponse:
        """Send a message as anybody. Raises ``ImError`` as ``send`` does."""
        now = self._clock.now_ms()
        made = message_of(call, request, now)
        sent = await self.accept(call, made, request.send_time or now, is_noted=True)
        return SendMsgResponse(
            server_msg_id=sent.server_msg_id,
            client_msg_id=sent.client_msg_id,
            send_time=sent.send_time,
            modify=None if sent.modify is None else differences(made, sent.modify),
        )

    async def accept(
        self, call: Call, message: MsgData, send_time: int, *, is_noted: bool = False, is_batch: bool = False
    ) -> Sent:
        """Check, store and push a message, and return what is answered.

        ``is_noted``: the call's operationID is remembered as one that has sent. ``is_batch``: the message goes to many,
        each with its own answer to a repeat, and opens no conversation of the sender's. Raises ``ImError`` as ``send``
        does.
        """
        form = require_sendable(message, self._limits)
        sender = await self._addressing.sender(message, form)
        too_many = self._limits.use(call)
        try:
            to = await self._addressing.address(message, form, sender)
        except ImError as error:
            raise too_many or error from None
        once = once_as(SentAs.BATCH if is_batch else SentAs.MESSAGE, sender, message)
        draft = Draft(to.place, sender, send_time, message.createTime, once, b"")
        message.serverMsgID = random_id()
        message.sendTime = send_time
        message.status = SENT
        outgoing = Outgoing(
            message,
            draft,
            to.receiver,
            message.sendID in self._admins,
            call.operation_id,
            opens_senders=not is_batch,
            note=note_of(call) if is_noted else None,
            group=to.group,
            named=to.named,
            names_all=to.names_all,
        )
        if too_many is not None:
            # Who was accepted once, and had no answer, gets it.
            if (first := await self._timelines.repeated(draft)) is None:
                raise too_many
            return await self._answer_repeat(call, outgoing, first)
        if not self._asking.is_about(message):
            return await self._accept(call, outgoing)
        sent, is_own = await self._decisions.once(draft.key, draft.place, lambda: self._ask(call, outgoing))
        if not is_own and (first := await self._timelines.repeated(draft)) is not None:
            return await self._answer_repeat(call, outgoing, first)
        return sent

    async def _ask(self, call: Call, outgoing: Outgoing) -> Sent:
        """Ask the business server about a message that is no repeat, and accept what it makes of it."""
        known = await self._lookups.find(outgoing)
        if known.first is not None:
            return await self._answer_repeat(call, outgoing, known.first)
        message = outgoing.message
        self._standings.require(outgoing, known.standing)
        changed = outgoing
        async with self._asking.asked(message, call.operation_id) as made:
            if made is not message:
                try:
                    changed = await self._changed(outgoing, made)
                except ImError as error:
                    raise unfit(error.detail) from None
        if made is message:
            return await self._accept(call, outgoing)
        modify = MsgData()
        modify.CopyFrom(made)  # without its number, which clients learn from the push of the message
        return await self._accept(call, changed, outgoing, modify)

    async def _changed(self, outgoing: Outgoing, made: MsgData) -> Outgoing:
        """Return what the business server has made of a message, which is checked as if the client had sent it. Raises
        ``ImError``."""
        form = require_sendable(made, self._limits)
        if form is not outgoing.draft.place.form:
            raise ImError(Code.ARGS, f"sessionType: {made.sessionType} is another than the sender's")
        if made.clientMsgID != outgoing.message.clientMsgID:
            renamed = outgoing.draft._replace(once=once_of(outgoing.draft.sender, made.clientMsgID))
            if await self._timelines.repeated(renamed) is not None:
                raise ImError(Code.ARGS, f"clientMsgID: {made.clientMsgID} is that of another message")
        to = await self._addressing.address(made, form, outgoing.draft.sender)
        changed = outgoing._replace(
            message=made,
            draft=outgoing.draft._replace(place=to.place),
            receiver=to.receiver,
            is_changed=True,
            group=to.group,
            named=to.named,
            names_all=to.names_all,
        )
        if changed.target != outgoing.target:
            changed = changed._replace(asked=outgoing.target)
        self._standings.require(changed, (await self._lookups.find(changed)).standing)
        return changed

    async def _accept(
        self, call: Call, outgoing: Outgoing, asked: Outgoing | None = None, modify: MsgData | None = None
    ) -> Sent:
        """Store a message, or not if it is not to be, and have it pushed. If the business server has changed it,
        ``asked`` is what the sender asked for, and ``modify`` what the sender learns of it."""
        message = outgoing.message
        if not is_on(message.options, "history"):
            return await self._pass_on(call, outgoing, asked or outgoing, modify)
        if self._beginning.is_on and outgoing.draft.place.form is Form.CHAT:
            begins = self._beginning.asked(outgoing.draft.place, outgoing.participants(), call.operation_id)
            async with begins as settings:
                written = await self._writing.write(outgoing._replace(settings=settings))
        else:
            written = await self._writing.write(outgoing)
        if written.stored.is_repeat:
            return await self._answer_repeat(call, asked or outgoing, written.stored)
        if written.read:
            # Before the message: clients count as read what they have by now.
            call.after_answer(self._telling.read, message, written.read, call.operation_id)
        if written.turn is not None:
            call.after_answer(written.turn.now)
        else:
            body = numbered(written.body, written.stored.seq)
            call.after_answer(self._telling.deliver, message, body, call.operation_id, written.stored)
        return _sent(message, modify)

    async def _pass_on(self, call: Call, outgoing: Outgoing, asked: Outgoing, modify: MsgData | None) -> Sent:
        """Push a message that is not stored."""
        if (first := await self._timelines.repeated(asked.draft)) is not None:
            return await self._answer_repeat(call, asked, first)
        message = outgoing.message
        standing = (await self._lookups.find(outgoing)).standing
        self._standings.require(outgoing, standing)
        if outgoing.note is not None:
            await self._writing.note(outgoing.note)
        await self._writing.tell(outgoing)
        receivers = frozenset[str]()
        if isinstance(standing, GroupStanding):
            receivers = (await self._memberships.at(self._database, standing.group)).ids
        call.after_answer(
            self._telling.deliver, message, message.SerializeToString(), call.operation_id, None, receivers
        )
        return _sent(message, modify)

    async def _look_up(self, batch: Sequence[Outgoing]) -> list[_Known]:
        """Return what is known of messages before any transaction."""
        repeats = await self._timelines.repeats(self._database, [each.draft for each in batch])
        standings = await self._standings.of(self._database, batch)
        return [_Known(repeats.get(each.draft.key), standing) for each, standing in zip(batch, standings, strict=True)]

    async def _answer_repeat(self, call: Call, asked: Outgoing, first: Stored) -> Sent:
        """Return what was answered to the first message of this id, and push that again to the connection that asks: it
        may have missed the push, from which a client learns the number."""
        is_elsewhere = await self._timelines.number(asked.draft.place) != first.timeline
        if is_elsewhere and await store.asked_target(self._database, first.timeline, first.seq) != asked.target:
            raise named_elsewhere(asked.message.clientMsgID)
        (found,) = await self._timelines.some(first.timeline, [first.seq])
        sent = MsgData.FromString(found.body)
        if call.connection_id:
            call.after_answer(
                self._telling.again,
                call.user_id,
                call.connection_id,
                sent,
                numbered(found.body, first.seq),
                call.operation_id,
                first,
            )
        is_changed = self._asking.modifies and changed_by_sender(asked.message, sent)
        return _sent(sent, sent if is_changed else None)


def _sent(message: MsgData, modify: MsgData | None = None) -> Sent:
    return Sent(message.serverMsgID, message.clientMsgID, message.sendTime, modify)
