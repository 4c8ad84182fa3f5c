"""Sending messages: who may, what the server sets, once each, and then the push.

Source: open-im-server 3.8 ``internal/rpc/msg`` (``send.go``, ``verify.go``), whose checks have this order.
"""

import secrets
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import msgspec
from google.protobuf.message import DecodeError

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.messages import store
from amity.messages.content import require_content
from amity.messages.models import SendMsgRequest, SendMsgResponse
from amity.messages.options import ONLINE_ONLY, is_on, options_of
from amity.messages.writing import Outgoing, Writing
from amity.storage import Database
from amity.timeline.models import Draft, Form, Place, once_of, place_of
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.wire.conversation_ids import single_id
from amity.wire.proto.msg_pb2 import SendMsgResp
from amity.wire.proto.sdkws_pb2 import MsgData, OfflinePushInfo

SINGLE_CHAT: Final = 1
FROM_USER: Final = 100
FROM_SYSTEM: Final = 200
SENT: Final = 2
MOST_CONTENT: Final = 49_152
"""Bytes of a message's content."""
MOST_TEXT: Final = 65_536
"""Characters of ``ex`` and of ``attachedInfo``."""
MOST_NAMED: Final = 1000
"""Users whom ``atUserIDList`` may name."""
MOST_OPTIONS: Final = 64
MOST_BYTES: Final = 262_144
"""Bytes of a whole message. A bounded answer has room for several of these."""
LONGEST_ID: Final = 256
"""Characters of a client's id of a message."""
_NOTIFICATIONS: Final = range(1000, 5001)
_SYSTEM_LEVEL: Final = 2
_NEVER, _QUIETLY = 1, 2
_AHEAD_MS: Final = 86_400_000


class Sent(NamedTuple):
    """The answer to who sends."""

    server_msg_id: str
    client_msg_id: str
    send_time: int


class Sending:
    """Takes messages from clients and from administrators."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        writing: Writing,
        push: Push,
        admins: Collection[str],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._writing = writing
        self._push = push
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
        if message.contentType in _NOTIFICATIONS:
            raise ImError(Code.ARGS, f"contentType: {message.contentType} is a notification, which the server sends")
        options = options_of(message.contentType, message.options)
        if "\0" in message.recvID:
            raise ImError(Code.ARGS, "recvID: has a NUL in it")
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
        answer = SendMsgResp(serverMsgID=sent.server_msg_id, clientMsgID=sent.client_msg_id, sendTime=sent.send_time)
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
            server_msg_id=sent.server_msg_id, client_msg_id=sent.client_msg_id, send_time=sent.send_time
        )

    async def _send(self, call: Call, message: MsgData, send_time: int) -> Sent:
        _require_bounds(message)
        if message.sessionType != SINGLE_CHAT:
            raise ImError(Code.ARGS, f"sessionType: {message.sessionType} is not built yet, only 1: single chats")
        if not message.recvID:
            raise ImError(Code.ARGS, "recvID is empty")
        numbers = await self._directory.numbers([message.sendID, message.recvID])
        for field, user_id in (("sendID", message.sendID), ("recvID", message.recvID)):
            if user_id not in numbers:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {user_id}")
        sender, receiver = numbers[message.sendID], numbers[message.recvID]
        place = place_of(Form.CHAT, sender, receiver)
        draft = Draft(place, sender, send_time, message.createTime, once_of(sender, message.clientMsgID), b"")
        is_kept = is_on(message.options, "history")
        try:
            await self._require_welcome(message, sender, receiver, await self._timelines.number(place))
        except ImError:
            # Who was welcome once, and had no answer, gets it.
            if (first := await self._timelines.repeated(draft)) is None:
                raise
            return await self._answer_repeat(message, place, first.timeline, first.seq)
        if not is_kept and (first := await self._timelines.repeated(draft)) is not None:
            return await self._answer_repeat(message, place, first.timeline, first.seq)
        message.serverMsgID = secrets.token_hex(16)
        message.sendTime = send_time
        message.status = SENT
        if not is_kept:
            call.after_answer(self._deliver, message, call.operation_id)
            return _sent(message)
        stored = await self._writing.write(Outgoing(draft._replace(body=message.SerializeToString()), receiver))
        if stored.is_repeat:
            return await self._answer_repeat(message, place, stored.timeline, stored.seq)
        message.seq = stored.seq
        call.after_answer(self._deliver, message, call.operation_id)
        return _sent(message)

    async def _require_welcome(self, message: MsgData, sender: int, receiver: int, timeline: int | None) -> None:
        """Raise ``ImError`` if the receiver does not take this message; switch its offline push off if the receiver
        wants to hear nothing of it. A client's message gets the sender's stored name and face."""
        standing = await store.standing(self._database, sender, receiver, timeline)
        if message.msgFrom == FROM_USER:
            message.senderNickname, message.senderFaceURL = standing.nickname, standing.face_url
        is_system = message.sendID in self._admins or standing.sender_level >= _SYSTEM_LEVEL
        if standing.is_blacklisted and not is_system and sender != receiver:
            raise ImError(Code.BLOCKED_BY_PEER, f"recvID: {message.recvID} has blacklisted {message.sendID}")
        if _NEVER in {standing.global_opt, standing.conversation_opt if not standing.global_opt else 0}:
            raise ImError(Code.ARGS, f"recvID: message is not sent: {message.recvID} receives none")
        if _QUIETLY in {standing.global_opt, standing.conversation_opt}:
            message.options["offlinePush"] = False

    async def _answer_repeat(self, message: MsgData, place: Place, timeline: int, seq: int) -> Sent:
        """Return what was answered to the first message of this id."""
        if await self._timelines.number(place) != timeline:
            raise ImError(Code.ARGS, f"clientMsgID: {message.clientMsgID} is that of a message of another conversation")
        (first,) = await self._timelines.some(timeline, [seq])
        return _sent(MsgData.FromString(first.body))

    def _deliver(self, message: MsgData, operation_id: str) -> None:
        """Push a message to its receiver, and to the sender's own devices."""
        users = [message.recvID]
        if is_on(message.options, "senderSync") and message.sendID != message.recvID:
            users.append(message.sendID)
        self._push.message(users, single_id(message.sendID, message.recvID), message, operation_id)


def _sent(message: MsgData) -> Sent:
    return Sent(message.serverMsgID, message.clientMsgID, message.sendTime)


def _require_bounds(message: MsgData) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for a part of a message that is too long."""
    for field, found, most in (
        ("content", len(message.content), MOST_CONTENT),
        ("ex", len(message.ex), MOST_TEXT),
        ("attachedInfo", len(message.attachedInfo), MOST_TEXT),
        ("atUserIDList", len(message.atUserIDList), MOST_NAMED),
        ("options", len(message.options), MOST_OPTIONS),
        ("clientMsgID", len(message.clientMsgID), LONGEST_ID),
        ("message", message.ByteSize(), MOST_BYTES),
    ):
        if found > most:
            raise ImError(Code.ARGS, f"{field}: too long (limit {most}, got {found})")
    if not message.content:
        raise ImError(Code.ARGS, "content is empty")
