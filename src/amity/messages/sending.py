"""Sending messages: who may, what the server sets, once each, and then the push.

Source: open-im-server 3.8 ``internal/rpc/msg`` (``send.go``, ``verify.go``), whose checks have this order.
"""

import secrets
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import msgspec
from google.protobuf.message import DecodeError

from amity.callbacks.asking.before import Before
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.delivering import Delivering
from amity.errors import Code, ImError
from amity.messages import store
from amity.messages.asking import Asking, Decisions
from amity.messages.beginning import Beginning
from amity.messages.content import require_content
from amity.messages.models import SendMsgRequest, SendMsgResponse
from amity.messages.modifying import changed_by_sender, differences, unfit
from amity.messages.options import ONLINE_ONLY, is_on, options_of
from amity.messages.sendable import require_sendable
from amity.messages.writing import Outgoing, Writing
from amity.storage import Database
from amity.timeline.models import Draft, Form, Place, Stored, once_of, place_of
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.wire.conversation_ids import single_id
from amity.wire.proto.msg_pb2 import SendMsgResp
from amity.wire.proto.sdkws_pb2 import MsgData, OfflinePushInfo

FROM_USER: Final = 100
FROM_SYSTEM: Final = 200
SENT: Final = 2
_SYSTEM_LEVEL: Final = 2
_NEVER, _QUIETLY = 1, 2
_AHEAD_MS: Final = 86_400_000


class Sent(NamedTuple):
    """The answer to who sends. ``modify`` is the message if the app's business server has changed it."""

    server_msg_id: str
    client_msg_id: str
    send_time: int
    modify: MsgData | None = None


class _Addressed(NamedTuple):
    """The numbers of a message's users, and where it goes."""

    sender: int
    receiver: int
    place: Place


class Sending:
    """Takes messages from clients and from administrators."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        writing: Writing,
        delivering: Delivering,
        before: Before,
        admins: Collection[str],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._writing = writing
        self._delivering = delivering
        self._asking = Asking(before)
        self._beginning = Beginning(database, timelines, before)
        self._decisions: Decisions[Sent] = Decisions()
        self._admins = frozenset(admins)
        self._clock = clock

    async def send(self, call: Call, data: bytes) -> bytes:
        """Send a client's message, a ``MsgData``; return a ``SendMsgResp``.

        Raises ``ImError``: 1001, 1002, 1004, 1302; 1001 too where the receiver wants none.
        """
        try:
            message = MsgData.FromString(data)
        except DecodeError:
            raise ImError(Code.ARGS, "data: is not the protobuf message MsgData") from None
        call.require_own(message.sendID, "sendID")
        options = options_of(message.contentType, message.options)
        made = MsgData(
            sendID=message.sendID,
            recvID=message.recvID,
            groupID=message.groupID,
            clientMsgID=message.clientMsgID or secrets.token_hex(16),
            senderPlatformID=call.platform_id,
            sessionType=message.sessionType,
            msgFrom=FROM_USER,
            contentType=message.contentType,
            content=message.content,
            createTime=message.createTime,
            options=options,
            offlinePushInfo=message.offlinePushInfo if message.HasField("offlinePushInfo") else None,
            atUserIDList=message.atUserIDList,
            attachedInfo=message.attachedInfo,
            ex=message.ex,
        )
        sent = await self._send(call, made, self._clock.now_ms())
        answer = SendMsgResp(
            serverMsgID=sent.server_msg_id, clientMsgID=sent.client_msg_id, sendTime=sent.send_time, modify=sent.modify
        )
        return answer.SerializeToString()

    async def send_msg(self, call: Call, request: SendMsgRequest) -> SendMsgResponse:
        """Send a message as anybody. Raises ``ImError`` as ``send`` does."""
        if not request.send_id:
            raise ImError(Code.ARGS, "sendID is empty")
        now = self._clock.now_ms()
        if not 0 <= request.send_time <= now + _AHEAD_MS:
            raise ImError(Code.ARGS, f"sendTime: is between 0 and a day from now, not {request.send_time}")
        content = require_content(request.content_type, request.content)
        asked: Mapping[str, bool] = dict.fromkeys(ONLINE_ONLY, False) if request.is_online_only else {}
        if request.not_offline_push:
            asked = {**asked, "offlinePush": False}
        push = request.offline_push_info
        made = MsgData(
            sendID=request.send_id,
            recvID=request.recv_id,
            groupID=request.group_id,
            clientMsgID=secrets.token_hex(16),
            senderPlatformID=request.sender_platform_id,
            senderNickname=request.sender_nickname,
            senderFaceURL=request.sender_face_url,
            sessionType=request.session_type,
            msgFrom=FROM_SYSTEM,
            contentType=request.content_type,
            content=content,
            createTime=now,
            options=options_of(request.content_type, asked),
            offlinePushInfo=None if push is None else OfflinePushInfo(**msgspec.to_builtins(push)),
            ex=request.ex,
        )
        sent = await self._send(call, made, request.send_time or now)
        return SendMsgResponse(
            server_msg_id=sent.server_msg_id,
            client_msg_id=sent.client_msg_id,
            send_time=sent.send_time,
            modify=None if sent.modify is None else differences(made, sent.modify),
        )

    async def _send(self, call: Call, message: MsgData, send_time: int) -> Sent:
        require_sendable(message)
        addressed = await self._addressed(message)
        if not self._asking.is_about(message):
            return await self._accept(call, message, send_time, addressed)
        key = (addressed.sender, message.clientMsgID)
        return await self._decisions.once(
            key, addressed.place, lambda: self._accept(call, message, send_time, addressed, asks=True)
        )

    async def _accept(
        self, call: Call, message: MsgData, send_time: int, addressed: _Addressed, *, asks: bool = False
    ) -> Sent:
        """Store a message, or not if it is not to be, and have it pushed. With ``asks`` the business server may refuse
        and change it, but not if it is a repeat."""
        sender, receiver, place = addressed
        draft = Draft(place, sender, send_time, message.createTime, once_of(sender, message.clientMsgID), b"")
        is_kept = is_on(message.options, "history")
        try:
            is_quiet = await self._require_welcome(message, addressed)
        except ImError:
            # Who was welcome once, and had no answer, gets it.
            if (first := await self._timelines.repeated(draft)) is None:
                raise
            return await self._answer_repeat(message, addressed, first)
        if (asks or not is_kept) and (first := await self._timelines.repeated(draft)) is not None:
            return await self._answer_repeat(message, addressed, first)
        message.serverMsgID = secrets.token_hex(16)
        message.sendTime = send_time
        message.status = SENT
        asked = message
        if asks:
            message, addressed, is_quiet = await self._asked(call, message, addressed, is_quiet)
            is_kept = is_on(message.options, "history")
        if is_quiet:
            message.options["offlinePush"] = False
        outgoing = Outgoing(
            draft._replace(place=addressed.place, body=message.SerializeToString()),
            addressed.receiver,
            message,
            call.operation_id,
            None if addressed.receiver == receiver else receiver,
        )
        modify = None
        if message is not asked:
            modify = MsgData()
            modify.CopyFrom(message)  # without its number, which clients learn from the push of the message
        if not is_kept:
            await self._writing.tell(outgoing)
            call.after_answer(self._deliver, message, call.operation_id)
            return _sent(message, modify)
        if self._beginning.is_on:
            async with self._beginning.asked(addressed.place, outgoing.participants(), call.operation_id) as settings:
                stored = await self._writing.write(outgoing._replace(settings=settings))
        else:
            stored = await self._writing.write(outgoing)
        if stored.is_repeat:
            return await self._answer_repeat(asked, _Addressed(sender, receiver, place), stored)
        message.seq = stored.seq
        call.after_answer(self._deliver, message, call.operation_id)
        return _sent(message, modify)

    async def _addressed(self, message: MsgData) -> _Addressed:
        numbers = await self._directory.numbers([message.sendID, message.recvID])
        for field, user_id in (("sendID", message.sendID), ("recvID", message.recvID)):
            if user_id not in numbers:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {user_id}")
        sender, receiver = numbers[message.sendID], numbers[message.recvID]
        return _Addressed(sender, receiver, place_of(Form.CHAT, sender, receiver))

    async def _asked(
        self, call: Call, message: MsgData, addressed: _Addressed, is_quiet: bool
    ) -> tuple[MsgData, _Addressed, bool]:
        """Return the message as the business server lets it be sent, where to, and whether that receiver wants to hear
        nothing of it. What it changes is checked as if the client had sent it. Raises ``ImError``."""
        made = await self._asking.ask(message, call.operation_id)
        if made is message:
            return message, addressed, is_quiet
        try:
            require_sendable(made)
            if made.recvID != message.recvID:
                addressed = await self._addressed(made)
                is_quiet = await self._require_welcome(made, addressed)
        except ImError as error:
            raise unfit(error.detail) from None
        return made, addressed, is_quiet

    async def _require_welcome(self, message: MsgData, addressed: _Addressed) -> bool:
        """Raise ``ImError`` if the receiver does not take this message; return whether the receiver wants to hear
        nothing of it. A client's message gets the sender's stored name and face."""
        sender, receiver, place = addressed
        standing = await store.standing(self._database, sender, receiver, await self._timelines.number(place))
        # What the business server has changed has its id already, and keeps the name that it was given.
        if message.msgFrom == FROM_USER and not message.serverMsgID:
            message.senderNickname, message.senderFaceURL = standing.nickname, standing.face_url
        is_system = message.sendID in self._admins or standing.sender_level >= _SYSTEM_LEVEL
        if standing.is_blacklisted and not is_system and sender != receiver:
            raise ImError(Code.BLOCKED_BY_PEER, f"recvID: {message.recvID} has blacklisted {message.sendID}")
        if _NEVER in {standing.global_opt, standing.conversation_opt if not standing.global_opt else 0}:
            raise ImError(Code.ARGS, f"recvID: message is not sent: {message.recvID} receives none")
        return _QUIETLY in {standing.global_opt, standing.conversation_opt}

    async def _answer_repeat(self, message: MsgData, addressed: _Addressed, first: Stored) -> Sent:
        """Return what was answered to the first message of this id."""
        is_elsewhere = await self._timelines.number(addressed.place) != first.timeline
        if is_elsewhere and await store.asked_receiver(self._database, first.timeline, first.seq) != addressed.receiver:
            raise ImError(Code.ARGS, f"clientMsgID: {message.clientMsgID} is that of a message of another conversation")
        (found,) = await self._timelines.some(first.timeline, [first.seq])
        stored = MsgData.FromString(found.body)
        is_changed = self._asking.modifies and changed_by_sender(message, stored)
        return _sent(stored, stored if is_changed else None)

    def _deliver(self, message: MsgData, operation_id: str) -> None:
        """Push a message to its receiver, and to the sender's own devices."""
        users = [message.recvID]
        if is_on(message.options, "senderSync") and message.sendID != message.recvID:
            users.append(message.sendID)
        self._delivering.deliver(users, single_id(message.sendID, message.recvID), message, operation_id)


def _sent(message: MsgData, modify: MsgData | None = None) -> Sent:
    return Sent(message.serverMsgID, message.clientMsgID, message.sendTime, modify)
